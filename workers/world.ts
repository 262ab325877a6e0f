import type { Lane } from '../shared/contracts/lanes.ts';
import type { EpochMs } from '../shared/contracts/time.ts';
import { openBarStore } from '../shared/runtime/bar-store.ts';
import { lastPoll } from '../shared/runtime/client.ts';
import { openComputeThread } from '../shared/runtime/compute-thread.ts';
import type { DataRoot } from '../shared/runtime/data-root.ts';
import type { Logger } from '../shared/runtime/logger.ts';
import {
  lightgbmIdentity,
  lightgbmPath,
  lightgbmVersion,
} from '../shared/runtime/lightgbm/installed.ts';
import { onnxruntimeVersion } from '../shared/runtime/onnx-version.ts';
import { openPlans } from '../shared/runtime/plans.ts';
import { readReference } from '../shared/runtime/reference.ts';
import { openStore } from '../shared/runtime/store.ts';
import type { ComputeWorld, TrainingJobs, World } from '../shared/runtime/world.ts';
import type { ComputeData } from './compute.ts';
import type { StackContext } from './process.ts';

/**
 * Opens what an activity may touch, for a process that fits nothing.
 *
 * @param library - a LightGBM library of the operator's own: part of every key
 */
export async function openWorld(root: DataRoot, log: Logger, library?: string): Promise<World> {
  const { calendar, instruments } = await readReference();
  const bars = openBarStore(root);
  return {
    root,
    store: openStore(root, (message) => log.warn(message)),
    plans: openPlans(root),
    bars,
    calendar,
    instruments,
    versions: { lightgbm: await lightgbmIdentity(library), onnxruntime: onnxruntimeVersion },
    log,
    now: () => Date.now() as EpochMs,
    close: async () => bars.close(),
  };
}

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
  return {
    ...world,
    compute,
    lane,
    device,
    lastPoll: (queue) => lastPoll(temporal, queue),
    async close() {
      await compute.close();
      await world.close();
    },
  };
}
