import { workerData } from 'node:worker_threads';
import { importanceJobs } from '../shared/domain/training/importance-jobs.ts';
import { serveJobs } from '../shared/runtime/compute/compute-thread.ts';
import { openBooster } from '../shared/runtime/lightgbm/booster.ts';
import type { ComputeData } from './compute.ts';

// A thread that measures importance, with a LightGBM of its own.
const { library, version, device } = workerData as ComputeData;

await serveJobs(({ log }) => importanceJobs(openBooster(library, { version, onLog: log, device })));
