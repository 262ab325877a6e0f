import { describe, expect, test } from 'vitest';
import type { PermutedImportance } from '../activities/training/permute-families.ts';
import type { RunImportance } from '../activities/training/report-importance.ts';
import { costText, importanceText } from './importance-text.ts';

const gain = {
  models: 11,
  unsplit: 1,
  families: [
    { family: 'trend', share: 0.75 },
    { family: 'volume', share: 0.25 },
  ],
  features: [
    { feature: 'adx14', family: 'trend', share: 0.5 },
    { feature: 'macd', family: 'trend', share: 0.25 },
    { feature: 'volumeZ20', family: 'volume', share: 0.25 },
  ],
};

const found: RunImportance = {
  runId: 'r1',
  recipe: 'pooled',
  features: 'wide-1',
  without: ['levels'],
  gain: { student: gain },
  unknown: 3,
};

const permuted: PermutedImportance = {
  repeats: 5,
  cost: { models: 12, fits: 60, predictions: 660, seconds: 3.2 },
  drift: 0,
  stages: {
    student: {
      models: 12,
      rows: 9000,
      logLoss: 0.6931,
      families: [
        { family: 'volume', increase: 0.00123, low: -0.0001, high: 0.004, harmed: 0.75 },
        { family: 'trend', increase: -0.000001, low: -0.002, high: 0.001, harmed: 0.5 },
      ],
    },
  },
};

describe('importanceText', () => {
  test('is a table of families with the features they are made of', () => {
    expect(importanceText(found).split('\n')).toEqual([
      'run  r1, recipe pooled, features wide-1 without levels',
      '3 models were stored before their importance was, and do not count',
      '',
      'students by gain, mean share over 11 models; 1 more have no split',
      'family  share %  of it',
      'trend   75.0     adx14 50.0, macd 25.0',
      'volume  25.0     volumeZ20 25.0',
    ]);
  });

  test('has a table of what permutation costs models besides', () => {
    expect(
      importanceText({ ...found, permuted })
        .split('\n')
        .slice(-4),
    ).toEqual([
      'students by permutation, 5 of each test block: what a log loss of 0.693 rises by without a ' +
        'family, thousandths of a nat, mean over 12 models (9000 rows)',
      'family  loss +  four of five models  models that lose %',
      'volume  1.23    -0.10 to 4.00        75',
      'trend   0.00    -2.00 to 1.00        50',
    ]);
  });

  test('says when the folds are not those that were stored', () => {
    const text = importanceText({ ...found, permuted: { ...permuted, drift: 0.00021 } });

    expect(text).toContain('\nthe folds differ from the stored ones by up to 2.1e-4\n');
    expect(importanceText({ ...found, permuted })).not.toContain('differ');
  });
});

describe('costText', () => {
  test('counts fits and predictions', () => {
    expect(costText({ models: 1530, fits: 4590, predictions: 188_190, seconds: 70.2 }, 2)).toBe(
      'permuting 1,530 models: 4,590 fits of inner folds and 188,190 predictions of test blocks, ' +
        'about 71 s on 2 threads',
    );
  });
});
