import { Worker, type WorkerOptions } from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import { marketQueue, workQueue } from '../shared/contracts/ids.ts';
import { lightgbmLog, openDeviceThread } from './device-thread.ts';
import { runProcess } from './process.ts';
import { openComputeWorld } from './compute-world.ts';
import { versionOptions } from './versions.ts';

await runProcess('work', async (context) => {
  const device = 'cpu';
  const compute = await openDeviceThread({
    ...context.config,
    device,
    onLog: lightgbmLog(context),
  });
  const world = await openComputeWorld(context, { lane: 'work', device }, compute);
  const { fitTeacher: _, fitStudent: __, fetchBars, ...activities } = createActivities(world);
  const { config, connection, temporal } = context;
  const poll = (
    options: Pick<WorkerOptions, 'taskQueue'> & Partial<WorkerOptions>,
  ): Promise<Worker> =>
    Worker.create({
      connection,
      namespace: temporal.place.namespace,
      maxHeartbeatThrottleInterval: '1 second',
      shutdownGraceTime: '20 seconds',
      ...versionOptions(config.versioning, 'work'),
      ...options,
    });
  // A queue a source: none is asked more at a time than it bears, none waits behind another.
  const markets = Object.entries(config.sources).map(([source, { requestsInFlight }]) =>
    poll({
      taskQueue: marketQueue(source),
      activities: { fetchBars },
      maxConcurrentActivityTaskExecutions: requestsInFlight,
    }),
  );
  return {
    workers: [
      await poll({ taskQueue: workQueue, activities, maxConcurrentActivityTaskExecutions: 4 }),
      ...(await Promise.all(markets)),
    ],
    onDrained: () => world.close(),
  };
});
