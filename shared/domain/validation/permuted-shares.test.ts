import { expect, test } from 'vitest';
import { permutedShares } from './permuted-shares.ts';

test('permutedShares counts every model alike, largest first, and says how many lose anything', () => {
  const loss = (rows: number, logLoss: number, ...increases: number[]) => ({
    rows,
    logLoss,
    increases,
    outOfFold: new Float64Array(),
  });

  const shares = permutedShares(
    ['levels', 'trend'],
    [loss(60, 0.7, -0.01, 0.02), loss(9000, 0.9, 0.03, 0.04)],
  );

  expect(shares).toMatchObject({ models: 2, rows: 9060 });
  expect(shares.logLoss).toBeCloseTo(0.8, 12);
  expect(shares.families.map(({ family }) => family)).toEqual(['trend', 'levels']);
  const [trend, levels] = shares.families;
  expect(trend).toMatchObject({ harmed: 1 });
  expect(levels).toMatchObject({ harmed: 0.5 });
  expect(levels.increase).toBeCloseTo(0.01, 12);
  expect([levels.low, levels.high]).toEqual([
    expect.closeTo(-0.006, 12),
    expect.closeTo(0.026, 12),
  ]);
});
