import { setTimeout as pause } from 'node:timers/promises';
import type { StageUsage } from '../shared/contracts/run.ts';
import { parseDevice } from '../shared/runtime/lightgbm/device.ts';
import { gpuSample, type GpuSample } from '../shared/runtime/devices/nvidia.ts';
import type { StageMeter } from '../shared/runtime/world.ts';

/** A look at a card takes some 50 ms of a core. */
const sampleEveryMs = 2_000;

/**
 * Measures what each stage takes of a lane's machine: CPU time of this process, and what NVIDIA's
 * driver says of the card of a CUDA lane. One stage at a time.
 *
 * @param slowdown - how many times longer each stage is made to take: for trials of uneven lanes
 */
export function laneMeter(device: string, slowdown = 1): () => StageMeter {
  const parsed = parseDevice(device);
  let samples: GpuSample[] = [];
  let isUsed = false;
  if (parsed.kind === 'cuda')
    setInterval(() => {
      // What the driver does not tell is not known; the fit goes on.
      if (isUsed)
        gpuSample(parsed.uuid).then(
          (sample) => samples.push(sample),
          () => {},
        );
    }, sampleEveryMs).unref();

  return () => {
    const began = performance.now();
    const before = process.cpuUsage();
    // A stage shorter than the pause between two looks goes by the last one.
    samples = samples.slice(-1);
    isUsed = true;
    return {
      async end(signal) {
        const elapsedMs = performance.now() - began;
        if (slowdown > 1)
          await pause(elapsedMs * (slowdown - 1), undefined, { signal }).catch(() =>
            // Whoever cancels a stage says why; the timer's own words are lost on it.
            Promise.reject(signal.reason as Error),
          );
        isUsed = false;
        const { user, system } = process.cpuUsage(before);
        return {
          cpuSeconds: Math.round((user + system) / 1000) / 1000,
          ...deviceUsage(samples, (performance.now() - began) / 1000),
        };
      },
    };
  };
}

function deviceUsage(samples: readonly GpuSample[], seconds: number): Partial<StageUsage> {
  if (samples.length === 0) return {};
  const used = samples.reduce((sum, { utilisation }) => sum + utilisation, 0) / samples.length;
  return {
    deviceSeconds: Math.round(used * seconds * 1000) / 1000,
    deviceMemoryBytes: Math.max(...samples.map(({ memoryBytes }) => memoryBytes)),
  };
}
