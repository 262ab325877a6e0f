import { describe, expect, test } from 'vitest';
import { errorRecord, InputError, InvariantError } from '../../contracts/errors.ts';
import type { FixtureData } from './compute-thread.fixture.ts';
import { openComputeThread } from './compute-thread.ts';
import { libraryFile } from '../lightgbm/booster.fixture.ts';

const entry = new URL('./compute-thread.fixture.ts', import.meta.url);

/** The error of a thread that cannot start. */
async function startOf(workerData: FixtureData, from = entry): Promise<unknown> {
  try {
    const thread = await openComputeThread(from, { workerData, onLog: () => {} });
    await thread.close();
    return 'it started';
  } catch (error) {
    return error;
  }
}

describe('startFault', () => {
  test.each<[FixtureData['start'], Error]>([
    ['throw', new InputError('inside', { where: 'open' })],
    ['throw-outside', new InputError('outside', { where: 'top' })],
    ['throw-unknown', new InvariantError(`"${entry.pathname}" cannot start: unknown`)],
    ['leave', new InvariantError(`"${entry.pathname}" ended without serving jobs`)],
  ])('is the error of an entry that starts by "%s"', async (start, expected) => {
    const error = await startOf({ library: libraryFile, start });

    expect(errorRecord(error)).toEqual(errorRecord(expected));
    expect(error).toBeInstanceOf(expected.constructor);
  });

  test('is the error of a missing library', async () => {
    const error = await startOf({ library: '/nowhere/lib_lightgbm.so', start: 'serve' });

    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({ fields: { file: '/nowhere/lib_lightgbm.so' } });
  });

  test('names an entry that does not exist', async () => {
    const nothing = new URL('./nothing.ts', import.meta.url);

    const error = await startOf({ library: libraryFile, start: 'serve' }, nothing);

    expect(error).toMatchObject({
      name: 'InvariantError',
      message: expect.stringMatching(/nothing\.ts" cannot start: Cannot find module/),
    });
  });
});
