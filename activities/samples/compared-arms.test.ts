import { describe, expect, test } from 'vitest';
import { InputError } from '../../shared/contracts/errors.ts';
import { parseRequest } from '../../shared/runtime/parse-request.ts';
import { comparedArms, withoutName } from './compared-arms.ts';

const asked = {
  symbols: 'all',
  interval: '1d',
  from: '2022-01-01',
  to: '2022-12-26',
  recipe: 'pooled',
  features: 'wide-1',
};

describe('comparedArms', () => {
  test('asks for the whole set, and for the same without the families', () => {
    const request = parseRequest({ ...asked, without: ['volume', 'levels'] });

    expect(comparedArms(request)).toEqual({
      families: ['levels', 'volume'],
      with: asked,
      without: { ...asked, without: ['levels', 'volume'] },
    });
  });

  test('says what can be left out where nothing is', () => {
    const refused = () => comparedArms(parseRequest(asked));

    expect(refused).toThrow(InputError);
    expect(refused).toThrow(
      'some families of "wide-1"; say which to leave out: --without returns, or --without trend',
    );
  });

  test.each([
    ['a family that the set does not have', ['level'], 'has no family "level" to leave out'],
    ['a family twice', ['levels', 'levels'], '"levels" is left out twice'],
  ])('refuses %s, before anything is started', (_, without, message) => {
    expect(() => comparedArms(parseRequest({ ...asked, without }))).toThrow(message);
  });

  test('refuses a plan token, which is of one plan', () => {
    const request = parseRequest({ ...asked, without: ['levels'], planToken: 'a'.repeat(64) });

    expect(() => comparedArms(request)).toThrow('leave it out');
  });
});

describe('withoutName', () => {
  test('names what is left out', () => {
    expect(withoutName('nightly', ['levels', 'volume'])).toBe('nightly-without-levels-volume');
  });
});
