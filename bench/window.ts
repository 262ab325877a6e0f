// What a whole window costs beside the bare LightGBM fits inside it and beside an empty window
// workflow, all in one run on one machine: `npm run bench`. Ratios are what to quote.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stages } from '../shared/contracts/outcome.ts';
import { isEligible, type EligibleWindow } from '../shared/contracts/plan.ts';
import type { RunReport, WindowSpec } from '../shared/contracts/run.ts';
import type { TradingDay } from '../shared/contracts/time.ts';
import { labelEnds } from '../shared/domain/samples/labels.ts';
import { sampleSet, trainingRows, type SampleSet } from '../shared/domain/samples/sample-set.ts';
import type { FitProgress } from '../shared/domain/training/booster.ts';
import { trainingJobs } from '../shared/domain/training/jobs.ts';
import type { SymbolInput } from '../shared/domain/training/window-sets.ts';
import { fitStudent } from '../shared/domain/training/student.ts';
import { fitTeacher } from '../shared/domain/training/teacher.ts';
import { checkout, readConfig } from '../shared/runtime/stack/config.ts';
import { openDataRoot } from '../shared/runtime/data-root.ts';
import { openBooster } from '../shared/runtime/lightgbm/booster.ts';
import { lightgbmPath, lightgbmVersion } from '../shared/runtime/lightgbm/installed.ts';
import { openLogger } from '../shared/runtime/logger.ts';
import type { StackProcess } from '../shared/runtime/stack/stack.ts';
import { windowInput } from '../activities/training/window-bars.ts';
import { tableText } from '../scripts/output.ts';
import { storeSimulated } from '../scripts/testing/simulated-bars.fixture.ts';
import { openWorld } from '../workers/world.ts';
import { ableLane, scriptedStack, startBatch } from '../workflows/scripted-stack.fixture.ts';
import { costOf, type Cost } from './cpu.ts';

const symbols = Array.from({ length: 25 }, (_, index) => `SYM${String(index).padStart(2, '0')}`);
const grid = ['--from', '2022-01-01', '--to', '2024-12-31'];

const folder = await mkdtemp(path.join(tmpdir(), 'sensequant-bench-'));
process.env.SENSEQUANT_DATA = path.join(folder, 'data');
try {
  await storeSimulated(path.join(folder, 'data'), symbols, '2025-07-01' as TradingDay);
  const up = await typed<{ temporal: string; processes: StackProcess[] }>('up', '--detach');
  const pids = (...roles: string[]): number[] =>
    up.processes.filter(({ role }) => roles.includes(role)).map(({ pid }) => pid);
  // Once without counting: compiled code, caches, the first connection.
  await typed('train', ...grid, '--horizon=3', '--wait');

  const parts: Record<string, Cost> = {};
  let report: RunReport | undefined;
  const train = async (): Promise<void> => {
    report = await typed<RunReport>('train', ...grid, '--wait');
  };
  const roles = ['lane', 'work', 'orchestrator', 'temporal'];
  const costs = roles.map((role) => ({ role, pids: pids(role) }));
  let run = train;
  // Each process is measured around the same run.
  for (const { role, pids: of } of costs) {
    const inner = run;
    run = async () => void (parts[role] = await costOf(of, inner));
  }
  await run();
  if (report === undefined) throw new Error('the run gave no report');
  const windows = report.counts.trained;
  const empty = await emptyWindows(up.temporal, pids('temporal'), windows);
  const { fits, compute } = await bareFits(report.runId);
  await typed('down');

  const cpu = roles.reduce((sum, role) => sum + parts[role].cpuSeconds, 0);
  const each = (seconds: number): string => ((seconds / windows) * 1000).toFixed(1);
  const wholeWall = report.seconds;
  const rows = [
    ['whole window, two lanes', each(cpu), each(wholeWall)],
    ...roles.map((role) => [`  ${role}`, each(parts[role].cpuSeconds), '']),
    ['bare fits, one thread', each(fits.cpuSeconds), each(fits.wallSeconds)],
    [
      'samples, fits, conversion and predictions, one thread',
      each(compute.cpuSeconds),
      each(compute.wallSeconds),
    ],
    ['empty window workflow, two lanes', each(empty.cpuSeconds), each(empty.wallSeconds)],
  ];
  console.log(`${windows} windows; milliseconds a window`);
  console.log(tableText(['', 'CPU', 'wall'], rows));
  console.log(
    `CPU: whole / bare fits ${(cpu / fits.cpuSeconds).toFixed(2)}, ` +
      `whole / (fits + empty workflow) ${(cpu / (fits.cpuSeconds + empty.cpuSeconds)).toFixed(2)}`,
  );
  console.log(
    `wall: two lanes / bare fits on one thread ${(wholeWall / fits.wallSeconds).toFixed(2)}`,
  );
} finally {
  await typed('down').catch(() => {});
  await rm(folder, { recursive: true, force: true });
}

/** The fits of every window of a run and nothing else; and with samples and predictions. */
async function bareFits(runId: string): Promise<{ fits: Cost; compute: Cost }> {
  const config = await readConfig();
  const world = await openWorld(await openDataRoot(config.dataRoot), openLogger('bench'));
  const plan = await world.plans.read(runId);
  const windows = plan.windows.filter(isEligible);
  const options = { version: lightgbmVersion, onLog: () => {} };
  const booster = openBooster(lightgbmPath(config.lightgbmLib), options);
  const input = async (window: EligibleWindow): Promise<SymbolInput> => {
    const found = await windowInput(world, plan, window);
    if ('members' in found) throw new Error('the bench trains windows of one symbol');
    return found;
  };
  const inputs = await Promise.all(windows.map(input));
  const sets = inputs.map(({ bars, span, recipe }) => {
    const labelled = { ts: bars.ts, labelEnds: labelEnds(bars, recipe.horizon) };
    return sampleSet(bars, trainingRows(labelled, span, recipe.readyBars), recipe);
  });
  const fit = (set: SampleSet): void => {
    const { outOfFold } = finished(fitTeacher(booster, set, plan.recipe));
    finished(fitStudent(booster, set, outOfFold, plan.recipe));
  };
  for (const set of sets.slice(0, 20)) fit(set);
  const fits = await costOf([process.pid], async () => {
    for (const set of sets) fit(set);
  });
  const jobs = trainingJobs(booster);
  const compute = await costOf([process.pid], async () => {
    for (const one of inputs) {
      const { ts, outOfFold } = finished(jobs.teacher(one)).training;
      finished(jobs.student({ ...one, soft: { ts, probability: outOfFold }, metadata: {} }));
    }
  });
  await world.close();
  return { fits, compute };
}

/** The same windows over the same server with activities that do nothing. */
async function emptyWindows(address: string, server: number[], count: number): Promise<Cost> {
  const specs = Array.from({ length: count }, (_, index): WindowSpec => {
    const symbol = `SYM${index}`;
    const [from, to] = ['2022-01-01', '2022-06-30'] as TradingDay[];
    const window = `${symbol}/1d/${from}..${to}`;
    return { window, symbol, interval: '1d', from, to, engine: 'cpu', cost: 1, stages };
  });
  await using stack = await scriptedStack(address, { readPage: () => Promise.resolve(specs) });
  await stack.lane('cpu0', ableLane('cpu0'));
  await stack.lane('cpu1', ableLane('cpu1'));
  return await costOf([process.pid, ...server], async () => {
    const { workflowId } = await startBatch(stack.client, 'empty');
    await stack.client.workflow.getHandle(workflowId).result();
  });
}

function finished<Output>(work: Generator<FitProgress, Output, void>): Output {
  let step = work.next();
  while (step.done !== true) step = work.next();
  return step.value;
}

async function typed<T>(...args: string[]): Promise<T> {
  const entry = path.join(checkout, 'scripts', 'sensequant.ts');
  const child = spawn(process.execPath, [entry, ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`"${args.join(' ')}" ended with "${code}"`);
  return JSON.parse(said);
}
