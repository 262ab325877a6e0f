import { describe, expect, test } from 'vitest';
import { gainShares } from './gain-shares.ts';

const familyOf = new Map([
  ['adx14', 'trend'],
  ['rsi14', 'oscillators'],
  ['macd', 'trend'],
]);

describe('gainShares', () => {
  test('averages shares, so that a model with more gain counts no more, and sums families', () => {
    const models = [
      { adx14: 10, rsi14: 10, macd: 20 },
      { adx14: 0, rsi14: 1000, macd: 0 },
    ];

    expect(gainShares(models, familyOf)).toEqual({
      models: 2,
      unsplit: 0,
      families: [
        { family: 'oscillators', share: 0.625 },
        { family: 'trend', share: 0.375 },
      ],
      features: [
        { feature: 'rsi14', family: 'oscillators', share: 0.625 },
        { feature: 'macd', family: 'trend', share: 0.25 },
        { feature: 'adx14', family: 'trend', share: 0.125 },
      ],
    });
  });

  test('leaves models without a split out of the mean, and counts them', () => {
    const models = [
      { adx14: 3, rsi14: 1, macd: 0 },
      { adx14: 0, rsi14: 0, macd: 0 },
    ];

    const { models: counted, unsplit, features } = gainShares(models, familyOf);

    expect([counted, unsplit]).toEqual([1, 1]);
    expect(features.map(({ share }) => share)).toEqual([0.75, 0.25, 0]);
  });
});
