import { describe, expect, test } from 'vitest';
import { balanceOf, laneShares } from './balance.ts';
import type { LaneTally } from './run.ts';

const lane = (name: string, busySeconds: number): LaneTally => ({
  lane: name,
  device: 'cpu',
  windows: 1,
  busySeconds,
});

describe('balanceOf', () => {
  test.each([
    [[10, 10], 1],
    [[30, 10], 0.8],
    [[10, 0, 0, 0], 0.25],
    [[28.2, 29.1], 0.9998],
  ])('gives %j the index %d', (busy, jain) => {
    expect(balanceOf(busy.map((seconds, index) => lane(`cpu${index}`, seconds)))).toEqual({ jain });
  });

  test('says nothing of lanes that did nothing', () => {
    expect(balanceOf([lane('cpu0', 0)])).toBeUndefined();
    expect(balanceOf([])).toBeUndefined();
  });
});

describe('laneShares', () => {
  test('sets busy seconds beside those of the run', () => {
    const shares = laneShares([lane('cpu0', 30), lane('cpu1', 0)], 40);

    expect(shares.map(({ busyShare }) => busyShare)).toEqual([0.75, 0]);
  });
});
