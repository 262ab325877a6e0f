import { errorRecord, InputError } from '../shared/contracts/errors.ts';
import { openComputeThread, type ComputeThread } from '../shared/runtime/compute/compute-thread.ts';
import { lightgbmPath, lightgbmVersion } from '../shared/runtime/lightgbm/installed.ts';
import type { OnLog } from '../shared/runtime/lightgbm/log-lines.ts';
import type { Logger } from '../shared/runtime/logger.ts';
import type { TrainingJobs } from '../shared/runtime/world.ts';
import type { ComputeData } from './compute.ts';
import { deviceFault } from './device-proof.ts';

/** Which library fits, on what, and who hears it. */
export interface DeviceThreadOptions {
  /** A library of the operator's own; the set-up's where absent. */
  readonly lightgbmLib?: string;
  readonly device: string;
  readonly onLog: OnLog;
}

/** The thread of a process that owns LightGBM. */
export type DeviceThread = ComputeThread<TrainingJobs>;

/** Compiling kernels takes half a minute each on a slow device; a sound one is done long before. */
const proofMs = 600_000;

/** Writes what LightGBM says into the process's log. */
export function lightgbmLog({ log }: { readonly log: Logger }): OnLog {
  return (level, line) => log[level]({ library: 'lightgbm' }, line);
}

/** Opens the thread that owns LightGBM, its fits on a device. */
export async function openDeviceThread(options: DeviceThreadOptions): Promise<DeviceThread> {
  const { lightgbmLib, device, onLog } = options;
  const workerData: ComputeData = {
    library: lightgbmPath(lightgbmLib),
    version: lightgbmVersion,
    device,
  };
  return await openComputeThread(new URL('./compute.ts', import.meta.url), { workerData, onLog });
}

/** A thread whose device is proven, and may be asked to prove itself again. */
export interface ProvenThread {
  readonly thread: DeviceThread;
  /** @throws the fault, if the device does not fit the proof any more */
  proveAgain(): Promise<void>;
}

/**
 * The same, once it has shown that it fits on that very device; its kernels are compiled by then.
 *
 * @throws InputError if it does not: a person must look, trying again gives the same
 */
export async function provenThread(options: DeviceThreadOptions): Promise<ProvenThread> {
  const { device, onLog } = options;
  let lines: string[] | undefined;
  const thread = await openDeviceThread({
    ...options,
    onLog(level, line) {
      lines?.push(line);
      // What a GPU's proof said is the evidence; a CPU's has none to give.
      if (lines === undefined || device !== 'cpu') onLog(level, line);
    },
  });
  const proveAgain = async (): Promise<void> => {
    lines = [];
    const signal = AbortSignal.timeout(proofMs);
    await thread.run('proof', undefined, { onProgress: () => {}, signal });
    const fault = await deviceFault(device, lines);
    lines = undefined;
    if (fault !== undefined) throw new InputError(fault);
  };
  try {
    await proveAgain();
    return { thread, proveAgain };
  } catch (error) {
    await thread.close();
    const { message, fields } = errorRecord(error);
    throw new InputError(`device "${device}" is not proven: ${message}`, fields);
  }
}
