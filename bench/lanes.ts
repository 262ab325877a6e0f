// How even lanes are: `npm run bench:lanes -- [symbols]`, 100 unless said, each with 6 windows, on a
// stack of its own with two lanes. First lanes that are alike, then two runs at once, then one lane
// made three times slower; then as many windows on lanes that only wait, so that what the hand-over
// costs is not hidden by what the machine lacks. Ratios are what to quote.

import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { balanceOf } from '../shared/contracts/balance.ts';
import { lanesWorkflowId, orchestratorQueue, runWorkflowId } from '../shared/contracts/ids.ts';
import { defaultInFlight, type LanesView } from '../shared/contracts/lanes.ts';
import { pageSize, type DoneStage, type RunReport } from '../shared/contracts/run.ts';
import type { TradingDay } from '../shared/contracts/time.ts';
import { openDataRoot } from '../shared/runtime/data-root.ts';
import { pageRecords } from '../shared/runtime/runs/page-records.ts';
import { readStack } from '../shared/runtime/stack/stack.ts';
import { tableText } from '../scripts/output.ts';
import { openCommandLine } from '../scripts/testing/command-line.ts';
import { storeSimulated } from '../scripts/testing/simulated-bars.fixture.ts';
import { ableLane, planned, scriptedStack, specs } from '../workflows/scripted-stack.fixture.ts';
import type { trainRun } from '../workflows/train-run.ts';

const count = Number(process.argv[2] ?? 100);
const symbols = Array.from({ length: count }, (_, index) => `SYM${String(index).padStart(3, '0')}`);
const [from, to] = ['2022-01-01', '2024-12-31'] as TradingDay[];
const grid = ['--from', from, '--to', to, '--wait'];
const laneNames = ['cpu0', 'cpu1'];
const slowdown = 3;
/** Seconds that the stages of a window take on a lane that only waits. */
const waits = { fitTeacher: 0.25, fitStudent: 0.1 };
const rows: (string | number)[][] = [];

await using user = await openCommandLine({ lanes: 2 });
await storeSimulated(user.dataRoot, symbols, '2025-07-01' as TradingDay);
let client = await user.up();
// Once without counting: compiled code, caches, the first connection.
await train('warm', 3);
await show('alike', [await train('alike', 5)]);
const pair = await Promise.all([train('left', 6), train('right', 7)]);
await show('two runs at once', pair);
const { lanes } = await user.json<LanesView>('lanes');
const deaths = lanes.filter(({ generation, state }) => generation !== 1 || state !== 'open');
await user.type('down');
await user.configure({ lanes: { cpu0: 'cpu', cpu1: { device: 'cpu', slowdown } } });
client = await user.up();
await show(`cpu1 ${slowdown} times slower`, [await train('slow', 8)]);
const address = (await readStack(await openDataRoot(user.dataRoot)))?.address ?? '';
await waiting('only waiting, alike', address, 1);
await waiting(`only waiting, cpu1 ${slowdown} times slower`, address, slowdown);
console.log(
  tableText(
    [
      '',
      'windows',
      'failed',
      'stages a lane',
      'busy s a lane',
      'busy',
      'Jain',
      'wall s',
      'best s',
      'ratio',
    ],
    rows,
  ),
);
console.log(`lanes that were called dead while two runs shared them: ${deaths.length}`);

async function train(name: string, horizon: number): Promise<RunReport> {
  return await user.json<RunReport>('train', ...grid, `--horizon=${horizon}`, '--name', name);
}

/** One row of what runs did that were open together. */
async function show(title: string, runs: readonly RunReport[]): Promise<void> {
  const root = await openDataRoot(user.dataRoot);
  const parts = (await Promise.all(runs.map(({ runId }) => pageRecords(root, runId)))).flat();
  const done = parts.flatMap((part) => part.done);
  const spans = await Promise.all(
    runs.map(({ runId, counts }) => trainingSpan(client, runId, counts.trained)),
  );
  const wall = seconds(spans.flat());
  // Each lane at the pace it had, neither ever idle.
  const speed = laneNames.reduce((sum, lane) => sum + stagesOf(done, lane) / busyOf(done, lane), 0);
  const failed = parts.flatMap((part) => part.failed).length;
  addRow(title, { done, failed, wall, best: done.length / speed });
}

function addRow(
  title: string,
  {
    done,
    failed,
    wall,
    best,
  }: { done: readonly DoneStage[]; failed: number; wall: number; best: number },
): void {
  const busy = laneNames.map((lane) => busyOf(done, lane));
  const tally = laneNames.map((lane, index) => {
    return { lane, device: 'cpu', windows: 0, busySeconds: busy[index] };
  });
  rows.push([
    title,
    done.length / 2,
    failed,
    laneNames.map((lane) => stagesOf(done, lane)).join(' + '),
    busy.map((some) => some.toFixed(1)).join(' + '),
    busy.map((some) => `${Math.round((100 * some) / wall)} %`).join(' + '),
    balanceOf(tally)?.jain.toFixed(4) ?? '',
    wall.toFixed(1),
    best.toFixed(1),
    (wall / best).toFixed(3),
  ]);
}

function stagesOf(done: readonly DoneStage[], name: string): number {
  return done.filter(([, , , lane]) => lane === name).length;
}

function busyOf(done: readonly DoneStage[], name: string): number {
  return done.reduce((sum, [, , , lane, some]) => sum + (lane === name ? some : 0), 0);
}

/** A run over lanes that wait instead of fitting, on the same server. */
async function waiting(title: string, server: string, cpu1: number): Promise<void> {
  const all = specs(6 * count);
  await using stack = await scriptedStack(server, {
    planRun: ({ runId }) => Promise.resolve(planned(runId, all.length, pageSize)),
    readPage: ({ page }) => Promise.resolve(all.slice((page - 1) * pageSize, page * pageSize)),
    reportRun: ({ runId }) =>
      Promise.resolve({ runId, state: 'completed', asOf: '2024-12-31' } as unknown as RunReport),
  });
  for (const [lane, slowness] of [
    ['cpu0', 1],
    ['cpu1', cpu1],
  ] as const)
    await stack.lane(lane, waitingLane(lane, slowness), 1);
  await stack.client.workflow
    .getHandle(lanesWorkflowId)
    .executeUpdate('limits', { args: [{ inFlight: defaultInFlight }] });
  await stack.client.workflow.execute<typeof trainRun>('trainRun', {
    workflowId: runWorkflowId('waiting'),
    taskQueue: orchestratorQueue,
    args: [{ request: { symbols: 'all', interval: '1d', from, to, recipe: 'symbol' } }],
  });
  const done = stack.records.flatMap((part) => part.done);
  const failed = stack.records.flatMap((part) => part.failed);
  const wall = seconds(await trainingSpan(stack.client, 'waiting', all.length));
  const best = (all.length * (waits.fitTeacher + waits.fitStudent)) / (1 + 1 / cpu1);
  addRow(title, { done, failed: failed.length, wall, best });
}

function waitingLane(lane: string, slowness: number): ReturnType<typeof ableLane> {
  const { fitTeacher, fitStudent } = ableLane(lane);
  const after =
    (fit: typeof fitTeacher, seconds: number): typeof fitTeacher =>
    async (task) => {
      await pause(seconds * slowness * 1000);
      return { ...(await fit(task)), seconds: seconds * slowness };
    };
  return {
    fitTeacher: after(fitTeacher, waits.fitTeacher),
    fitStudent: after(fitStudent, waits.fitStudent),
  };
}

/** When each page of a run began and ended: plan and report are left out. */
async function trainingSpan(from: Client, runId: string, windows: number): Promise<number[]> {
  const pages = await Promise.all(
    Array.from({ length: Math.ceil(windows / pageSize) }, (_, page) =>
      from.workflow.getHandle(`${runWorkflowId(runId)}/${page + 1}`).describe(),
    ),
  );
  return pages.flatMap(({ startTime, closeTime }) => [Number(startTime), Number(closeTime)]);
}

function seconds(times: readonly number[]): number {
  return (Math.max(...times) - Math.min(...times)) / 1000;
}
