import type { SkipReason } from './outcome.ts';
import { stagesToTrain } from './pages.ts';
import { isEligible, type EligibleWindow, type PlanCounts, type PlannedWindow } from './plan.ts';

/** Counts a plan's windows by decision and reason, and the models of those that have any by stage. */
export function planCounts(windows: readonly (PlannedWindow | EligibleWindow)[]): PlanCounts {
  const skip: Partial<Record<SkipReason, number>> = {};
  for (const { reason } of windows)
    if (reason !== undefined) skip[reason] = (skip[reason] ?? 0) + 1;
  const eligible = windows.filter(isEligible);
  const toTrain = eligible.map(stagesToTrain);
  const counted = (train: number): PlanCounts['stages']['teacher'] => ({
    train,
    reuse: eligible.length - train,
  });
  return {
    windows: windows.length,
    ...counted(eligible.filter(({ decision }) => decision === 'train').length),
    skip,
    stages: {
      teacher: counted(toTrain.filter((stages) => stages.includes('teacher')).length),
      student: counted(toTrain.filter((stages) => stages.includes('student')).length),
    },
  };
}
