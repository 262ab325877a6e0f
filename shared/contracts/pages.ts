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
    .filter((window) => window.decision === 'reuse' && !window.predicted);
}

/** Page `page` of a list, from 1. */
export function pageOf<T>(items: readonly T[], page: number): T[] {
  return items.slice((page - 1) * pageSize, page * pageSize);
}
