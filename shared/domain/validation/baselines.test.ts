import { describe, expect, test } from 'vitest';
import { sliceBars } from '../market/bars/bars.ts';
import { randomWalk } from '../samples/random-walk.fixture.ts';
import { baselineNames, baselineScores } from './baselines.ts';

const walk = randomWalk(120, 7);

describe('baselineScores', () => {
  test('are what the last closes make of themselves', () => {
    const { close } = walk;
    const scores = baselineScores(walk);
    const mean = (from: number): number =>
      close.slice(from, 101).reduce((sum, value) => sum + value, 0) / (101 - from);

    expect(scores['reversal-5'][100]).toBeCloseTo(1 - close[100] / close[95], 12);
    expect(scores['momentum-60'][100]).toBeCloseTo(close[100] / close[40] - 1, 12);
    expect(scores['sma-20-50'][100]).toBeCloseTo(mean(81) / mean(51) - 1, 12);
  });

  test.each([
    ['reversal-5', 5],
    ['momentum-60', 60],
    ['sma-20-50', 49],
  ] as const)('%s is unknown for the first %d bars and known from there on', (name, warmup) => {
    const scores = baselineScores(walk)[name];

    expect(scores.findIndex((score) => !Number.isNaN(score))).toBe(warmup);
    expect(scores.slice(warmup).every(Number.isFinite)).toBe(true);
  });

  test.each(baselineNames)('%s of a bar is the same without all later bars', (name) => {
    const whole = baselineScores(walk)[name];

    for (const t of [5, 59, 60, 83, 118])
      expect(baselineScores(sliceBars(walk, 0, t + 1))[name][t]).toBe(whole[t]);
  });
});
