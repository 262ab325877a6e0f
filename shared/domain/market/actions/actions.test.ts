import { describe, expect, test } from 'vitest';
import { InputError } from '../../../contracts/errors.ts';
import { action } from './actions.fixture.ts';
import { actionFault, inOrder, priceFactorOf } from './actions.ts';

describe('priceFactorOf', () => {
  test.each([
    ['5:1 split', 1 / 5],
    ['split 10:1', 1 / 10],
    ['5:2 split', 2 / 5],
    ['1:1 bonus', 1 / 2],
    ['bonus 1:3', 3 / 4],
    ['2:1 bonus', 1 / 3],
    ['5:1 split + 1:1 bonus', 1 / 10],
    ['2:1 split + 4:1 bonus', 1 / 10],
  ])('reads "%s" as %d', (words, factor) => {
    expect(priceFactorOf(words)).toBeCloseTo(factor, 15);
  });

  test('takes the kind of a bare ratio from beside it', () => {
    expect(priceFactorOf('1:3', 'bonus')).toBe(0.75);
    expect(priceFactorOf('5:1', 'split')).toBe(0.2);
  });

  test.each(['1:3', '5 for 1 split', '0:1 split', '1:0 bonus', '', '1:1 demerger'])(
    'refuses "%s"',
    (words) => {
      expect(() => priceFactorOf(words)).toThrow(InputError);
      expect(() => priceFactorOf(words)).toThrow('a ratio like "5:1 split"');
    },
  );
});

describe('actionFault', () => {
  test.each([
    ['a split with its inverse volume', {}],
    ['factors rounded to four digits', { kind: 'bonus', priceFactor: 0.6667, volumeFactor: 1.5 }],
    ['a consolidation', { priceFactor: 10, volumeFactor: 0.1 }],
    ['a demerger', { kind: 'demerger', priceFactor: 0.9079, volumeFactor: 1 }],
    ['rights', { kind: 'rights', priceFactor: 0.98, volumeFactor: 1.07 }],
    ['a dividend', { kind: 'dividend', priceFactor: 1, volumeFactor: 1, cash: 9.5 }],
  ])('finds nothing wrong with %s', (_, options) => {
    expect(actionFault(action(options))).toBeUndefined();
  });

  test.each([
    ['a factor of 0', { priceFactor: 0 }, 'above 0 was expected, "0" found'],
    ['a negative factor', { priceFactor: -0.5 }, 'above 0 was expected, "-0.5" found'],
    ['a factor that is no number', { priceFactor: NaN }, 'above 0 was expected, "NaN" found'],
    ['no shares', { volumeFactor: 0 }, 'volume factor above 0 was expected, "0" found'],
    ['a split of nothing', { priceFactor: 1, volumeFactor: 1 }, 'a split changes the price'],
    ['shares that do not fit', { volumeFactor: 2 }, 'has the volume factor "5", not "2"'],
    ['a bonus that takes shares', { kind: 'bonus', priceFactor: 2, volumeFactor: 0.5 }, 'gives'],
    ['a demerger with shares', { kind: 'demerger' }, 'a volume factor of 1 was expected, "5"'],
    [
      'a demerger that adds value',
      { kind: 'demerger', priceFactor: 1.1, volumeFactor: 1 },
      '"1.1"',
    ],
    ['rights above the price', { kind: 'rights', priceFactor: 1.1 }, 'below 1 was expected'],
    ['a dividend that scales', { kind: 'dividend', cash: 5 }, 'factors of 1 were expected'],
    [
      'a dividend of nothing',
      { kind: 'dividend', priceFactor: 1, volumeFactor: 1 },
      'rupees above 0 were expected, "0" found',
    ],
    ['negative cash', { cash: -1 }, 'rupees a share of 0 or more were expected, "-1" found'],
  ])('names %s', (_, options, message) => {
    expect(actionFault(action(options))).toContain(message);
  });
});

describe('inOrder', () => {
  test('sorts by day, then symbol, whatever the order before', () => {
    const all = [
      action({ symbol: 'B', exDate: '2024-02-01' }),
      action({ symbol: 'C', exDate: '2023-01-02' }),
      action({ symbol: 'A', exDate: '2024-02-01' }),
    ];

    expect(inOrder(all).map(({ symbol }) => symbol)).toEqual(['C', 'A', 'B']);
    expect(inOrder(all.toReversed())).toEqual(inOrder(all));
  });
});
