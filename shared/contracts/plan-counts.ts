import type { SkipReason, Stage } from './outcome.ts';
import { ownStages, stagesToTrain } from './pages.ts';
import {
  isEligible,
  type EligibleWindow,
  type Plan,
  type PlanCounts,
  type PlannedWindow,
} from './plan.ts';
import type { NothingDue } from './run.ts';
import type { TradingDay } from './time.ts';

/** Counts a plan's windows by decision and reason, and the models of those that have any by stage. */
export function planCounts(windows: readonly (PlannedWindow | EligibleWindow)[]): PlanCounts {
  const skip: Partial<Record<SkipReason, number>> = {};
  for (const { reason } of windows)
    if (reason !== undefined) skip[reason] = (skip[reason] ?? 0) + 1;
  const eligible = windows.filter(isEligible);
  const train = eligible.filter(({ decision }) => decision === 'train').length;
  const modelsOf = (stage: Stage): PlanCounts['stages'][Stage] => {
    const own = eligible.filter((window) => ownStages(window).includes(stage));
    const toTrain = own.filter((window) => stagesToTrain(window).includes(stage)).length;
    return { train: toTrain, reuse: own.length - toTrain };
  };
  return {
    windows: windows.length,
    train,
    reuse: eligible.length - train,
    skip,
    stages: { teacher: modelsOf('teacher'), student: modelsOf('student') },
  };
}

/** The first window of a plan none of whose windows is due; undefined where one is, or there is none. */
export function nothingDue({
  windows,
  asOf,
  to,
}: Pick<Plan, 'windows' | 'asOf' | 'to'>): NothingDue | undefined {
  const days = windows.flatMap(({ reason, detail }) =>
    reason === 'not-due' ? [detail?.['decisionDay'] as TradingDay] : [],
  );
  if (days.length === 0 || days.length < windows.length) return undefined;
  const first = days.reduce((a, b) => (a < b ? a : b));
  return { decisionDay: first, dueUntil: asOf < to ? asOf : to };
}
