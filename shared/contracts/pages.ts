import { stages, type Stage } from './outcome.ts';
import { isEligible, type EligibleWindow, type Plan } from './plan.ts';
import { pageSize } from './run.ts';

/** Windows whose models are to be fitted, in the plan's order: a symbol's windows stand together. */
export function windowsToTrain(plan: Plan): EligibleWindow[] {
  return plan.windows.filter(isEligible).filter((window) => window.decision === 'train');
}

/** Windows whose models stand but whose predictions lack sessions. */
export function windowsToExtend(plan: Plan): EligibleWindow[] {
  return plan.windows
    .filter(isEligible)
    .filter((window) => window.decision === 'reuse' && stagesToExtend(window).length > 0);
}

/** The stages of a window to fit: the first that lacks its model, and all that stand on it. */
export function stagesToTrain({ stages: planned }: EligibleWindow): Stage[] {
  const first = stages.findIndex((stage) => !planned[stage].trained);
  return first < 0 ? [] : stages.slice(first);
}

/** The stages of a window whose predictions lack sessions. */
export function stagesToExtend({ stages: planned }: EligibleWindow): Stage[] {
  return stages.filter((stage) => !planned[stage].predicted);
}

/** Page `page` of a list, from 1. */
export function pageOf<T>(items: readonly T[], page: number): T[] {
  return items.slice((page - 1) * pageSize, page * pageSize);
}
