import { describe, expect, test } from 'vitest';
import { scores } from './scores.ts';

describe('scores', () => {
  test('judges the rows that have both a label and a prediction', () => {
    const labels = Int8Array.of(1, 1, 1, 0, 1, 0, -1);
    const probabilities = Float64Array.of(NaN, NaN, NaN, 0.25, 0.75, 0.5, 0.9);

    expect(scores(labels, probabilities)).toEqual({
      rows: 3,
      baseRate: 1 / 3,
      auc: 1,
      logLoss: (-2 * Math.log(0.75) - Math.log(0.5)) / 3,
    });
  });

  test('leaves out what one class cannot say', () => {
    const measured = scores(Int8Array.of(1, 1), Float64Array.of(0.5, 0.5));

    expect(measured).toEqual({ rows: 2, baseRate: 1, logLoss: Math.log(2) });
  });

  test.each([
    ['no row', Int8Array.of(), Float64Array.of()],
    ['no label known', Int8Array.of(-1), Float64Array.of(0.5)],
    ['no prediction', Int8Array.of(1), Float64Array.of(NaN)],
  ])('says nothing of %s', (_, labels, probabilities) => {
    expect(scores(labels, probabilities)).toEqual({ rows: 0 });
  });
});
