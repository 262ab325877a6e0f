import { workerData } from 'node:worker_threads';
import { leakJobs } from '../shared/domain/validation/leaks/draws.ts';
import { serveJobs } from '../shared/runtime/compute/compute-thread.ts';
import { openBooster } from '../shared/runtime/lightgbm/booster.ts';
import type { ComputeData } from './compute.ts';

// A thread that runs leak controls, with a LightGBM of its own.
const { library, version, device } = workerData as ComputeData;

await serveJobs(({ log }) => leakJobs(openBooster(library, { version, onLog: log, device })));
