// A run of many windows whose activities do nothing, over a dev server and an orchestrator of its
// own: `npm run bench:scale -- [symbols]`, 2,000 unless said, each with 7 windows of two stages.
// Prints the largest histories and messages, memory, windows a second and database bytes a window.

import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { Activities } from '../activities/index.ts';
import {
  lanesWorkflowId,
  orchestratorQueue,
  runWorkflowId,
  workQueue,
} from '../shared/contracts/ids.ts';
import { stages } from '../shared/contracts/outcome.ts';
import { pageSize, type RunReport, type WindowSpec } from '../shared/contracts/run.ts';
import type { TradingDay } from '../shared/contracts/time.ts';
import { connect, ensureNamespace } from '../shared/runtime/stack/client.ts';
import { readConfig } from '../shared/runtime/stack/config.ts';
import { openDataRoot } from '../shared/runtime/data-root.ts';
import { thisProcess } from '../shared/runtime/stack/processes.ts';
import { stackNamespace, writeStack } from '../shared/runtime/stack/stack.ts';
import { tableText } from '../scripts/output.ts';
import { ensureTemporal } from '../scripts/setup/temporal.ts';
import { devServer } from '../workers/dev-server.ts';
import { ableLane, announced, planned } from '../workflows/scripted-stack.fixture.ts';
import type { trainRun } from '../workflows/train-run.ts';
import { mostMemory, startOrchestrator } from './processes.ts';

const perSymbol = 7;
/** A page of windows is the one message that may be larger than 4 KiB. */
const pageOfWindows = 16_384;
const symbols = Number(process.argv[2] ?? 2_000);
const windows = symbols * perSymbol;
const folder = await mkdtemp(path.join(tmpdir(), 'sensequant-bench-'));
const dataRoot = path.join(folder, 'data');
const [config, root] = [await readConfig(), await openDataRoot(dataRoot)];
const server = await devServer(await ensureTemporal(console.error), config, root);
const running = server.start(openSync(path.join(folder, 'server.log'), 'a'));
try {
  const place = {
    address: server.address,
    namespace: stackNamespace(config, root),
    connection: { address: server.address },
  };
  const temporal = await connect(place, 60_000);
  await ensureNamespace(temporal, root, 1);
  const supervisor = await thisProcess();
  await writeStack(root, { schema: 1, supervisor, ...place, processes: [] });
  const orchestrator = await startOrchestrator(dataRoot);
  const connection = await NativeConnection.connect({ address: server.address });
  const queue = { connection, namespace: place.namespace };
  const workers = [
    await Worker.create({ ...queue, taskQueue: workQueue, activities: idleWork() }),
    ...(await Promise.all(
      ['cpu0', 'cpu1'].map((lane) =>
        Worker.create({
          ...queue,
          taskQueue: lane,
          activities: ableLane(lane),
          maxConcurrentActivityTaskExecutions: 1,
        }),
      ),
    )),
  ];
  const polling = workers.map((worker) => worker.run());
  for (const lane of ['cpu0', 'cpu1']) await announced(temporal.client, lane, 4);

  const before = await databaseBytes();
  const began = performance.now();
  const run = await temporal.client.workflow.start<typeof trainRun>('trainRun', {
    workflowId: runWorkflowId('scale'),
    taskQueue: orchestratorQueue,
    args: [
      {
        request: {
          symbols: 'all',
          interval: '1d',
          from: '2022-01-01' as TradingDay,
          to: '2025-06-30' as TradingDay,
          recipe: 'symbol',
        },
      },
    ],
  });
  const watching = setInterval(() => {
    console.error(`${Math.round((performance.now() - began) / 1000)} s`);
  }, 60_000);
  await run.result();
  clearInterval(watching);
  const seconds = (performance.now() - began) / 1000;
  const bytes = (await databaseBytes()) - before;
  const handle = (id: string): WorkflowHandle => temporal.client.workflow.getHandle(id);
  const pages = Math.ceil(windows / pageSize);
  const batches = await Promise.all(
    Array.from({ length: pages }, (_, page) =>
      sizeOf(handle(`${runWorkflowId('scale')}/${page + 1}`)),
    ),
  );
  const stage = await sizeOf(handle(`${runWorkflowId('scale')}/${specOf(0).window}/student`));
  const mebibytes = async (pid?: number): Promise<string> =>
    ((await mostMemory(pid ?? 0)) / 2 ** 20).toFixed(0);
  console.log(
    `${windows} windows in ${seconds.toFixed(0)} s: ${(windows / seconds).toFixed(1)} a second, ` +
      `${(bytes / windows / 1024).toFixed(1)} KiB of database a window; most memory: orchestrator ` +
      `${await mebibytes(orchestrator.pid)} MiB, server ${await mebibytes(running.pid)} MiB`,
  );
  console.log(
    tableText(
      ['history', 'events', 'KiB', 'largest message, bytes'],
      [
        ['trainRun', ...row(await sizeOf(run))],
        [`trainBatch, the largest of ${pages}`, ...row(batches.reduce(larger))],
        ['distilStudent', ...row(stage)],
        ['lanes', ...row(await sizeOf(handle(lanesWorkflowId)))],
      ],
    ),
  );
  orchestrator.kill('SIGTERM');
  await once(orchestrator, 'exit');
  for (const worker of workers) worker.shutdown();
  await Promise.all(polling);
  await connection.close();
  await temporal.close();
} finally {
  running.kill('SIGTERM');
  await once(running, 'exit');
  await rm(folder, { recursive: true, force: true });
}

function specOf(index: number): WindowSpec {
  const symbol = `SYM${String(Math.floor(index / perSymbol)).padStart(4, '0')}`;
  const year = 2022 + Math.floor((index % perSymbol) / 2);
  const [from, to] = (
    index % 2 === 0 ? [`${year}-01-01`, `${year}-06-30`] : [`${year}-06-30`, `${year}-12-27`]
  ) as TradingDay[];
  const window = `${symbol}/1d/${from}..${to}/${index % perSymbol}`;
  return { window, symbol, interval: '1d', from, to, engine: 'cpu', cost: 400_000, stages };
}

function idleWork(): Partial<Activities> {
  return {
    planRun: ({ runId }) =>
      Promise.resolve({ ...planned(runId, windows, pageSize), root: root.id }),
    readPage: ({ page }) => {
      const first = (page - 1) * pageSize;
      const count = Math.min(pageSize, windows - first);
      return Promise.resolve(Array.from({ length: count }, (_, index) => specOf(first + index)));
    },
    recordPage: () => Promise.resolve(),
    censusLanes: (names) => Promise.resolve([...names]),
    reportRun: ({ runId }) =>
      Promise.resolve({ runId, state: 'completed', asOf: '2025-06-30' } as unknown as RunReport),
  };
}

interface Size {
  readonly events: number;
  readonly bytes: number;
  readonly largest: number;
}

/** Events and bytes of a history, and the largest message in it but a page of windows. */
async function sizeOf(handle: WorkflowHandle): Promise<Size> {
  const { historySize = 0 } = await handle.describe();
  const { events } = await handle.fetchHistory();
  const messages = (events ?? []).flatMap((event) => payloads(event));
  const small = messages.filter((size) => size < pageOfWindows);
  return { events: events?.length ?? 0, bytes: historySize, largest: Math.max(0, ...small) };
}

function payloads(value: unknown): number[] {
  if (value === null || typeof value !== 'object') return [];
  if ('data' in value && value.data instanceof Uint8Array) return [value.data.length];
  return Object.values(value).flatMap(payloads);
}

function larger(a: Size, b: Size): Size {
  return {
    events: Math.max(a.events, b.events),
    bytes: Math.max(a.bytes, b.bytes),
    largest: Math.max(a.largest, b.largest),
  };
}

function row({ events, bytes, largest }: Size): [number, string, number] {
  return [events, (bytes / 1024).toFixed(1), largest];
}

async function databaseBytes(): Promise<number> {
  const state = path.join(dataRoot, 'state');
  const files = (await readdir(state)).filter((name) => name.startsWith('temporal-'));
  const sizes = await Promise.all(files.map((name) => stat(path.join(state, name))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}
