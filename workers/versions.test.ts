import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { expect, inject, onTestFinished, test } from 'vitest';
import { orchestratorQueue, workQueue } from '../shared/contracts/ids.ts';
import type { PlanRunInput, ReportRunInput } from '../shared/contracts/run.ts';
import type { TradingDay } from '../shared/contracts/time.ts';
import { ensureNamespace } from '../shared/runtime/stack/client.ts';
import { drainingVersions, makeCurrent } from '../shared/runtime/stack/deployments.ts';
import type { trainRun } from '../workflows/train-run.ts';
import { buildBundle } from './bundle.ts';
import { versionOf, versionOptions, type DeployedPart } from './versions.ts';

// Versions of workers, on the real server:
// - a run goes on and ends on the version it began on while another one is current
// - its activities are done by whatever version of the work process is current
// - `lanes` goes over to the current version
// - a version with open runs counts as draining, and whether somebody polls for it is seen

Runtime.install({ logger: new DefaultLogger('ERROR', () => {}), shutdownSignals: [] });
const workflowBundle = await buildBundle(() => {});

const request = {
  symbols: 'all',
  interval: '1d',
  from: '2022-01-01' as TradingDay,
  to: '2024-12-31' as TradingDay,
  recipe: 'symbol',
} as const;

test('a run ends on the version it began on, and a new one begins on the current', async () => {
  const place = await placeOfItsOwn();
  const { client } = place;
  const reported: string[] = [];
  const { promise: mayPlan, resolve: plan } = Promise.withResolvers<void>();
  const working = (buildId: string) => ({
    async planRun({ runId }: PlanRunInput) {
      if (runId === 'old') await mayPlan;
      return { runId, root: '0badcafe', asOf: request.to, trainPages: 0, extendPages: 0 };
    },
    reportRun({ runId }: ReportRunInput) {
      reported.push(`${runId} by ${buildId}`);
      return Promise.resolve({ state: 'completed', asOf: request.to });
    },
  });
  const start = (runId: string) =>
    client.workflow.start<typeof trainRun>('trainRun', {
      workflowId: `train/${runId}`,
      taskQueue: orchestratorQueue,
      args: [{ request }],
    });

  await place.release('a', working('a'));
  const lanes = await client.workflow.start('lanes', {
    workflowId: 'lanes',
    taskQueue: orchestratorQueue,
    args: [{ lanes: [], inFlight: 2, batches: [] }],
  });
  await lanes.query('lanes');
  const old = await start('old');
  await expect.poll(() => versionsOf(client, 'train/old')).toEqual(['a']);
  await place.release('b', working('b'));
  const draining = await drainingVersions(place, 'sensequant');
  const young = await start('young');
  await young.result();
  await lanes.executeUpdate('add', { args: [{ lane: 'cpu0', device: 'cpu', engine: 'cpu' }] });
  plan();
  await old.result();

  expect(await versionsOf(client, 'train/old')).toEqual(['a']);
  expect(await versionsOf(client, 'train/young')).toEqual(['b']);
  expect(await versionsOf(client, 'lanes')).toEqual(['a', 'b']);
  expect(reported).toEqual(['young by b', 'old by b']);
  expect(draining).toEqual([{ deployment: 'sensequant', buildId: 'a', isPolled: true }]);
});

async function versionsOf(client: Client, workflowId: string): Promise<string[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const completed = (events ?? []).flatMap(
    (event) => event.workflowTaskCompletedEventAttributes?.deploymentVersion?.buildId ?? [],
  );
  return [...new Set(completed)];
}

/** A namespace with workers of whatever versions a test releases. */
async function placeOfItsOwn() {
  const address = inject('temporalAddress');
  const namespace = `test-${randomUUID().slice(0, 8)}`;
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace });
  const native = await NativeConnection.connect({ address });
  const place = { address, namespace, connection: { address } };
  const temporal = { client, place, close: () => Promise.resolve() };
  await ensureNamespace(temporal, { path: '/nowhere', id: '0badcafe' }, 1);
  const running: { worker: Worker; done: Promise<void> }[] = [];
  onTestFinished(async () => {
    for (const { worker } of running) if (worker.getState() === 'RUNNING') worker.shutdown();
    await Promise.all(running.map(({ done }) => done));
    await native.close();
    await connection.close();
  });

  async function poll(part: DeployedPart, buildId: string, rest: object): Promise<void> {
    const versioning = { deployment: 'sensequant', buildId };
    const worker = await Worker.create({
      connection: native,
      namespace,
      identity: `${part} ${buildId}`,
      taskQueue: part === 'work' ? workQueue : orchestratorQueue,
      ...versionOptions(versioning, part),
      ...rest,
    });
    running.push({ worker, done: worker.run() });
    await makeCurrent(temporal, versionOf(versioning, part)!);
  }

  return {
    ...temporal,
    async release(buildId: string, activities: object) {
      await poll('orchestrator', buildId, { workflowBundle });
      await poll('work', buildId, { activities });
    },
  };
}
