import { WithStartWorkflowOperation } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import { aliveQueue, lanesWorkflowId, orchestratorQueue } from '../shared/contracts/ids.ts';
import { defaultInFlight, type Lane } from '../shared/contracts/lanes.ts';
import type { ConfiguredLane } from '../shared/runtime/stack/config.ts';
import type { lanes } from '../workflows/lanes.ts';
import { holdDevice } from './device-lock.ts';
import { lightgbmLog, provenThread } from './device-thread.ts';
import { watchDevice } from './device-watch.ts';
import { runProcess } from './process.ts';
import { openComputeWorld } from './compute-world.ts';
import { versionOptions } from './versions.ts';

// Named by the supervisor, which has also set the environment that the device needs.
const configured = JSON.parse(process.argv[2]) as ConfiguredLane;
const { lane: name, device, engine } = configured;

await runProcess(`lane ${name}`, async (context) => {
  const { config, root, log } = context;
  const lane: Lane = { lane: name, device, engine };
  const held =
    device === 'cpu' ? undefined : await holdDevice(device, `lane "${name}" of "${root.path}"`);
  const began = performance.now();
  // Only a lane that has fitted something on its device polls.
  const { thread, proveAgain } = await provenThread({
    ...config,
    device,
    onLog: lightgbmLog(context),
  });
  log.info({ device, seconds: Math.round(performance.now() - began) / 1000 }, 'proved its device');
  const world = await openComputeWorld(context, configured, thread);
  const { fitTeacher, fitStudent } = createActivities(world);
  const watch = watchDevice(device, proveAgain, context.giveUp);
  const queue = { connection: context.connection, namespace: context.temporal.place.namespace };
  const { workflow } = context.temporal.client;
  return {
    workers: [
      await Worker.create({
        ...queue,
        taskQueue: name,
        activities: {
          fitTeacher: watch.watched(fitTeacher),
          fitStudent: watch.watched(fitStudent),
        },
        // One fit at a time: the device has one owner, and what a lane was busy with adds up to its wall time.
        maxConcurrentActivityTaskExecutions: 1,
        maxHeartbeatThrottleInterval: '1 second',
        shutdownGraceTime: '30 seconds',
        ...versionOptions(config.versioning, 'lanes'),
      }),
      // With its one slot taken the first asks for nothing, however long the fit; this one does.
      await Worker.create({
        ...queue,
        taskQueue: aliveQueue(name),
        activities: { alive: () => Promise.resolve() },
        maxConcurrentActivityTaskExecutions: 1,
      }),
    ],
    async onPolling() {
      await workflow.executeUpdateWithStart('add', {
        args: [lane],
        startWorkflowOperation: new WithStartWorkflowOperation<typeof lanes>('lanes', {
          workflowId: lanesWorkflowId,
          taskQueue: orchestratorQueue,
          args: [{ lanes: [], inFlight: defaultInFlight, batches: [] }],
          workflowIdConflictPolicy: 'USE_EXISTING',
        }),
      });
    },
    async onStopping(fault) {
      watch.end();
      const why = fault?.message ?? 'its process was told to stop';
      // Without an orchestrator nobody answers, and nobody feeds the lane either.
      await context.temporal.client.withDeadline(Date.now() + 5_000, () =>
        workflow
          .getHandle(lanesWorkflowId)
          .executeUpdate(fault === undefined ? 'drain' : 'fail', { args: [{ lane: name, why }] }),
      );
    },
    async onDrained() {
      await world.close();
      held?.release();
    },
  };
});
