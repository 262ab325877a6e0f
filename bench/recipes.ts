// How much of a window's work is inside LightGBM: the activities that fit teachers and students, whole,
// for each recipe, on simulated bars: `npm run bench:recipes`. Also what features cost where every window
// computes them and where a process computes them once. Shares are what to quote; all is CPU.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { planRun } from '../activities/samples/plan-run.ts';
import { fitStudent } from '../activities/training/fit-student.ts';
import { fitTeacher } from '../activities/training/fit-teacher.ts';
import { memberInput, windowInput } from '../activities/training/window-bars.ts';
import { tableText } from '../scripts/output.ts';
import { stagesToTrain } from '../shared/contracts/pages.ts';
import { isEligible, type EligibleWindow, type TrainRequest } from '../shared/contracts/plan.ts';
import type { EpochMs, TradingDay } from '../shared/contracts/time.ts';
import { simulatedExchange } from '../shared/domain/market/simulated/simulated-bars.ts';
import type { Booster, FittedModel } from '../shared/domain/training/booster.ts';
import { trainingJobs } from '../shared/domain/training/jobs.ts';
import { soundBars } from '../shared/runtime/bars/bar-receipt.ts';
import { readConfig } from '../shared/runtime/stack/config.ts';
import { openDataRoot } from '../shared/runtime/data-root.ts';
import { openBooster } from '../shared/runtime/lightgbm/booster.ts';
import { lightgbmPath, lightgbmVersion } from '../shared/runtime/lightgbm/installed.ts';
import { openLogger } from '../shared/runtime/logger.ts';
import type { ComputeWorld, World } from '../shared/runtime/world.ts';
import { laneMeter } from '../workers/lane-meter.ts';
import { openWorld } from '../workers/world.ts';

const day = (text: string): TradingDay => text as TradingDay;
const names = Array.from({ length: 80 }, (_, index) => `SYM${String(index).padStart(2, '0')}`);
const few = names.slice(0, 8);
const span = { from: day('2020-10-01'), to: day('2023-06-30') };

const daily = { interval: '1d', asOf: day('2024-06-28'), from: day('2022-01-01') } as const;
/** What is asked of each recipe; the pool's windows are fitted before the residual ones. */
const asked: Readonly<Record<string, TrainRequest>> = {
  'symbol 1d': { ...daily, recipe: 'symbol', symbols: few, to: day('2023-06-30') },
  'symbol 5m': { ...daily, interval: '5m', recipe: 'symbol', symbols: few, to: day('2022-05-31') },
  pooled: { ...daily, recipe: 'pooled', symbols: names, to: day('2024-03-31') },
  residual: { ...daily, recipe: 'residual', symbols: names, to: day('2024-03-31') },
};

const step = {
  origin: { workflowId: 'bench', temporalRunId: 'bench', attempt: 1 },
  signal: new AbortController().signal,
  onProgress: () => {},
  dispatch: 'bench',
  lines: () => [],
};

const folder = await mkdtemp(path.join(tmpdir(), 'sensequant-recipes-'));
const config = await readConfig();
let inLightgbm = 0;
const world = await laneWorld();
try {
  await storeBars();
  const rows: (string | number)[][] = [];
  const features: string[][] = [];
  for (const [name, request] of Object.entries(asked)) {
    const windows = await planned(name, request);
    features.push([name, ...(await featureCosts(name)), ...(await featureCosts(name, 'full-2'))]);
    for (const [stage, fit] of Object.entries({ teacher: fitTeacher, student: fitStudent })) {
      const own = windows.filter((w) => stagesToTrain(w).some((one) => one === stage));
      if (own.length === 0) continue;
      inLightgbm = 0;
      const whole = await cpuOf(async () => {
        for (const { window } of own) await fit(world, task(name, window), step);
      });
      const each = (ms: number): string => (ms / own.length).toFixed(1);
      const share = `${Math.round((100 * inLightgbm) / whole)} %`;
      rows.push([name, stage, own.length, each(whole), each(inLightgbm), share]);
    }
  }
  console.log('milliseconds of CPU a window');
  console.log(tableText(['recipe', 'stage', 'windows', 'whole', 'LightGBM', 'share'], rows));
  console.log('all that a window reads, with features computed in each window and once');
  const sets = ['base-1 in each', 'base-1 once', 'full-2 in each', 'full-2 once'];
  console.log(tableText(['recipe', ...sets], features));
} finally {
  await world.close();
  await rm(folder, { recursive: true, force: true });
}

/** A lane whose fits run here, so that what is spent inside LightGBM can be told from the rest. */
async function laneWorld(): Promise<ComputeWorld> {
  const root = await openDataRoot(path.join(folder, 'data'));
  const opened: World = await openWorld(root, openLogger('bench'));
  const options = { version: lightgbmVersion, onLog: () => {} };
  const jobs = trainingJobs(timed(openBooster(lightgbmPath(config.lightgbmLib), options)));
  return {
    ...opened,
    lane: 'cpu0',
    device: 'cpu',
    compute: {
      // As between threads: what crosses is copied.
      async run(job, input) {
        const work = jobs[job] as (input: unknown) => Generator<unknown, never, void>;
        return finished(work(structuredClone(input)));
      },
      close: () => Promise.resolve(),
    },
    source: () => {
      throw new Error('the bench asks no source');
    },
    lastPoll: () => Promise.resolve(undefined),
    meter: laneMeter('cpu'),
    weighEvidence: () => Promise.reject(new Error('the bench weighs nothing')),
    notices: { channels: [], send: () => Promise.resolve() },
  };
}

async function storeBars(): Promise<void> {
  const { calendar } = world;
  const exchange = simulatedExchange({
    seed: 7,
    calendar,
    from: span.from,
    to: daily.asOf,
    instruments: names.map((symbol, index) => ({ symbol, sector: `sector ${index % 8}` })),
  });
  const receipt = { fetch: 'bench', receivedAt: Date.now() as EpochMs };
  const store = async (symbol: string, interval: '1d' | '5m', from: TradingDay): Promise<void> => {
    const bars = soundBars(exchange.bars(symbol, interval, from, daily.asOf));
    const series = { symbol, interval, source: 'simulated', adjustment: 'raw' } as const;
    await world.bars.append(series, bars, receipt);
  };
  for (const symbol of names) await store(symbol, '1d', span.from);
  for (const symbol of few) await store(symbol, '5m', day('2021-12-01'));
}

async function planned(runId: string, request: TrainRequest): Promise<EligibleWindow[]> {
  const name = nameOf(runId);
  await planRun(world, { runId: name, request, madeFor: name, startedAt: world.now() });
  const { windows } = await world.plans.read(name);
  const eligible = windows.filter(isEligible);
  const own = eligible.filter((window) => stagesToTrain(window).length > 0);
  return request.recipe === 'residual' ? own.filter(({ symbol }) => few.includes(symbol)) : own;
}

/** CPU of reading windows, forgetting features before each, and keeping them. */
async function featureCosts(recipe: string, features = 'base-1'): Promise<string[]> {
  const runId = `${recipe} ${features}`;
  // The market's context is an artifact that is read once; 5-minute bars have none.
  const less = features === 'base-1' ? {} : { without: ['context'] };
  const windows = await planned(runId, { ...asked[recipe], features, ...less });
  const plan = await world.plans.read(nameOf(runId));
  const read = async (forget: boolean): Promise<string> => {
    world.features.clear();
    const ms = await cpuOf(async () => {
      for (const window of windows) {
        if (forget) world.features.clear();
        const input = window.teacherWindow === undefined ? windowInput : memberInput;
        await input(world, plan, window);
      }
    });
    return (ms / windows.length).toFixed(2);
  };
  await read(false);
  return [await read(true), await read(false)];
}

/** A run's name. */
function nameOf(words: string): string {
  return words.replaceAll(' ', '-');
}

function task(runId: string, window: string) {
  return { runId: nameOf(runId), root: world.root.id, window };
}

/** The library, with the CPU that this thread spends inside it added up. */
function timed(booster: Booster): Booster {
  const inside = <T>(call: () => T): T => {
    const before = process.threadCpuUsage();
    const result = call();
    const { user, system } = process.threadCpuUsage(before);
    inLightgbm += (user + system) / 1000;
    return result;
  };
  const timedModel = (model: FittedModel): FittedModel => ({
    features: model.features,
    trees: model.trees,
    get parameters() {
      return model.parameters;
    },
    get gains() {
      return model.gains;
    },
    get text() {
      return inside(() => model.text);
    },
    predict: (matrix) => inside(() => model.predict(matrix)),
    [Symbol.dispose]: () => model[Symbol.dispose](),
  });
  return {
    version: booster.version,
    *fit(set, parameters, rounds) {
      const work = booster.fit(set, parameters, rounds);
      let next = inside(() => work.next());
      while (next.done !== true) {
        yield next.value;
        next = inside(() => work.next());
      }
      return timedModel(next.value);
    },
    load: (text) => inside(() => timedModel(booster.load(text))),
  };
}

function finished<Output>(work: Generator<unknown, Output, void>): Output {
  let next = work.next();
  while (next.done !== true) next = work.next();
  return next.value;
}

/** Milliseconds of CPU of this process and all of its threads. */
async function cpuOf(run: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
