import { expect, test } from 'vitest';
import { etaSeconds } from './eta.ts';
import type { EpochMs } from './time.ts';

const at = (seconds: number): EpochMs => (1_000_000 + seconds * 1000) as EpochMs;
const pace = { since: at(0), pausedMs: 0 };

test('is the cost that is left over the pace so far, without pauses', () => {
  expect(etaSeconds({ planned: 100, ended: 25 }, pace, at(10))).toBeCloseTo(30);
  expect(etaSeconds({ planned: 100, ended: 25 }, { ...pace, pausedMs: 5_000 }, at(15))).toBeCloseTo(
    30,
  );
});

test('is none before anything has ended, before it began, and when nothing is left', () => {
  expect(etaSeconds({ planned: 100, ended: 0 }, pace, at(10))).toBeUndefined();
  expect(etaSeconds({ planned: 100, ended: undefined }, pace, at(10))).toBeUndefined();
  expect(etaSeconds({ planned: 100, ended: 25 }, undefined, at(10))).toBeUndefined();
  expect(etaSeconds({ planned: 100, ended: 100 }, pace, at(10))).toBeUndefined();
  expect(etaSeconds({ planned: undefined, ended: 3 }, pace, at(10))).toBeUndefined();
});
