import { describe, expect, test } from 'vitest';
import {
  eligibleWindow,
  filesOnly,
  planOf,
  predict,
} from '../../activities/validation/finished-run.fixture.ts';
import { openDataRoot } from '../../shared/runtime/data-root.ts';
import { commandLine } from '../testing/command-line.fixture.ts';

describe('evidence', () => {
  test('answers in words or as one document, without a server', async () => {
    await using user = await commandLine();
    const files = await filesOnly(await openDataRoot(user.dataRoot));
    const windows = ['TCS', 'INFY', 'SBIN', 'ITC', 'LT'].map((symbol) => eligibleWindow(symbol));
    await planOf(files, windows, { barless: true });
    for (const window of windows)
      for (const stage of ['teacher', 'student'] as const) await predict(files, window, stage);

    const text = await user.type('evidence');
    const document = await user.json<object>('evidence', 'r1', '--by', 'symbol');
    const wrong = await user.type('evidence', 'r7');

    expect([text.code, text.stderr]).toEqual([0, '']);
    expect(text.stdout).toContain('no scores  reversal-5\n');
    expect(text.stdout).toContain('unchecked: nothing to hold the bars against\n');
    expect(text.stdout).toContain('student: its order of symbols is not told from chance');
    expect(document).toMatchObject({
      schema: 1,
      runId: 'r1',
      bootstrap: { draws: 5000, meanBlock: 10 },
      sets: [{ trust: 'unchecked', rows: 575, sessions: 115, symbols: 5 }],
      by: { grouping: 'symbol' },
    });
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('has no plan of run "r7"');
  });
});
