import { readdir } from 'node:fs/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import pino from 'pino';
import { afterAll, inject } from 'vitest';
import { InputError } from '../shared/contracts/errors.ts';
import { stagesToTrain } from '../shared/contracts/pages.ts';
import { isEligible, type EligibleWindow, type TrainRequest } from '../shared/contracts/plan.ts';
import type { LaneResult, PlanSummary } from '../shared/contracts/run.ts';
import type { EpochMs, TradingDay } from '../shared/contracts/time.ts';
import type { Bars } from '../shared/domain/market/bars/bars.ts';
import { simulatedExchange } from '../shared/domain/market/simulated/simulated-bars.ts';
import { soundBars } from '../shared/runtime/bars/bar-receipt.ts';
import { openComputeThread, type ComputeThread } from '../shared/runtime/compute/compute-thread.ts';
import type { DataRoot } from '../shared/runtime/data-root.ts';
import { lightgbmVersion } from '../shared/runtime/lightgbm/installed.ts';
import { readReference } from '../shared/runtime/reference/reference.ts';
import { scratchRoot } from '../shared/runtime/scratch.fixture.ts';
import type { ComputeWorld, TrainingJobs } from '../shared/runtime/world.ts';
import { laneMeter } from '../workers/lane-meter.ts';
import { openWorld } from '../workers/world.ts';
import { writtenEvidence } from './nightly/weigh-evidence.ts';
import { createActivities, type Activities } from './index.ts';

/** What a test says of its world; the rest is real. */
export interface WorldFixture {
  /** Default: one of its own, removed after the test. */
  readonly root?: DataRoot;
  /** Default: cpu0. */
  readonly lane?: string;
  /** Default: there is none; `testMarket` has a real one. */
  readonly source?: ComputeWorld['source'];
}

let thread: Promise<ComputeThread<TrainingJobs>> | undefined;
afterAll(async () => (await thread)?.close());

/** The thread that owns LightGBM, opened once a test file when it is first needed. */
function theThread(): Promise<ComputeThread<TrainingJobs>> {
  thread ??= openComputeThread<TrainingJobs>(new URL('../workers/compute.ts', import.meta.url), {
    workerData: { library: inject('lightgbmLib'), version: lightgbmVersion, device: 'cpu' },
    onLog: () => {},
  });
  return thread;
}

/**
 * A world on a data root of its own: real stores, reference, LightGBM in its thread. It is noon of
 * 2024-07-01, a Monday. No queue is polled.
 */
export async function testWorld({
  root,
  lane = 'cpu0',
  source = noSource,
}: WorldFixture = {}): Promise<ComputeWorld> {
  const world = await openWorld(root ?? (await scratchRoot()), pino({ level: 'silent' }));
  return {
    ...world,
    compute: {
      run: async (...job) => (await theThread()).run(...job),
      close: () => Promise.resolve(),
    },
    lane,
    device: 'cpu',
    meter: laneMeter('cpu'),
    source,
    lastPoll: () => Promise.resolve(undefined),
    weighEvidence: (runId) => writtenEvidence(world, runId),
    notices: { channels: [], send: () => Promise.resolve() },
    now: () => Date.parse('2024-07-01T12:00:00+05:30') as EpochMs,
  };
}

function noSource(name: string): never {
  throw new InputError(`this world has no source "${name}"`);
}

const { calendar } = await readReference();

/** Daily bars of symbols from 2020-10-01 up to and without `to`, the same ones for a symbol. */
export function exchange(symbols: readonly string[], to = '2024-07-01'): Bars[] {
  const { daily } = simulatedExchange({
    seed: 7,
    calendar,
    from: '2020-10-01' as TradingDay,
    to: to as TradingDay,
    instruments: symbols.map((symbol) => ({ symbol, sector: 'any' })),
  });
  return symbols.map(daily);
}

/** Brings bars into a world, as an import does. */
export async function store(world: ComputeWorld, ...all: readonly Bars[]): Promise<void> {
  for (const bars of all)
    await world.bars.append(
      { symbol: bars.symbol, interval: bars.interval, source: 'csv', adjustment: 'raw' },
      soundBars(bars),
      { fetch: 'import/test', receivedAt: world.now() },
    );
}

/** A request for two windows a symbol: those of 2022. */
export function request(options: Readonly<Record<string, unknown>> = {}): TrainRequest {
  const least = {
    symbols: 'all',
    interval: '1d',
    from: '2022-01-01',
    to: '2022-12-26',
    recipe: 'symbol',
  };
  return { ...least, ...options } as TrainRequest;
}

/** The context of an activity: a workflow's first attempt unless said otherwise. */
export function environment(workflowId = 'train/r1', attempt = 1): MockActivityEnvironment {
  const workflowExecution = { workflowId, runId: `temporal run of ${workflowId}` };
  const logger = new DefaultLogger('ERROR');
  return new MockActivityEnvironment({ workflowExecution, attempt }, { logger });
}

/** Runs an activity as a worker does. */
export async function run<Name extends keyof Activities>(
  world: ComputeWorld,
  name: Name,
  input: Parameters<Activities[Name]>[0],
  context = environment(),
): Promise<Awaited<ReturnType<Activities[Name]>>> {
  type Output = Awaited<ReturnType<Activities[Name]>>;
  const step = createActivities(world)[name] as unknown as (input: unknown) => Promise<Output>;
  return await context.run<[unknown], Output, typeof step>(step, input);
}

/** Plans a run by its activity. */
export async function plan(
  world: ComputeWorld,
  runId: string,
  asked: TrainRequest = request(),
): Promise<PlanSummary> {
  const input = { runId, request: asked, madeFor: runId, startedAt: world.now() };
  return await run(world, 'planRun', input, environment(`train/${runId}`));
}

/** The windows of a planned run that have or will have models. */
export async function eligible(world: ComputeWorld, runId: string): Promise<EligibleWindow[]> {
  return (await world.plans.read(runId)).windows.filter(isEligible);
}

/** Fits one window of a run by its activity, as its own workflow's first attempt. */
export async function fitWindow(
  world: ComputeWorld,
  { window }: EligibleWindow,
  runId = 'r1',
  context = environment(`train/${runId}/${window}/teacher`),
): Promise<LaneResult> {
  return await run(world, 'fitTeacher', { runId, root: world.root.id, window }, context);
}

/** Distils one window of a run by its activity, as its own workflow's first attempt. */
export async function distilWindow(
  world: ComputeWorld,
  { window }: EligibleWindow,
  runId = 'r1',
  context = environment(`train/${runId}/${window}/student`),
): Promise<LaneResult> {
  return await run(world, 'fitStudent', { runId, root: world.root.id, window }, context);
}

/** Fits teacher and student of every window that a run is to train. */
export async function fit(world: ComputeWorld, runId = 'r1'): Promise<void> {
  for (const window of await eligible(world, runId)) {
    const toTrain = stagesToTrain(window);
    if (toTrain.includes('teacher')) await fitWindow(world, window, runId);
    if (toTrain.includes('student')) await distilWindow(world, window, runId);
  }
}

/** What lies in the store, and what is being written to it: paths, folders among them. */
export async function artifacts(world: ComputeWorld): Promise<string[]> {
  const all = await readdir(world.root.path, { recursive: true });
  return all.filter((file) => /^(?:store|tmp)\//.test(file)).toSorted();
}
