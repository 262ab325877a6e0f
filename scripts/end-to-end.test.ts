import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CoverageReport } from '../activities/market/cover-bars.ts';
import type { BackfillReport } from '../shared/contracts/backfill.ts';
import type { PlanCounts } from '../shared/contracts/plan.ts';
import type { PredictionsExport } from '../activities/validation/export-predictions.ts';
import type { RunReport } from '../shared/contracts/run.ts';
import { featureSet } from '../shared/domain/samples/features.ts';
import { commandLine, type ProcessRow } from './testing/command-line.fixture.ts';
import type { CommandLine } from './testing/command-line.ts';
import { storeSimulated } from './testing/simulated-bars.fixture.ts';

// What a user types, on a real server with two lanes:
// - an exchange hands over its bars once somebody has logged in, and is asked for each bar once
// - the plan says what will be done, training does it, and again reuses it all
// - what was trained can be found in Temporal by symbol, window, lane and outcome
// - no message is over 4 KiB but a page of windows, no history long
// - a second stack of another data root does not meet the first

interface PlanDocument {
  readonly planToken: string;
  readonly counts: PlanCounts;
}

interface Exchange {
  readonly url: string;
  readonly apiSession: string;
  readonly clock: { readonly real: string; readonly exchange: string; readonly scale: number };
}

interface MatrixDocument {
  readonly windows: readonly { readonly window: string; readonly outcome: string }[];
}

const window = 'TCS/1d/2022-01-01..2022-06-30';
const features = featureSet('base-1').map(({ name }) => name);
const grid = ['--from', '2022-01-01', '--to', '2024-12-31'];
const history = ['--from', '2020-10-01', '--to', '2024-12-31'];
const symbols = 'RELIANCE,TCS,M&M,LICI,HYUNDAI';
const missing = ['backfill', '--source', 'simulated', '--symbols', symbols, ...history, '--wait'];
let user: CommandLine;
let client: Client;
let exchange: Exchange;
let backfill: BackfillReport;
let plan: PlanDocument;
let report: RunReport;

beforeAll(async () => {
  user = await commandLine();
  exchange = await user.serve('exchange', '--symbols', symbols, '--from', '2025-07-01T18:00');
  await user.configure({ simulated: { url: exchange.url, clock: exchange.clock } });
  client = await user.up();
  await user.pipe(exchange.apiSession, 'session', '--source', 'simulated');
  backfill = await user.json(...missing);
  plan = await user.json('plan', ...grid);
  report = await user.json('train', ...grid, '--wait');
});
afterAll(async () => {
  await user[Symbol.asyncDispose]();
});

describe('backfill', () => {
  test('brings every bar of an exchange in as few requests as the cap of its answers allows', async () => {
    const coverage = await user.json<CoverageReport>('coverage', ...history);

    expect(backfill).toMatchObject({ state: 'completed', counts: { failed: {}, empty: {} } });
    // 1,055 sessions of three symbols, fewer than 1,000 of two that were listed later.
    expect(backfill.counts).toMatchObject({ stored: 5, requests: 8, leastRequests: 8 });
    expect(backfill.counts.rows).toBe(coverage.total.expectedBars);
    expect(coverage.total.coverage).toBe(1);
  });

  test('asks for nothing that is there', async () => {
    const again = await user.json<BackfillReport>(...missing);

    expect(again.runId).toBe(`${backfill.runId}.2`);
    expect(again.counts).toMatchObject({ planned: 0, requests: 0, resting: { complete: 5 } });
  });
});

describe('train', () => {
  test('does what the plan said', () => {
    const { counts } = report;

    expect(plan.counts).toEqual({
      windows: 35,
      train: 22,
      reuse: 0,
      skip: { 'not-due': 5, 'pre-listing': 5, 'partial-listing': 2, 'too-few-samples': 1 },
      stages: { teacher: { train: 22, reuse: 0 }, student: { train: 22, reuse: 0 } },
    });
    expect(report).toMatchObject({ state: 'completed', planToken: plan.planToken });
    expect(counts).toMatchObject({ planned: 35, trained: 22, failed: {}, notStarted: 0 });
    expect(counts.skipped).toEqual(plan.counts.skip);
    expect(counts.stages).toEqual({
      teacher: { trained: 22, reused: 0, failed: 0 },
      student: { trained: 22, reused: 0, failed: 0 },
    });
    // A window's stages may be done by two lanes.
    const windows = report.lanes.map((lane) => lane.windows);
    expect(windows.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(22);
    expect(Math.max(...windows)).toBeLessThanOrEqual(22);
    for (const lane of report.lanes) expect(lane.busySeconds).toBeGreaterThan(0);
  });

  test('reuses everything when it is asked again', async () => {
    const again = await user.json<RunReport>('train', ...grid, '--wait');

    expect(again.runId).toBe(`${report.runId}.2`);
    expect(again.planToken).toBe(report.planToken);
    expect(again.counts).toMatchObject({ trained: 0, reused: 22 });
  });

  test('distils students again with another mix and leaves their teachers', async () => {
    const mixed = ['--student-mix', '0.5', '--name', 'mixed'];
    const again = await user.json<RunReport>('train', ...grid, ...mixed, '--wait');

    expect(again.counts).toMatchObject({ trained: 22, reused: 0 });
    expect(again.counts.stages).toEqual({
      teacher: { trained: 0, reused: 22, failed: 0 },
      student: { trained: 22, reused: 0, failed: 0 },
    });
  });

  test('extends the predictions of models it knows when sessions were added', async () => {
    const early = await user.json<RunReport>('train', ...grid, '--as-of', '2023-06-26', '--wait');
    const late = await user.json<RunReport>('train', ...grid, '--as-of', '2023-07-14', '--wait');

    expect(early.counts.skipped['not-due']).toBeGreaterThan(5);
    expect(late.counts).toMatchObject({ trained: 0, reused: early.counts.reused });
  });

  test('leaves the run going on Ctrl-C and says how to come back', async () => {
    const spans = [...grid, '--horizon', '4', '--name', 'interrupted', '--wait'];
    const ended = await user.interrupt('started run interrupted', 'train', ...spans);
    const report = await user.json<RunReport>('status', 'interrupted', '--watch');

    expect(ended.code).toBe(130);
    expect(ended.stderr).toContain('run interrupted goes on; come back to it:');
    expect(report).toMatchObject({ state: 'completed', counts: { trained: 22 } });
  });

  test('names the symbol that it does not know and one that may be meant', async () => {
    const ended = await user.type('train', ...grid, '--symbols', 'RELIANC', '--wait');

    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(
      '"RELIANC" is neither a known instrument nor a symbol with bars',
    );
    expect(ended.stderr).toContain('did you mean "RELIANCE"?');
    expect(ended.stderr).not.toContain('    at ');
  });
});

describe('status and matrix', () => {
  test('say the same as the run did', async () => {
    const status = await user.json<RunReport>('status', report.runId);
    const { windows } = await user.json<MatrixDocument>('matrix', report.runId);

    expect(status).toEqual(report);
    expect(windows.filter(({ outcome }) => outcome === 'trained')).toHaveLength(22);
    expect(windows.filter(({ outcome }) => outcome === 'skipped')).toHaveLength(13);
  });

  test('show the processes of the stack', async () => {
    const { processes } = await user.json<{ processes: ProcessRow[] }>('status', '--processes');

    const roles = processes.map(({ role, lane }) => lane ?? role);
    expect(roles).toEqual(['temporal', 'orchestrator', 'work', 'cpu0', 'cpu1']);
  });
});

describe('what a run leaves', () => {
  test('is exported as a table, and judged', async () => {
    const out = path.join(user.folder, 'predictions.csv');

    const told = await user.json<PredictionsExport>(
      'export',
      'predictions',
      report.runId,
      '--out',
      out,
    );

    const [header, ...rows] = (await readFile(out, 'utf8')).trimEnd().split('\n');
    expect(header).toBe('symbol,ts,window,label,forwardReturn,teacher,student');
    expect(rows).toHaveLength(told.rows);
    expect(told).toMatchObject({ windows: 22, missing: 0, symbols: 4 });
    for (const { auc, low, high } of [told.teacher, told.student]) {
      expect(auc).toBeGreaterThan(low);
      expect(auc).toBeLessThan(high);
    }
  });

  test('is explained, window by window', async () => {
    const { code, stdout } = await user.type('explain', window, '--run', report.runId);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^taught {2,}hard labels|of the teacher at temperature/m);
    expect(stdout).toContain(`train --symbols TCS --from 2022-01-01`);
  });

  test('scores rows, and names the features that are wrong', async () => {
    const row = JSON.stringify(Object.fromEntries(features.map((name) => [name, null])));

    const scored = await user.json<{ probabilities: number[] }>('predict', window, '--rows', row);
    const refused = await user.type('predict', window, '--rows', '{"rsi14": 70}');

    expect(scored.probabilities[0]).toBeGreaterThan(0);
    expect(scored.probabilities[0]).toBeLessThan(1);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('is missing') });
  });
});

describe('Temporal', () => {
  test('lists windows by run, symbol, stage and outcome', async () => {
    const query = `Run = '${report.runId}' AND Symbol = 'M&M' AND Stage = 'teacher' AND Outcome = 'trained'`;
    const found = [];
    for await (const { workflowId } of client.workflow.list({ query })) found.push(workflowId);

    expect(found.toSorted()).toEqual(
      ['2022-01-01..2022-06-30', '2022-06-30..2022-12-27', '2022-12-27..2023-06-25']
        .concat('2023-06-25..2023-12-22', '2023-12-22..2024-06-19', '2024-06-19..2024-12-16')
        .map((span) => `train/${report.runId}/M&M/1d/${span}/teacher`),
    );
  });

  test('holds no message over 4 KiB but a page, and no long history', async () => {
    const query = `Run = '${report.runId}'`;
    let longest = 0;
    let largest = 0;
    for await (const { workflowId, type } of client.workflow.list({ query })) {
      const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
      longest = Math.max(longest, events?.length ?? 0);
      for (const payload of payloadsIn(events))
        if (type !== 'trainBatch') largest = Math.max(largest, payload);
    }

    expect(longest).toBeLessThan(4096);
    expect(largest).toBeGreaterThan(0);
    expect(largest).toBeLessThan(4096);
  });
});

describe('the store', () => {
  test('says of each teacher what it is made of and who made it', async () => {
    const planned = JSON.parse(
      await readFile(path.join(user.dataRoot, 'runs', report.runId, 'plan.json'), 'utf8'),
    );
    const { key } = planned.windows.find(({ symbol }: { symbol: string }) => symbol === 'TCS')
      .stages.teacher;
    const folder = path.join(user.dataRoot, 'store', 'teachers', key.slice(0, 2), key);
    const manifest = JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8'));

    expect(Object.keys(manifest.files)).toEqual(['model.txt', 'out-of-fold.parquet']);
    expect(manifest.facts).toMatchObject({
      window: 'TCS/1d/2022-01-01..2022-06-30',
      parameters: { num_leaves: '7', min_data_in_leaf: '20', seed: '1' },
      device: 'cpu',
      workflowId: `train/${report.runId}/TCS/1d/2022-01-01..2022-06-30/teacher`,
    });
  });
});

describe('a second stack', () => {
  test('of another data root does not meet the first', async () => {
    await using other = await commandLine(1);
    await storeSimulated(other.dataRoot, ['INFY']);
    await other.up();

    const theirs = await other.json<RunReport>('train', ...grid, '--name', 'theirs', '--wait');
    const ours = await user.type('status', 'theirs');

    expect(theirs.counts).toMatchObject({ planned: 7, trained: 6 });
    expect(ours).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no run') });
  });
});

/** Sizes of all payloads in a history, in bytes. */
function* payloadsIn(value: unknown): Generator<number> {
  if (value === null || typeof value !== 'object') return;
  if ('data' in value && value.data instanceof Uint8Array) yield value.data.length;
  else for (const inner of Object.values(value)) yield* payloadsIn(inner);
}
