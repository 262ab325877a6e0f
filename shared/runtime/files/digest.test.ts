import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestOf, sha256 } from './digest.ts';

describe('sha256', () => {
  // FIPS 180-2, appendix B.1.
  test('is the one that the standard gives', () => {
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  test('takes parts as if they were one', () => {
    expect(sha256('a', new Uint8Array([98]), 'c')).toBe(sha256('abc'));
  });
});

describe('digestOf', () => {
  test('is that of the text with keys in order', () => {
    expect(digestOf({ b: [1, 'x', null], a: { d: true, c: 2 } })).toBe(
      sha256('{"a":{"c":2,"d":true},"b":[1,"x",null]}'),
    );
  });

  test('takes a field without a value for an absent one', () => {
    expect(digestOf({ a: 1, b: undefined })).toBe(digestOf({ a: 1 }));
    expect(digestOf({ a: 1, b: null })).not.toBe(digestOf({ a: 1 }));
  });

  test.each([
    ['the order of a list', [1, 2], [2, 1]],
    ['a number and its text', { a: 1 }, { a: '1' }],
    ['where one name ends and the next begins', { ab: 'c' }, { a: 'bc' }],
    ['how a list is nested', [[1], 2], [1, [2]]],
    ['an empty record and an empty list', {}, []],
  ])('tells %s apart', (_, one, other) => {
    expect(digestOf(one)).not.toBe(digestOf(other));
  });

  test('is the same for any order of keys, and after a trip through JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).toReversed());

        expect(digestOf(turned)).toBe(digestOf(value));
        expect(digestOf(JSON.parse(JSON.stringify(value)))).toBe(digestOf(value));
      }),
      { seed: 1 },
    );
  });

  test('differs where values do', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        expect(digestOf(one) === digestOf(other)).toBe(isDeepStrictEqual(one, other));
      }),
      { seed: 2, numRuns: 1000 },
    );
  });
});
