import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  eligibleWindow,
  filesOnly,
  planOf,
  predict,
} from '../../activities/validation/finished-run.fixture.ts';
import { openDataRoot } from '../../shared/runtime/data-root.ts';
import { commandLine } from '../testing/command-line.fixture.ts';

describe('holdout', () => {
  test('is sealed, listed, opened once and for good, and refused with what was expected', async () => {
    await using user = await commandLine();
    const files = await filesOnly(await openDataRoot(user.dataRoot));
    const windows = ['TCS', 'INFY'].map((symbol) => eligibleWindow(symbol));
    await planOf(files, windows, { barless: true });
    for (const window of windows)
      for (const stage of ['teacher', 'student'] as const) await predict(files, window, stage);
    const rowsOf = async (): Promise<number> => {
      await user.type('export', 'predictions', '--out', 'p.csv');
      return (
        (await readFile(path.join(user.folder, 'p.csv'), 'utf8')).trimEnd().split('\n').length - 1
      );
    };

    const none = await user.type('holdout', 'list');
    const silent = await user.type('holdout', 'seal', 'spring');
    const misspelt = await user.type('holdout', 'seal', 'spring', '--freeze', '31/8', '--why', 'x');
    const sealed = await user.json<object>(
      'holdout',
      'seal',
      'spring',
      '--freeze',
      '2022-08-31',
      '--why',
      'release 3',
    );
    const hidden = await rowsOf();
    const evidence = await user.type('evidence');
    const opened = await user.type('holdout', 'open', 'spring', '--why', 'now', '--who', 'ravi');
    const twice = await user.type('holdout', 'open', 'spring', '--why', 'again');
    const listed = await user.json<object>('holdout', 'list');

    expect([none.code, none.stdout]).toEqual([0, 'nothing is sealed; see: holdout seal --help\n']);
    expect([silent.code, silent.stderr]).toEqual([1, expect.stringContaining("'--why <reason>'")]);
    expect([misspelt.code, misspelt.stderr]).toEqual([
      1,
      '--freeze should be a day like "2024-01-31", not "31/8"\n',
    ]);
    expect(sealed).toMatchObject({ schema: 1, name: 'spring', runId: 'r1', freeze: '2022-08-31' });
    // 64 days from 2022-06-29 on, of two symbols.
    expect([hidden, await rowsOf()]).toEqual([2 * 64, 2 * 120]);
    expect(evidence.stdout).toContain('sealed     112 rows of sessions after 2022-08-31');
    expect(opened.stdout).toContain('spring: open, once sealed after 2022-08-31');
    expect(opened.stdout).toContain('by ravi: now');
    expect(twice.code).toBe(1);
    expect(twice.stderr).toContain('it cannot be opened twice');
    expect(listed).toMatchObject({
      schema: 1,
      holdouts: [{ name: 'spring', opened: { who: 'ravi' } }],
    });
  });
});
