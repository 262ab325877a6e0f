import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Client, Connection, WithStartWorkflowOperation } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { Activities } from '../activities/index.ts';
import {
  lanesWorkflowId,
  marketQueue,
  orchestratorQueue,
  workQueue,
} from '../shared/contracts/ids.ts';
import { stages, type Stage } from '../shared/contracts/outcome.ts';
import type { LanesView } from '../shared/contracts/lanes.ts';
import type { PageRecord, PlanSummary, WindowSpec } from '../shared/contracts/run.ts';
import type { TradingDay } from '../shared/contracts/time.ts';
import { checkout } from '../shared/runtime/stack/config.ts';
import { ensureNamespace } from '../shared/runtime/stack/client.ts';
import { buildBundle } from '../workers/bundle.ts';
import type { lanes } from './lanes.ts';
import type { trainBatch } from './train-batch.ts';

/** Where histories are recorded: a new folder whenever a workflow does other things than before. */
const recordedAs = 'sdk-1.24.0-operated';

/** Activities that a test plays. */
export type Script = Partial<Activities>;

/** Real server, real workers, real workflows; activities as scripted. */
export interface ScriptedStack extends AsyncDisposable {
  readonly client: Client;
  /** What was recorded of pages, in order. */
  readonly records: readonly PageRecord[];
  /**
   * Starts a lane that polls and announces it.
   *
   * @param atOnce - stages it does at a time; 1 as real lanes do, or many
   */
  lane(name: string, script: Script, atOnce?: number): Promise<RunningLane>;
  /** Starts a lane's announcement only: nothing polls its queue. */
  announce(name: string): Promise<LanesView>;
}

export interface RunningLane {
  /** Stops polling, as a killed process does. */
  stop(): Promise<void>;
}

Runtime.install({ logger: new DefaultLogger('ERROR', () => {}), shutdownSignals: [] });
const bundle = await buildBundle(() => {});

/** `count` windows of 180 days, each with all its stages to do unless said otherwise. */
export function specs(count: number, toDo: readonly Stage[] = stages): WindowSpec[] {
  return Array.from({ length: count }, (_, index) => {
    const symbol = `SYM${index}`;
    return {
      window: `${symbol}/1d/2022-01-01..2022-06-30`,
      symbol,
      interval: '1d',
      from: '2022-01-01' as TradingDay,
      to: '2022-06-30' as TradingDay,
      engine: 'cpu',
      cost: 400_000,
      stages: toDo,
    };
  });
}

/** A plan of `windows` to train, in pages of `pageSize`. */
export function planned(runId: string, windows: number, pageSize: number): PlanSummary {
  return {
    runId,
    root: '0badcafe',
    planToken: '0'.repeat(64),
    asOf: '2024-12-31' as TradingDay,
    counts: {
      windows,
      train: windows,
      reuse: 0,
      skip: {},
      stages: { teacher: { train: windows, reuse: 0 }, student: { train: windows, reuse: 0 } },
    },
    trainPages: Math.ceil(windows / pageSize),
    extendPages: 0,
    pooledWindows: 0,
    engines: ['cpu'],
  };
}

/** A lane that does everything at once. */
export function ableLane(lane: string): Required<Pick<Script, 'fitTeacher' | 'fitStudent'>> {
  const fit: Activities['fitTeacher'] = ({ window }) =>
    Promise.resolve({ outcome: 'trained', lane, device: 'cpu', seconds: 0.1, artifact: window });
  return { fitTeacher: fit, fitStudent: fit };
}

/**
 * Starts an orchestrator and a work process of their own namespace.
 *
 * @param address - `host:port` of a server
 */
export async function scriptedStack(address: string, script: Script): Promise<ScriptedStack> {
  const namespace = `test-${randomUUID().slice(0, 8)}`;
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace });
  const place = { address, namespace, connection: { address } };
  const root = { path: '/nowhere', id: '0badcafe' };
  await ensureNamespace({ client, place, close: () => Promise.resolve() }, root, 1);
  const native = await NativeConnection.connect({ address });
  const running: { worker: Worker; done: Promise<void> }[] = [];
  const records: PageRecord[] = [];
  const start = async (options: Parameters<typeof Worker.create>[0]): Promise<RunningLane> => {
    const worker = await Worker.create({ connection: native, namespace, ...options });
    const one = { worker, done: worker.run() };
    running.push(one);
    return {
      async stop() {
        worker.shutdown();
        await one.done;
        running.splice(running.indexOf(one), 1);
      },
    };
  };
  await start({ taskQueue: orchestratorQueue, workflowBundle: bundle });
  await start({
    taskQueue: workQueue,
    activities: {
      recordPage: (record: PageRecord) => Promise.resolve(void records.push(record)),
      censusLanes: (names: readonly string[]) => Promise.resolve(names),
      recordFailures: () => Promise.resolve(),
      ...script,
    },
  });
  if (script.fetchBars !== undefined)
    await start({
      taskQueue: marketQueue('simulated'),
      activities: { fetchBars: script.fetchBars },
    });
  const announce = (lane: string): Promise<LanesView> => announced(client, lane, 2);

  return {
    client,
    records,
    announce,
    async lane(name, activities, atOnce = 100) {
      const lane = await start({
        taskQueue: name,
        activities,
        maxConcurrentActivityTaskExecutions: atOnce,
      });
      await announce(name);
      return lane;
    },
    async [Symbol.asyncDispose]() {
      for (const { worker } of running) worker.shutdown();
      await Promise.all(running.map(({ done }) => done));
      await native.close();
      await connection.close();
    },
  };
}

/** Announces a lane of the CPU, as its process does; the first of all says how much is in flight. */
export function announced(client: Client, lane: string, inFlight: number): Promise<LanesView> {
  return client.workflow.executeUpdateWithStart('add', {
    args: [{ lane, device: 'cpu', engine: 'cpu' }],
    startWorkflowOperation: new WithStartWorkflowOperation<typeof lanes>('lanes', {
      workflowId: lanesWorkflowId,
      taskQueue: orchestratorQueue,
      args: [{ lanes: [], inFlight, batches: [] }],
      workflowIdConflictPolicy: 'USE_EXISTING',
    }),
  });
}

/**
 * Keeps a workflow's history as a witness that later code must still replay; only while recording
 * (`npm run record`), and never over one that is there.
 */
export async function witness(
  client: Client,
  workflowId: string,
  name: string,
  temporalRunId?: string,
): Promise<void> {
  if (process.env.SENSEQUANT_RECORD !== '1') return;
  const folder = path.join(import.meta.dirname, 'histories', recordedAs);
  await mkdir(folder, { recursive: true });
  const history = await client.workflow.getHandle(workflowId, temporalRunId).fetchHistory();
  // Stacks name the folder of whoever recorded.
  const json = JSON.stringify(JSON.parse(historyToJSON(history))).replaceAll(checkout, '');
  await writeFile(path.join(folder, `${name}.json`), `${json}\n`, { flag: 'wx' }).catch(() => {});
}

/** Starts a batch of its own, as `trainRun` does. */
export function startBatch(client: Client, runId: string): Promise<{ workflowId: string }> {
  return client.workflow.start<typeof trainBatch>('trainBatch', {
    workflowId: `train/${runId}/1`,
    taskQueue: orchestratorQueue,
    args: [{ runId, page: 1, root: '0badcafe' }],
  });
}
