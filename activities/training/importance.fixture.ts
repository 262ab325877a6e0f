import { inject, onTestFinished } from 'vitest';
import {
  openComputeThread,
  type ComputeThread,
} from '../../shared/runtime/compute/compute-thread.ts';
import { lightgbmVersion } from '../../shared/runtime/lightgbm/installed.ts';
import type { ComputeWorld, ImportanceJobs } from '../../shared/runtime/world.ts';
import type { PermutationCost } from './permutation-cost.ts';
import {
  permuteFamilies,
  type PermutedImportance,
  type PermuteRequest,
} from './permute-families.ts';

/** What a measurement came to, and what it told on its way. */
export interface Measured {
  readonly found: PermutedImportance;
  readonly costs: readonly PermutationCost[];
  readonly progress: readonly (readonly [done: number, all: number])[];
}

/** Permutes by two real threads, closed after the test. */
export async function permute(world: ComputeWorld, request: PermuteRequest): Promise<Measured> {
  const threads = await Promise.all([importanceThread(), importanceThread()]);
  const costs: PermutationCost[] = [];
  const progress: (readonly [number, number])[] = [];
  const found = await permuteFamilies(world, request, {
    threads,
    onCost: (cost) => {
      if (progress.length === 0) costs.push(cost);
    },
    onProgress: (...so) => progress.push(so),
  });
  return { found, costs, progress };
}

async function importanceThread(): Promise<ComputeThread<ImportanceJobs>> {
  const entry = new URL('../../workers/compute-importance.ts', import.meta.url);
  const thread = await openComputeThread<ImportanceJobs>(entry, {
    workerData: { library: inject('lightgbmLib'), version: lightgbmVersion, device: 'cpu' },
    onLog: () => {},
  });
  onTestFinished(() => thread.close());
  return thread;
}
