import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunProgress, RunReport } from '../../shared/contracts/run.ts';
import type { ComparedRuns } from '../compare-arms.ts';
import { commandLine } from '../testing/command-line.fixture.ts';
import type { CommandLine } from '../testing/command-line.ts';
import { storeSimulated } from '../testing/simulated-bars.fixture.ts';

// What a user types to ask whether a family of features is worth having:
// - two runs of names of their own, the first the very run that plain `train` makes
// - one document or one sentence about both, and an exit code of both
// - what cannot be compared is refused before anything is started

const grid = ['--from', '2022-01-01', '--to', '2022-12-26', '--as-of', '2023-07-14'];
const compare = ['train', ...grid, '--without', 'volume', '--compare'];
let user: CommandLine;
let client: Client;
let compared: ComparedRuns;

beforeAll(async () => {
  user = await commandLine();
  await storeSimulated(user.dataRoot, ['INFY', 'ITC', 'LT', 'RELIANCE', 'TCS']);
  client = await user.up();
  compared = await user.json(...compare, '--name', 'w');
});
afterAll(async () => {
  await user[Symbol.asyncDispose]();
});

describe('train --compare', () => {
  test('trains with and without, and compares what both said of the same rows', () => {
    expect(compared).toMatchObject({
      schema: 1,
      families: ['volume'],
      with: { runId: 'w', state: 'completed', counts: { trained: 10 } },
      without: { runId: 'w-without-volume', state: 'completed', counts: { trained: 10 } },
      comparison: { runId: 'w', against: 'w-without-volume', sameBars: true, lags: 10 },
    });
    const [students, teachers] = compared.comparison?.sets ?? [];
    expect([students.stage, teachers.stage]).toEqual(['student', 'teacher']);
    expect(students).toMatchObject({ symbols: 5, differing: 0, sameLabels: true });
    expect(students.pairs[0].rankIc.value).not.toBe(0);
    expect(students.pairs[0].logLoss?.low).toBeLessThan(students.pairs[0].logLoss?.high ?? NaN);
  });

  test('answers in words that end with one sentence, and trains nothing twice', async () => {
    const { code, stdout, stderr } = await user.type(...compare, '--name', 'w');

    expect(code).toBe(0);
    expect(stderr).toContain('started run w.2\nstarted run w-without-volume.2\n');
    expect(stdout).toMatch(/^with {7}w\.2 completed after .*: 0 windows trained, 10 reused,/);
    expect(stdout).toMatch(/\nvolume: (?:no gain|a gain|no clear gain).* at 80 % power\)\n$/);
  });

  test('begins with the run that plain training makes, which it finds done', async () => {
    const plain = await user.json<RunReport>('train', ...grid, '--wait');

    const again = await user.json<ComparedRuns>(...compare);

    expect(again.with.runId).toBe(`${plain.runId}.2`);
    expect(again.without.runId).toBe(`${plain.runId}-without-volume`);
    expect(again.without.counts).toMatchObject({ trained: 0, reused: 10 });
  });

  test('leaves both runs going on Ctrl-C, says how to come back, and attaches to them', async () => {
    const spans = ['--horizon', '4', '--name', 'left'];

    const ended = await user.interrupt('started run left-without-volume', ...compare, ...spans);
    const back = await user.json<ComparedRuns>(...compare, ...spans);

    expect(ended.code).toBe(130);
    expect(ended.stderr).toContain('runs left and left-without-volume go on; come back by');
    expect(ended.stderr).toContain('evidence left --against left-without-volume');
    expect(back.without.state).toBe('completed');
    expect(back.comparison?.sets).toHaveLength(2);
  });

  test('tells of a run that was cancelled, compares nothing, and ends as cancelled', async () => {
    const spans = ['--horizon', '3', '--name', 'cut'];

    const waiting = user.type(...compare, ...spans);
    const handle = client.workflow.getHandle('train/cut-without-volume');
    const isPlanned = async () => (await handle.query<RunProgress>('progress')).plan !== undefined;
    while (!(await isPlanned().catch(() => false)));
    await handle.cancel();
    const ended = await waiting;

    expect(ended.code).toBe(4);
    expect(ended.stdout).toContain('nothing is compared: cut-without-volume is cancelled;');
  });

  test.each([
    [['--compare'], 'say which to leave out: --without returns, or --without'],
    [['--compare', '--without', 'levels'], 'has no family "levels" to leave out; it has "returns"'],
    [
      ['--compare', '--without', 'volume', '--plan-token', 'a'.repeat(64)],
      '--plan-token is of one plan',
    ],
    [
      ['--compare', '--without', 'volume', '--name', 'a'.repeat(95)],
      'is too long to name a run; shorten --name',
    ],
  ])('refuses %j before anything is started', async (options, words) => {
    const { code, stdout, stderr } = await user.type('train', ...grid, ...options, '--json');

    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 1, error: { class: 'InputError' } });
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('started run');
    expect(stderr).not.toContain('    at ');
  });

  test('leaves models whose importance is told, by gain and by permutation', async () => {
    const found = await user.json<object>('importance', 'w', '--permute', '--models', '2');
    const words = await user.type(
      'importance',
      'w',
      '--permute',
      '--models',
      '2',
      '--repeats',
      '1',
    );
    const wrong = await user.type('importance', 'w', '--permute', '--repeats', '0', '--json');

    expect(found).toMatchObject({
      schema: 1,
      runId: 'w',
      unknown: 0,
      gain: { teacher: { models: 10 }, student: { models: 10 } },
      permuted: {
        repeats: 5,
        drift: 0,
        stages: { teacher: { models: 2 }, student: { models: 2 } },
      },
    });
    // 4 models of 3 folds; each block as it is, and 5 families once.
    expect(words.stderr).toContain('permuting 4 models: 12 fits of inner folds and 72 predictions');
    expect(words.stdout).toMatch(/^students by permutation, 1 of each test block/m);
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toContain('is not a whole number from 1 on');
  });

  test('tells of an arm that cannot be planned when the other has ended, too', async () => {
    const { code, stderr } = await user.type(...compare, '--symbols', 'INFI', '--name', 'none');

    expect(code).toBe(1);
    expect(stderr).toContain('run none failed as a whole: there is nothing to compare with\n');
    expect(stderr).toContain('"INFI" is neither a known instrument nor a symbol with bars');
    expect(stderr).not.toContain('    at ');
  });
});
