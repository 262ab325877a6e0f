import { WithStartWorkflowOperation } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import { InputError } from '../shared/contracts/errors.ts';
import { lanesWorkflowId, orchestratorQueue } from '../shared/contracts/ids.ts';
import { defaultInFlight, type Lane } from '../shared/contracts/lanes.ts';
import type { Config } from '../shared/runtime/config.ts';
import type { lanes } from '../workflows/lanes.ts';
import { runProcess } from './process.ts';
import { openComputeWorld } from './compute-world.ts';

const name = process.argv[2];

await runProcess(`lane ${name}`, async (context) => {
  const lane = configuredLane(context.config);
  const world = await openComputeWorld(context, lane);
  // Only a lane that has fitted something on its device polls.
  await world.compute.run('proof', undefined, {
    onProgress: () => {},
    signal: AbortSignal.timeout(60_000),
  });
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
    onDrained: () => world.close(),
  };
});

function configuredLane(config: Config): Lane {
  const lane = config.lanes.find((candidate) => candidate.lane === name);
  if (lane !== undefined) return lane;
  const known = config.lanes.map((candidate) => candidate.lane).join('", "');
  throw new InputError(`"${config.file}" has no lane "${name}"; it has "${known}"`);
}
