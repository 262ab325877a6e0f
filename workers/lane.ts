import { WithStartWorkflowOperation } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import { lanesWorkflowId, orchestratorQueue } from '../shared/contracts/ids.ts';
import { defaultInFlight, type Lane } from '../shared/contracts/lanes.ts';
import { engineOf } from '../shared/runtime/lightgbm/device.ts';
import type { lanes } from '../workflows/lanes.ts';
import { holdDevice } from './device-lock.ts';
import { lightgbmLog, provenThread } from './device-thread.ts';
import { runProcess } from './process.ts';
import { openComputeWorld } from './compute-world.ts';

// Named by the supervisor, which has also set the environment that the device needs.
const [name, device] = process.argv.slice(2);

await runProcess(`lane ${name}`, async (context) => {
  const { config, root, log } = context;
  const lane: Lane = { lane: name, device, engine: engineOf(device) };
  const held =
    device === 'cpu' ? undefined : await holdDevice(device, `lane "${name}" of "${root.path}"`);
  const began = performance.now();
  // Only a lane that has fitted something on its device polls.
  const compute = await provenThread({ ...config, device, onLog: lightgbmLog(context) });
  log.info({ device, seconds: Math.round(performance.now() - began) / 1000 }, 'proved its device');
  const world = await openComputeWorld(context, lane, compute);
  const { fitTeacher, fitStudent } = createActivities(world);
  const { workflow } = context.temporal.client;
  return {
    workers: [
      await Worker.create({
        connection: context.connection,
        namespace: context.temporal.place.namespace,
        taskQueue: lane.lane,
        activities: { fitTeacher, fitStudent },
        // One fit at a time: the device has one owner, and what a lane was busy with adds up to its wall time.
        maxConcurrentActivityTaskExecutions: 1,
        maxHeartbeatThrottleInterval: '1 second',
        shutdownGraceTime: '30 seconds',
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
    async onStopping() {
      const drain = { lane: lane.lane, why: 'its process was told to stop' };
      // Without an orchestrator nobody answers, and nobody feeds the lane either.
      await context.temporal.client.withDeadline(Date.now() + 5_000, () =>
        workflow.getHandle(lanesWorkflowId).executeUpdate('drain', { args: [drain] }),
      );
    },
    async onDrained() {
      await world.close();
      held?.release();
    },
  };
});
