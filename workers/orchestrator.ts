import { Worker } from '@temporalio/worker';
import { orchestratorQueue } from '../shared/contracts/ids.ts';
import { workflowBundle } from './bundle.ts';
import { runProcess } from './process.ts';
import { versionOptions } from './versions.ts';

await runProcess('orchestrator', async ({ config, connection, temporal, root, log }) => ({
  workers: [
    await Worker.create({
      connection,
      namespace: temporal.place.namespace,
      taskQueue: orchestratorQueue,
      workflowBundle: await workflowBundle(root, log),
      // A cache smaller than what is in flight costs 40 % of the CPU.
      maxCachedWorkflows: 500,
      // What a killed orchestrator had to itself goes to the next one after this long, not after 10 s.
      stickyQueueScheduleToStartTimeout: '3 seconds',
      shutdownGraceTime: '5 seconds',
      ...versionOptions(config.versioning, 'orchestrator'),
    }),
  ],
}));
