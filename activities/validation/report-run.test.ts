import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ErrorClass } from '../../shared/contracts/errors.ts';
import { stages, type SkipReason, type Stage } from '../../shared/contracts/outcome.ts';
import type { EligibleWindow, PlannedWindow } from '../../shared/contracts/plan.ts';
import type {
  DoneStage,
  FailedWindow,
  PageRecord,
  ReportRunInput,
  RunReport,
} from '../../shared/contracts/run.ts';
import type { EpochMs, TradingDay } from '../../shared/contracts/time.ts';
import { symbolRecipe } from '../../shared/domain/samples/recipes.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { request, run, testWorld } from '../world.fixture.ts';

const from = '2022-01-01' as TradingDay;
const to = '2022-06-30' as TradingDay;

function window(
  name: string,
  decision: PlannedWindow['decision'],
  reason?: SkipReason,
): PlannedWindow | EligibleWindow {
  const trained = decision === 'reuse';
  const stage = { key: name, predictionsKey: name, trained, predicted: trained };
  const planned = {
    window: name,
    symbol: name,
    interval: '1d' as const,
    from,
    to,
    effectiveFrom: from,
    effectiveTo: to,
    engine: 'cpu' as const,
  };
  if (decision === 'skip') return { ...planned, decision, ...(reason ? { reason } : {}) };
  const stages = { teacher: stage, student: stage };
  return { ...planned, decision, decisionDay: to, evaluateTo: to, rows: 1, cost: 1, stages };
}

/** A window whose teacher stands: a student is to be distilled. */
function taught(name: string): EligibleWindow {
  const { stages, ...rest } = window(name, 'train') as EligibleWindow;
  return { ...rest, stages: { ...stages, teacher: { ...stages.teacher, trained: true } } };
}

/** A run of windows W1, W2, … to train, and others. */
async function planned(
  train: number,
  ...others: readonly (PlannedWindow | EligibleWindow)[]
): Promise<ComputeWorld> {
  const world = await testWorld();
  const toTrain = Array.from({ length: train }, (_, i) => window(`W${i + 1}`, 'train'));
  await world.plans.made('r1', 'first', () =>
    Promise.resolve({
      schema: 5,
      actions: [],
      planToken: 'c'.repeat(64),
      asOf: to,
      from,
      to,
      recipe: symbolRecipe,
      versions: { lightgbm: '4.7.0', onnxruntime: '1.30.0' },
      series: [],
      windows: [...toTrain, ...others],
      request: request(),
    }),
  );
  return world;
}

/** Both stages of a window, done by one lane in half of `seconds` each. */
const done = (
  name: string,
  lane = 'cpu0',
  seconds = 1,
  outcome: DoneStage[2] = 'trained',
): DoneStage[] => stages.map((stage) => [name, stage, outcome, lane, seconds / 2, []]);

const failure = (name: string, kind: ErrorClass, stage: Stage = 'teacher'): FailedWindow => ({
  window: name,
  stage,
  class: kind,
  message: 'it broke',
  dispatches: [],
});

async function record(
  world: ComputeWorld,
  outcomes: Partial<PageRecord> & { readonly part: number },
): Promise<void> {
  await run(world, 'recordPage', {
    runId: 'r1',
    root: world.root.id,
    page: 1,
    devices: { cpu0: 'cpu', cpu1: 'opencl:0:1' },
    done: [],
    failed: [],
    ...outcomes,
  });
}

function report(world: ComputeWorld, input: Partial<ReportRunInput> = {}): Promise<RunReport> {
  const least = { runId: 'r1', root: world.root.id, cancelled: false, seconds: 12.3456 };
  return run(world, 'reportRun', { ...least, ...input });
}

describe('reportRun', () => {
  test('says which window comes first where none was due', async () => {
    const late = window('S1', 'skip', 'not-due');
    const detail = { decisionDay: '2024-06-27', dueUntil: to };
    const world = await planned(0, { ...late, detail });
    const other = await planned(1, { ...late, detail });

    expect(await report(world)).toMatchObject({ nothingDue: { decisionDay: '2024-06-27' } });
    expect(await report(other)).not.toHaveProperty('nothingDue');
  });

  test('adds up every part of every page, and writes it down', async () => {
    const world = await planned(
      8,
      window('R1', 'reuse'),
      window('S1', 'skip', 'no-bars'),
      window('S2', 'skip', 'no-bars'),
      window('S3', 'skip', 'not-due'),
    );
    await record(world, { part: 1, done: [done('W1'), done('W2', 'cpu1', 0.5)].flat() });
    await record(world, { part: 2, failed: [failure('W3', 'DataError')] });
    await record(world, {
      part: 1,
      page: 2,
      done: [
        done('W4', 'cpu0', 0.25),
        done('W5', 'cpu1', 0.1, 'reused'),
        done('W6', 'cpu0', 0.2),
      ].flat(),
    });

    const told = await report(world);

    expect(told).toEqual({
      schema: 1,
      runId: 'r1',
      planToken: 'c'.repeat(64),
      asOf: to,
      state: 'completed',
      counts: {
        planned: 12,
        trained: 4,
        reused: 2,
        skipped: { 'no-bars': 2, 'not-due': 1 },
        failed: { DataError: 1 },
        notStarted: 2,
        stages: {
          teacher: { trained: 4, reused: 2, failed: 1 },
          student: { trained: 4, reused: 2, failed: 0 },
        },
      },
      lanes: [
        { lane: 'cpu0', device: 'cpu', windows: 3, busySeconds: 1.45, busyShare: 0.1174 },
        { lane: 'cpu1', device: 'opencl:0:1', windows: 2, busySeconds: 0.6, busyShare: 0.0486 },
      ],
      // 2.05² / (2 · (1.45² + 0.6²))
      balance: { jain: 0.8533 },
      seconds: 12.346,
    });
    const file = path.join(world.root.path, 'runs', 'r1', 'report.json');
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(told);
    expect(await report(world)).toEqual(told);
  });

  test('counts a window that was tried again by how it ended last', async () => {
    const world = await planned(3);
    const broken = ['W1', 'W2', 'W3'].map((name) => failure(name, 'LaneError'));
    await record(world, { part: 1, failed: broken });
    await record(world, {
      page: 2,
      part: 1,
      done: [...done('W1'), done('W2')[0]],
      failed: [failure('W2', 'DataError', 'student')],
    });
    const word = { state: 'draining', who: 'asha', why: 'enough', at: 1 as EpochMs } as const;

    const { counts, control, state } = await report(world, { cancelled: true, control: word });

    expect(counts).toMatchObject({ trained: 1, failed: { DataError: 1, LaneError: 1 } });
    expect(counts.notStarted).toBe(0);
    expect(counts.stages).toEqual({
      teacher: { trained: 2, reused: 0, failed: 1 },
      student: { trained: 1, reused: 0, failed: 1 },
    });
    expect([state, control]).toEqual(['cancelled', word]);
  });

  test('sums what lanes took, and names one that was open and did nothing', async () => {
    const world = await planned(2);
    const [cpu0, gpu0] = ['cpu', 'cuda:GPU-0123abcd-0123-4567-89ab-0123456789ab'];
    const devices = { cpu0, gpu0 };
    await record(world, {
      part: 1,
      devices,
      done: done('W1', 'gpu0'),
      usage: { gpu0: [0.5, 0.25, 2 ** 30] },
    });
    await record(world, {
      part: 2,
      devices,
      done: done('W2', 'gpu0'),
      usage: { gpu0: [0.25, 0.5, 2 ** 29] },
    });

    const { lanes, balance } = await report(world, { seconds: 4 });

    expect(lanes).toEqual([
      { lane: 'cpu0', device: cpu0, windows: 0, busySeconds: 0, busyShare: 0 },
      {
        lane: 'gpu0',
        device: gpu0,
        windows: 2,
        busySeconds: 2,
        busyShare: 0.5,
        cpuSeconds: 0.75,
        deviceSeconds: 0.75,
        deviceMemoryBytes: 2 ** 30,
      },
    ]);
    expect(balance).toEqual({ jain: 0.5 });
  });

  test('closes a run that had nothing to train', async () => {
    const { state, counts, lanes } = await report(await planned(0, window('R1', 'reuse')));

    expect(state).toBe('completed');
    expect(counts).toMatchObject({ planned: 1, trained: 0, reused: 1, failed: {}, notStarted: 0 });
    expect(lanes).toEqual([]);
  });

  test.each([
    [3, 17, 0, 'completed'],
    [4, 16, 0, 'over-threshold'],
    [3, 0, 17, 'completed'],
    [3, 16, 0, 'over-threshold'],
    [1, 0, 0, 'over-threshold'],
    [0, 0, 0, 'completed'],
  ])('with %i failed, %i trained and %i reused is %s', async (failed, trained, reused, state) => {
    const others = Array.from({ length: reused }, (_, i) => window(`R${i}`, 'reuse'));
    const skipped = Array.from({ length: 9 }, (_, i) => window(`S${i}`, 'skip', 'no-bars'));
    const world = await planned(failed + trained + 5, ...others, ...skipped);
    await record(world, {
      part: 1,
      done: Array.from({ length: trained }, (_, i) => done(`W${i + 1}`)).flat(),
      failed: Array.from({ length: failed }, (_, i) =>
        failure(`W${trained + i + 1}`, i === 0 ? 'LaneError' : 'DataError'),
      ),
    });

    const told = await report(world);

    expect(told.state).toBe(state);
    expect(told.counts.notStarted).toBe(5);
  });

  test('is cancelled where the run was, however many failed', async () => {
    const world = await planned(4);
    await record(world, { part: 1, failed: [failure('W1', 'DataError')] });

    const { state, counts } = await report(world, { cancelled: true });

    expect([state, counts.notStarted]).toEqual(['cancelled', 3]);
  });

  test('has a window end with its student', async () => {
    const world = await planned(2, taught('T1'), taught('T2'));
    await record(world, {
      part: 1,
      done: [
        ['W1', 'teacher', 'trained', 'cpu0', 1, []],
        ['W2', 'teacher', 'trained', 'cpu0', 1, []],
        ['T1', 'student', 'trained', 'cpu1', 1, []],
      ],
      failed: [failure('W1', 'DataError', 'student')],
    });

    const { counts, lanes } = await report(world);

    expect(counts).toMatchObject({ trained: 1, failed: { DataError: 1 }, notStarted: 2 });
    expect(counts.stages).toEqual({
      teacher: { trained: 2, reused: 2, failed: 0 },
      student: { trained: 1, reused: 0, failed: 1 },
    });
    expect(lanes.map(({ lane, windows }) => [lane, windows])).toEqual([
      ['cpu0', 2],
      ['cpu1', 1],
    ]);
  });

  test.each<[string, readonly DoneStage[], readonly FailedWindow[]]>([
    ['done twice', [...done('W1'), ...done('W1', 'cpu1')], []],
    ['done and failed', done('W1'), [failure('W1', 'LaneError')]],
    ['never planned', done('W9'), []],
    ['that the plan skips', done('S1'), []],
    ['that the plan reuses', [], [failure('R1', 'LaneError')]],
    ['whose teacher the plan reuses', [], [failure('T1', 'LaneError')]],
  ])('refuses a window %s', async (_, all, failed) => {
    const reused = [window('R1', 'reuse'), taught('T1')];
    const world = await planned(3, window('S1', 'skip', 'no-bars'), ...reused);
    await record(world, { part: 1, done: all, failed });

    const refused = report(world);

    await expect(refused).rejects.toMatchObject({ type: 'InvariantError', nonRetryable: true });
    await expect(refused).rejects.toThrow('"7" stages were planned and');
  });

  test.each([
    ['another data root', { root: '0badcafe' }],
    ['a run that nobody planned', { runId: 'r9' }],
  ])('refuses work of %s', async (_, input) => {
    const refused = report(await planned(1), input);

    await expect(refused).rejects.toMatchObject({ type: 'InputError', nonRetryable: true });
  });
});
