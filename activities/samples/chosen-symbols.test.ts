import { describe, expect, test } from 'vitest';
import { InputError } from '../../shared/contracts/errors.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { exchange, request, store, testWorld } from '../world.fixture.ts';
import { chosenSymbols } from './chosen-symbols.ts';

/** A world with bars of a few days. */
async function worldWith(...symbols: readonly string[]): Promise<ComputeWorld> {
  const world = await testWorld();
  await store(world, ...exchange(symbols, '2020-10-10'));
  return world;
}

describe('chosenSymbols', () => {
  test('takes all that have bars, in order of the alphabet, and no index', async () => {
    const world = await worldWith('TCS', 'OWN', 'NIFTY50_INDEX', 'M&M');

    expect(await chosenSymbols(world, request())).toEqual(['M&M', 'OWN', 'TCS']);
  });

  test('takes those asked for once, in order, with bars or as known instruments', async () => {
    const world = await worldWith('OWN');

    const symbols = await chosenSymbols(world, request({ symbols: ['TCS', 'OWN', 'TCS'] }));

    expect(symbols).toEqual(['OWN', 'TCS']);
  });

  test('takes a former ticker for the current one', async () => {
    const world = await worldWith('OWN');

    const symbols = await chosenSymbols(world, request({ symbols: ['ZOMATO', 'LTI', 'ETERNAL'] }));

    expect(symbols).toEqual(['ETERNAL', 'LTM']);
  });

  test('refuses an index', async () => {
    const world = await worldWith('TCS', 'NIFTY50_INDEX');

    const chosen = chosenSymbols(world, request({ symbols: ['NIFTY50_INDEX'] }));

    await expect(chosen).rejects.toThrow(InputError);
    await expect(chosen).rejects.toThrow('"NIFTY50_INDEX" is an index: context, never trained');
  });

  test('names every unknown symbol, and those that may have been meant', async () => {
    const world = await worldWith('OWNLISTED');

    const chosen = chosenSymbols(
      world,
      request({ symbols: ['RELIANC', 'OWNLISTES', 'QQQQQQ', 'TCS'] }),
    );

    await expect(chosen).rejects.toThrow(InputError);
    await expect(chosen).rejects.toThrow(
      [
        '"OWNLISTES" is neither a known instrument nor a symbol with bars; did you mean "OWNLISTED"?',
        '"QQQQQQ" is neither a known instrument nor a symbol with bars',
        '"RELIANC" is neither a known instrument nor a symbol with bars; did you mean "RELIANCE"?',
      ].join('\n'),
    );
  });

  test.each([[[]], [['NIFTY50_INDEX']]])(
    'says what to do where %j is all there is',
    async (all) => {
      const chosen = chosenSymbols(await worldWith(...all), request());

      await expect(chosen).rejects.toThrow(InputError);
      await expect(chosen).rejects.toThrow(
        'there are no bars of interval "1d" to train on; import',
      );
    },
  );
});
