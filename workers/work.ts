import { Worker } from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import { workQueue } from '../shared/contracts/ids.ts';
import { runProcess } from './process.ts';
import { openComputeWorld } from './world.ts';

await runProcess('work', async (context) => {
  const world = await openComputeWorld(context, { lane: 'work', device: 'cpu' });
  const { fitTeacher: _, ...activities } = createActivities(world);
  return {
    worker: await Worker.create({
      connection: context.connection,
      namespace: context.temporal.place.namespace,
      taskQueue: workQueue,
      activities,
      maxConcurrentActivityTaskExecutions: 4,
      maxHeartbeatThrottleInterval: '1 second',
      shutdownGraceTime: '20 seconds',
    }),
    onDrained: () => world.close(),
  };
});
