import { availableParallelism } from 'node:os';
import type { ConfiguredLane } from '../shared/runtime/stack/config.ts';
import { lastPoll } from '../shared/runtime/stack/client.ts';
import { openComputeThread, type ComputeThread } from '../shared/runtime/compute/compute-thread.ts';
import type { JobTable } from '../shared/runtime/compute/drive.ts';
import { lightgbmPath, lightgbmVersion } from '../shared/runtime/lightgbm/installed.ts';
import { send } from '../shared/runtime/notifications/channels.ts';
import { openSource, sourceNamed, type OpenSource } from '../shared/runtime/sources/open-source.ts';
import type { Logger } from '../shared/runtime/logger.ts';
import type {
  ComputeWorld,
  ImportanceJobs,
  LeakJobs,
  TrainingJobs,
} from '../shared/runtime/world.ts';
import type { ComputeData } from './compute.ts';
import type { DeviceThread } from './device-thread.ts';
import { laneMeter } from './lane-meter.ts';
import type { StackContext } from './process.ts';
import { threadResult } from './evidence-thread.ts';
import { openWorld } from './world.ts';

/** Opens the world of a lane or of the work process, with the thread that owns LightGBM. */
export async function openComputeWorld(
  context: StackContext,
  { lane, device, slowdown }: Pick<ConfiguredLane, 'lane' | 'device' | 'slowdown'>,
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
    meter: laneMeter(device, slowdown),
    lastPoll: (queue) => lastPoll(temporal, queue),
    weighEvidence: (runId, signal) => threadResult({ dataRoot: root.path, runId }, signal),
    notices: {
      channels: [...config.channels.keys()],
      send: (channel, notice, signal) =>
        send({ channels: config.channels, root }, channel, notice, signal),
    },
    async close() {
      await compute.close();
      for (const source of sources.values()) source.close();
      await world.close();
    },
  };
}

/**
 * Opens a thread that owns LightGBM on the CPU, for a command that looks at models.
 *
 * @param library - a LightGBM library of the operator's own
 */
export async function openTrainingThread(
  log: Logger,
  library?: string,
): Promise<ComputeThread<TrainingJobs>> {
  return await openComputeThread<TrainingJobs>(new URL('./compute.ts', import.meta.url), {
    workerData: cpuData(library),
    onLog: (level, line) => log[level]({ library: 'lightgbm' }, line),
  });
}

/** Opens threads that run leak controls, one a core. */
export async function openLeakThreads(
  log: Logger,
  library?: string,
): Promise<readonly ComputeThread<LeakJobs>[]> {
  return await openThreads(new URL('./compute-leaks.ts', import.meta.url), log, library);
}

/** Opens threads that fit the folds of stored models again, one a core. */
export async function openImportanceThreads(
  log: Logger,
  library?: string,
): Promise<readonly ComputeThread<ImportanceJobs>[]> {
  return await openThreads(new URL('./compute-importance.ts', import.meta.url), log, library);
}

/**
 * Threads of a command, one a core. Each owns a LightGBM of its own: what the library says of a fault
 * belongs to a thread.
 *
 * @param library - a LightGBM library of the operator's own
 */
async function openThreads<Jobs extends JobTable>(
  entry: URL,
  log: Logger,
  library?: string,
): Promise<readonly ComputeThread<Jobs>[]> {
  const data = cpuData(library);
  return await Promise.all(
    Array.from({ length: availableParallelism() }, () =>
      openComputeThread<Jobs>(entry, {
        workerData: data,
        onLog: (level, line) => log[level]({ library: 'lightgbm' }, line),
      }),
    ),
  );
}

function cpuData(library: string | undefined): ComputeData {
  return { library: lightgbmPath(library), version: lightgbmVersion, device: 'cpu' };
}
