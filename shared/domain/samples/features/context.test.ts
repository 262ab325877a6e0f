import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../../contracts/errors.ts';
import { featureContract, randomContext } from '../features.fixture.ts';
import { randomWalk } from '../random-walk.fixture.ts';
import {
  beta60,
  breadth,
  dispersion,
  momentumRank,
  relativeReturn5,
  reversalRank,
  sectorReturn5,
} from './context.ts';
import { return1, return5 } from './returns.ts';

for (const feature of [relativeReturn5, sectorReturn5, dispersion])
  featureContract(feature, { of: 'prices', flat: 0 });
for (const feature of [breadth, momentumRank, reversalRank])
  featureContract(feature, { of: 'prices', flat: 0.5 });
featureContract(beta60, { of: 'prices', flat: NaN });

const bars = randomWalk(200, 3);
const context = randomContext(200, 4);

describe('returns beyond another’s', () => {
  test.each([
    ['relativeReturn5', relativeReturn5, context.indexReturn],
    ['sectorReturn5', sectorReturn5, context.sectorReturn],
  ] as const)('%s is the return of 5 bars less the other’s', (_, feature, other) => {
    const expected =
      return5.compute({ bars })[99] - other.subarray(95, 100).reduce((a, b) => a + b);

    expect(feature.compute({ bars, context })[99]).toBeCloseTo(expected, 12);
  });

  test('are missing while the sector is unknown', () => {
    const unknown = { ...context, sectorReturn: new Float64Array(200).fill(NaN) };

    expect(sectorReturn5.compute({ bars, context: unknown })[99]).toBeNaN();
    expect(relativeReturn5.compute({ bars, context: unknown })[99]).not.toBeNaN();
  });
});

describe('beta60', () => {
  test('finds the slope that the returns were made with', () => {
    const indexReturn = return1.compute({ bars }).map((value) => (value - 0.001) / 1.7);

    expect(beta60.compute({ bars, context: { ...context, indexReturn } })[99]).toBeCloseTo(1.7, 9);
  });
});

describe('a context of other bars', () => {
  test.each([beta60, breadth, relativeReturn5])('$name refuses it', (feature) => {
    const shifted = (): unknown => feature.compute({ bars, context: randomContext(199, 4) });

    expect(shifted).toThrow(InvariantError);
    expect(shifted).toThrow('for each of "200" bars, found "199"');
  });
});
