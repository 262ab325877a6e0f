import type { Lane } from '../shared/contracts/lanes.ts';
import { lastPoll } from '../shared/runtime/client.ts';
import { openComputeThread } from '../shared/runtime/compute-thread.ts';
import { lightgbmPath, lightgbmVersion } from '../shared/runtime/lightgbm/installed.ts';
import { openSource, sourceNamed, type OpenSource } from '../shared/runtime/sources/open-source.ts';
import type { ComputeWorld, TrainingJobs } from '../shared/runtime/world.ts';
import type { ComputeData } from './compute.ts';
import type { StackContext } from './process.ts';
import { openWorld } from './world.ts';

/** Opens the world of a lane or of the work process, with the thread that owns LightGBM. */
export async function openComputeWorld(
  context: StackContext,
  { lane, device }: Pick<Lane, 'lane' | 'device'>,
): Promise<ComputeWorld> {
  const { config, root, log, temporal } = context;
  const world = await openWorld(root, log, config.lightgbmLib);
  const data: ComputeData = { library: lightgbmPath(config.lightgbmLib), version: lightgbmVersion };
  const compute = await openComputeThread<TrainingJobs>(new URL('./compute.ts', import.meta.url), {
    workerData: data,
    onLog: (level, line) => log[level]({ library: 'lightgbm' }, line),
  });
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
