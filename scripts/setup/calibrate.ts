import { readFile } from 'node:fs/promises';
import {
  crossingCost,
  engineTrials,
  type EngineTrial,
  type TimedTrial,
} from '../../activities/samples/engine-trials.ts';
import { InputError } from '../../shared/contracts/errors.ts';
import { parseStackFile, type Config } from '../../shared/runtime/stack/config.ts';
import { writeWhole } from '../../shared/runtime/files/files.ts';
import type { Trial } from '../../shared/runtime/world.ts';
import { fitOn } from '../../workers/ask-device.ts';
import { holdDevice } from '../../workers/device-lock.ts';
import { resolveLanes } from '../../workers/resolve-lanes.ts';

/** What `doctor --calibrate` measured and wrote. */
export interface Calibration {
  readonly device: string;
  readonly trials: readonly (TimedTrial & { readonly rows: number })[];
  /** Absent where the GPU won nowhere: then no window is for it. */
  readonly gpuThreshold?: number;
}

/** Of short fits the best counts; a process's first is slower. */
const repetitions = 4;
const shortSeconds = 1;
/** Larger trials than one that takes this long tell nothing that is worth waiting for. */
const enoughSeconds = 10;

/**
 * Measures from which size on the first GPU lane's device fits faster than one thread of the CPU,
 * and writes it into the stack's file.
 *
 * @throws InputError if no lane has a GPU, or its device is not proven
 * @throws LaneError if a running stack holds the device
 */
export async function calibrate(
  config: Config,
  say: (message: string) => void,
  sizes: readonly EngineTrial[] = engineTrials(),
): Promise<Calibration> {
  const device = await firstGpu(config, say);
  const held = await holdDevice(device, 'doctor --calibrate');
  try {
    const trials: Calibration['trials'][number][] = [];
    let longest = 0;
    for (const { trial, cost } of sizes) {
      const again = longest < shortSeconds ? repetitions : 1;
      const best = async (on: string): Promise<number> =>
        Math.min(...(await fitOn(config, on, Array<Trial>(again).fill(trial))));
      const [cpuSeconds, gpuSeconds] = [await best('cpu'), await best(device)];
      longest = Math.max(cpuSeconds, gpuSeconds);
      say(`${trial.rows} rows: cpu ${cpuSeconds.toFixed(3)} s, gpu ${gpuSeconds.toFixed(3)} s`);
      trials.push({ rows: trial.rows, cost, cpuSeconds, gpuSeconds });
      if (longest > enoughSeconds) break;
    }
    const gpuThreshold = crossingCost(trials);
    await writeThreshold(config.file, gpuThreshold);
    return { device, trials, ...(gpuThreshold === undefined ? {} : { gpuThreshold }) };
  } finally {
    held.release();
  }
}

async function firstGpu(config: Config, say: (message: string) => void): Promise<string> {
  const gpu = (await resolveLanes(config, say)).find(({ engine }) => engine === 'gpu');
  if (gpu !== undefined) return gpu.device;
  throw new InputError(
    `"${config.file}" has no lane with a GPU to compare with; ` +
      'add one under lanes, such as "- { name: gpu0, device: "opencl:0:0" }"',
  );
}

/** Sets or removes the threshold in the stack's file; everything else in it stays as it is. */
async function writeThreshold(file: string, gpuThreshold: number | undefined): Promise<void> {
  const text = withThreshold(await readFile(file, 'utf8'), gpuThreshold);
  parseStackFile(file, text);
  await writeWhole(file, text);
}

/** The text of a stack file with another threshold, or with none. */
export function withThreshold(text: string, gpuThreshold: number | undefined): string {
  const active = /^gpuThreshold:.*$/m;
  if (gpuThreshold === undefined) return text.replace(active, '# $&');
  const set = `gpuThreshold: ${gpuThreshold}`;
  const place = [active, /^# gpuThreshold:.*$/m].find((line) => line.test(text));
  return place ? text.replace(place, set) : `${text.trimEnd()}\n\n${set}\n`;
}
