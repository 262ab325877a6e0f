import { workerData } from 'node:worker_threads';
import type { Booster } from '../shared/domain/training/booster.ts';
import { trainingJobs } from '../shared/domain/training/jobs.ts';
import { serveJobs } from '../shared/runtime/compute/compute-thread.ts';
import { openBooster } from '../shared/runtime/lightgbm/booster.ts';

/** What the thread is started with. */
export interface ComputeData {
  /** Path of the LightGBM library. */
  readonly library: string;
  readonly version: string;
  /** Where its fits run. */
  readonly device: string;
}

// The one thread of a process that owns LightGBM, whose last error and log belong to a thread.
const { library, version, device } = workerData as ComputeData;

await serveJobs(({ log }) => {
  const booster: Booster = openBooster(library, { version, onLog: log, device });
  return trainingJobs(booster);
});
