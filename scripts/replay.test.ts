import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { ReplayPreview } from '../activities/samples/preview-replay.ts';
import type { RunReport } from '../shared/contracts/run.ts';
import { readStack } from '../shared/runtime/stack/stack.ts';
import { brokenRun } from './testing/broken-run.ts';
import { commandLine } from './testing/command-line.fixture.ts';
import type { CommandLine } from './testing/command-line.ts';
import { storeSimulated } from './testing/simulated-bars.fixture.ts';

// A segment of bars is damaged while a run is open, so that some of its windows fail:
// - the run says so, and that replay does them again
// - nothing is planned over damaged bars; once they are mended, the preview says what will be done
// - the replay trains those windows and no others, to the bytes of a run that nothing disturbed
// - matrix and status of the old run show them healed, and its own files are as they were
// - as recorded, models that exist are fitted again and are the same bytes
// - all of it by the Temporal command-line tool alone
// Afterwards its histories are kept and replayed, and what nothing needs is collected.

const symbols = ['RELIANCE', 'TCS', 'INFY', 'ITC', 'SBIN', 'LT', 'WIPRO', 'HDFCBANK'];
const spans = ['--from', '2022-01-01', '--to', '2022-12-26'];
const tcs = ['TCS/1d/2022-01-01..2022-06-30', 'TCS/1d/2022-06-30..2022-12-27'];

interface Replays {
  readonly planToken: string;
  readonly replays: readonly ReplayPreview[];
}

interface Matrix {
  readonly windows: readonly {
    readonly window: string;
    readonly outcome: string;
    readonly healedBy?: string;
  }[];
}

interface Collected {
  readonly removed: boolean;
  readonly bytes: number;
  readonly kinds: readonly { readonly kind: string; readonly items: number }[];
}

const onlyTorn = ['--symbols', 'ITC,MARUTI', '--as-of', '2022-12-26', '--name', 'after'];

let user: CommandLine;
let client: Client;
let failed: RunReport;
let frozen: string;

beforeAll(async () => {
  user = await commandLine();
  await storeSimulated(user.dataRoot, [...symbols, 'MARUTI']);
  client = await user.up();
  failed = await broken('broken', symbols, 'TCS');
  frozen = await filesOf('broken');
});
afterAll(async () => {
  await user[Symbol.asyncDispose]();
});

describe('a run over bars that were damaged meanwhile', () => {
  test('fails those windows and no others, and says what does them again', async () => {
    const told = await user.type('status', 'broken');

    expect(failed).toMatchObject({ state: 'completed', counts: { trained: 14 } });
    expect(failed.counts.failed).toEqual({ DataError: 2 });
    expect(told.code).toBe(2);
    expect(told.stdout).toContain('replay --failed-of broken');
  });
});

describe('replay', () => {
  let preview: Replays;

  test('is refused while the bars are damaged, with the remedy', async () => {
    const { code, stderr } = await user.type('replay', '--failed-of', 'broken');

    expect(code).toBe(1);
    expect(stderr).toContain('import the bars of "TCS" "1d" again');
  });

  test('shows what it would do once they are mended, and does nothing', async () => {
    await storeSimulated(user.dataRoot, ['TCS']);

    preview = await user.json<Replays>('replay', '--failed-of', 'broken');

    expect(preview.replays).toMatchObject([{ of: 'broken', counts: { windows: 2, train: 2 } }]);
    expect(preview.replays[0].windows).toMatchObject(
      tcs.map((window) => ({ window, failure: { class: 'DataError' }, changed: [] })),
    );
    expect(await readdir(path.join(user.dataRoot, 'runs'))).toEqual(['broken']);
  });

  test('is refused by a token of other inputs', async () => {
    const { code, stderr } = await user.type(
      'replay',
      '--failed-of',
      'broken',
      '--plan-token',
      'a'.repeat(64),
    );

    expect(code).toBe(1);
    expect(stderr).toContain('the inputs changed since plan "aaaaaaaa" was looked at');
  });

  test('trains those windows and no others', async () => {
    const report = await user.json<RunReport>(
      'replay',
      '--failed-of',
      'broken',
      '--plan-token',
      preview.planToken,
      '--wait',
    );

    expect(report.runId).toMatch(/^2022-12-26-[0-9a-f]{8}-of-broken$/);
    expect(report).toMatchObject({ state: 'completed', replayOf: 'broken' });
    expect(report.counts).toMatchObject({ planned: 2, trained: 2, failed: {} });
  });

  test('heals them in the eyes of matrix and status, and leaves the run as it was', async () => {
    const { windows } = await user.json<Matrix>('matrix', 'broken');
    const told = await user.type('status', 'broken');

    const healed = windows.filter(({ outcome }) => outcome === 'failed');
    expect(healed.map(({ healedBy }) => healedBy)).toEqual(
      tcs.map(() => expect.stringMatching(/-of-broken$/)),
    );
    expect(told.stdout).toMatch(/^healed {3}2 by 2022-12-26-[0-9a-f]{8}-of-broken$/m);
    expect(await filesOf('broken')).toBe(frozen);
  });

  test('leaves the bytes of a run that nothing disturbed, by workers that have versions', async () => {
    await using other = await commandLine(1, 'versioning: { deployment: factory, buildId: r1 }');
    await storeSimulated(other.dataRoot, symbols);
    const versioned = await other.up();
    await other.json('train', ...spans, '--as-of', '2022-12-26', '--wait');

    expect(await contents(user.dataRoot)).toEqual(await contents(other.dataRoot));
    for await (const { workflowId } of versioned.workflow.list({
      query: "WorkflowType = 'distilStudent'",
    }))
      expect(await buildIdsOf(versioned, workflowId)).toEqual(['r1']);
  });

  test('as recorded fits models again and finds the same bytes', async () => {
    const report = await user.json<RunReport>(
      'replay',
      '--of',
      'broken',
      '--windows',
      `ITC/1d/${tcs[0].slice(7)},${tcs[0]}`,
      '--as-recorded',
      '--yes',
      '--wait',
    );

    expect(report.compared).toEqual({ same: 4, made: 0 });
    expect(report.lanes.reduce((sum, { busySeconds }) => sum + busySeconds, 0)).toBeGreaterThan(0);
  });

  test('finds nothing left to do since, and says so', async () => {
    const { code, stderr } = await user.type('replay', '--since', '2022-01-01');

    expect(code).toBe(1);
    expect(stderr).toContain('nothing that failed since "2022-01-01" is left');
  });

  test('is started by the Temporal tool alone', async () => {
    const torn = await broken('torn', ['ITC', 'MARUTI'], 'MARUTI');
    await storeSimulated(user.dataRoot, ['MARUTI']);

    await temporal(
      'workflow',
      'start',
      '--task-queue',
      'sensequant',
      '--type',
      'trainRun',
      '--workflow-id',
      'train/by-hand',
      '--priority-key',
      '4',
      '--input',
      '{"replay":{"of":"torn"}}',
    );
    const report = await user.json<RunReport>('status', 'by-hand', '--watch');

    expect(torn.state).toBe('over-threshold');
    expect(report).toMatchObject({ replayOf: 'torn', counts: { trained: 2 } });
    const query = "ReplayOf = 'torn'";
    const found = [];
    for await (const { workflowId } of client.workflow.list({ query })) found.push(workflowId);
    expect(found).toEqual(['train/by-hand']);
  });
});

describe('history', () => {
  test('is kept of a run, and replays on the code that made it', async () => {
    const out = path.join(user.folder, 'histories');

    const { files } = await user.json<{ files: string[] }>(
      'history',
      'export',
      'by-hand',
      '--out',
      out,
    );
    const told = await user.json<{ histories: { workflowType: string }[] }>(
      'history',
      'replay',
      out,
    );

    expect(files).toContain('train/by-hand.json');
    expect(files).toContain(`train/by-hand/MARUTI/1d/${tcs[0].slice(7)}/student.json`);
    expect(told.histories).toHaveLength(files.length);
    expect(new Set(told.histories.map(({ workflowType }) => workflowType))).toEqual(
      new Set(['trainRun', 'trainBatch', 'trainTeacher', 'distilStudent']),
    );
  });

  test('names what does not replay, and at which event', async () => {
    const file = path.join(user.folder, 'histories', 'train', 'by-hand.json');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replaceAll('"reportRun"', '"reportRunTwice"'));

    const { code, stdout } = await user.type('history', 'replay', file);

    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^by-hand\.json: "train\/by-hand" does something else at event \d+ \(.*ACTIVITY/m,
    );
  });
});

describe('gc', () => {
  test('shows what it would remove and leaves what a kept run needs', async () => {
    const shown = await user.json<Collected>('gc', '--keep-runs', '1');
    const removed = await user.json<Collected>('gc', '--keep-runs', '1', '--yes');
    const again = await user.json<RunReport>('train', ...spans, ...onlyTorn, '--wait');

    expect(shown).toMatchObject({ removed: false, bytes: removed.bytes, kinds: removed.kinds });
    expect(removed.kinds.find(({ kind }) => kind === 'teachers')?.items).toBeGreaterThan(0);
    // The newest run is the replay of `torn`, of one symbol: its models stand, others' are gone.
    expect(again.counts).toMatchObject({ trained: 2, reused: 2 });
  });
});

async function buildIdsOf(of: Client, workflowId: string): Promise<string[]> {
  const { events } = await of.workflow.getHandle(workflowId).fetchHistory();
  const ids = (events ?? []).flatMap(
    (event) => event.workflowTaskCompletedEventAttributes?.deploymentVersion?.buildId ?? [],
  );
  return [...new Set(ids)];
}

async function broken(
  name: string,
  chosen: readonly string[],
  damaged: string,
): Promise<RunReport> {
  const asked = [...spans, '--as-of', '2022-12-26', '--symbols', chosen.join(',')];
  return (await brokenRun(user, { name, asked, damaged: [damaged] })).report;
}

/** Everything that a run left in its folder. */
async function filesOf(runId: string): Promise<string> {
  const folder = path.join(user.dataRoot, 'runs', runId);
  const names = (await readdir(folder, { recursive: true })).toSorted();
  const texts = names.map((name) => readFile(path.join(folder, name), 'utf8').catch(() => ''));
  return JSON.stringify([names, await Promise.all(texts)]);
}

/** What each artifact of a store consists of, by its name. */
async function contents(dataRoot: string): Promise<Record<string, string>> {
  const folder = path.join(dataRoot, 'store');
  const names = await readdir(folder, { recursive: true });
  const manifests = names.filter((name) => name.endsWith('manifest.json')).toSorted();
  const read = manifests.map(async (name) => {
    const { content } = JSON.parse(await readFile(path.join(folder, name), 'utf8'));
    return [name, content] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

async function temporal(...args: string[]): Promise<void> {
  const { address, namespace } = (await readStack({ path: user.dataRoot, id: '' }))!;
  const where = ['--address', address, '--namespace', namespace];
  await promisify(execFile)(inject('temporalCli'), [...args, ...where]);
}
