import { describe, expect, test } from 'vitest';
import { InputError } from '../../../contracts/errors.ts';
import { seededChance } from '../random-walk.fixture.ts';
import { effectiveSample, meanCorrelation } from './effective-sample.ts';

describe('effectiveSample', () => {
  test('counts a date of 99 names that move together as 3.9', () => {
    const date = { sessions: 5, horizon: 5, symbols: 99, correlation: 0.25 };

    expect(effectiveSample(date)).toBeCloseTo(3.8824, 4);
    expect(effectiveSample({ ...date, sessions: 250 })).toBeCloseTo(194.12, 2);
  });

  test('counts every label where none share anything, and one name where all do', () => {
    const alone = { sessions: 100, horizon: 1, symbols: 7, correlation: 0 };

    expect(effectiveSample(alone)).toBe(700);
    expect(effectiveSample({ ...alone, correlation: 1 })).toBe(100);
  });

  test.each([{ horizon: 0 }, { symbols: 0 }, { correlation: 1.1 }, { correlation: NaN }])(
    'refuses %o',
    (wrong) => {
      const shape = { sessions: 100, horizon: 5, symbols: 7, correlation: 0.2, ...wrong };

      expect(() => effectiveSample(shape)).toThrow(InputError);
    },
  );
});

describe('meanCorrelation', () => {
  test('finds what columns with a common factor share', () => {
    const chance = seededChance(1);
    const market = Float64Array.from({ length: 4000 }, () => 0.5 * chance.normal());
    const columns = Array.from({ length: 4 }, () =>
      market.map((shared) => shared + Math.sqrt(0.75) * chance.normal()),
    );

    expect(Math.abs(meanCorrelation(columns) - 0.25)).toBeLessThan(0.03);
  });

  test('compares dates that both have, and pairs that vary', () => {
    const up = Float64Array.of(1, 2, 3, NaN, 5);
    const down = Float64Array.of(3, 2, 1, 7, NaN);
    const still = new Float64Array(5).fill(2);

    expect(meanCorrelation([up, down])).toBeCloseTo(-1, 12);
    expect(meanCorrelation([up, down, still])).toBeCloseTo(-1, 12);
    expect(meanCorrelation([up, still])).toBeNaN();
    expect(meanCorrelation([up])).toBeNaN();
  });
});
