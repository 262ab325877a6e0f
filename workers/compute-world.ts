import { availableParallelism } from 'node:os';
import type { Lane } from '../shared/contracts/lanes.ts';
import { lastPoll } from '../shared/runtime/client.ts';
import { openComputeThread, type ComputeThread } from '../shared/runtime/compute-thread.ts';
import { lightgbmPath, lightgbmVersion } from '../shared/runtime/lightgbm/installed.ts';
import { openSource, sourceNamed, type OpenSource } from '../shared/runtime/sources/open-source.ts';
import type { Logger } from '../shared/runtime/logger.ts';
import type { ComputeWorld, LeakJobs } from '../shared/runtime/world.ts';
import type { ComputeData } from './compute.ts';
import type { DeviceThread } from './device-thread.ts';
import type { StackContext } from './process.ts';
import { openWorld } from './world.ts';

/** Opens the world of a lane or of the work process, with the thread that owns LightGBM. */
export async function openComputeWorld(
  context: StackContext,
  { lane, device }: Pick<Lane, 'lane' | 'device'>,
  compute: DeviceThread,
): Promise<ComputeWorld> {
  const { config, root, log, temporal } = context;
  const world = await openWorld(root, log, config);
  const sources = new Map<string, OpenSource>();
  return {
    ...world,
    source(name) {
      const opened =
        sources.get(name) ?? openSource(config, root, sourceNamed(name), world.calendar);
      sources.set(name, opened);
      return opened;
    },
    compute,
    lane,
    device,
    lastPoll: (queue) => lastPoll(temporal, queue),
    async close() {
      await compute.close();
      for (const source of sources.values()) source.close();
      await world.close();
    },
  };
}

/**
 * Opens threads that run leak controls, one a core. Each owns a LightGBM of its own: what the library
 * says of a fault belongs to a thread.
 *
 * @param library - a LightGBM library of the operator's own
 */
export async function openLeakThreads(
  log: Logger,
  library?: string,
): Promise<readonly ComputeThread<LeakJobs>[]> {
  const data: ComputeData = {
    library: lightgbmPath(library),
    version: lightgbmVersion,
    device: 'cpu',
  };
  return await Promise.all(
    Array.from({ length: availableParallelism() }, () =>
      openComputeThread<LeakJobs>(new URL('./compute-leaks.ts', import.meta.url), {
        workerData: data,
        onLog: (level, line) => log[level]({ library: 'lightgbm' }, line),
      }),
    ),
  );
}
