import type { SkipReason } from './outcome.ts';
import type { PlanCounts, PlannedWindow } from './plan.ts';

/** Counts a plan's windows by decision and reason. */
export function planCounts(windows: readonly PlannedWindow[]): PlanCounts {
  const skip: Partial<Record<SkipReason, number>> = {};
  let train = 0;
  let reuse = 0;
  for (const { decision, reason } of windows) {
    if (decision === 'train') train += 1;
    if (decision === 'reuse') reuse += 1;
    if (reason !== undefined) skip[reason] = (skip[reason] ?? 0) + 1;
  }
  return { windows: windows.length, train, reuse, skip };
}
