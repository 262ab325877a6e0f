import { isPooledSymbol } from './ids.ts';
import { stages, type Stage } from './outcome.ts';
import { isEligible, type EligibleWindow, type Plan } from './plan.ts';
import { pageSize } from './run.ts';

/** Windows whose models are to be fitted, in the plan's order: a symbol's windows stand together. */
export function windowsToTrain(plan: Pick<Plan, 'windows'>): EligibleWindow[] {
  return plan.windows.filter(isEligible).filter((window) => window.decision === 'train');
}

/**
 * The windows to train, page by page. Pooled windows have pages of their own, before all others:
 * what stands on them begins when the pages before it have closed.
 */
export function trainPages(plan: Pick<Plan, 'windows'>): EligibleWindow[][] {
  const all = windowsToTrain(plan);
  const isPooled = ({ symbol }: EligibleWindow): boolean => isPooledSymbol(symbol);
  return [...pagesOf(all.filter(isPooled)), ...pagesOf(all.filter((window) => !isPooled(window)))];
}

/** Windows whose models stand but whose predictions lack sessions. */
export function windowsToExtend(plan: Pick<Plan, 'windows'>): EligibleWindow[] {
  return plan.windows
    .filter(isEligible)
    .filter((window) => window.decision === 'reuse' && stagesToExtend(window).length > 0);
}

/** The stages a window has models of its own of: a residual student has another window's teacher. */
export function ownStages({ teacherWindow }: EligibleWindow): readonly Stage[] {
  return teacherWindow === undefined ? stages : ['student'];
}

/** The stages of a window to fit: the first that lacks its model, and all that stand on it. */
export function stagesToTrain(window: EligibleWindow): Stage[] {
  const own = ownStages(window);
  const first = own.findIndex((stage) => !window.stages[stage].trained);
  return first < 0 ? [] : own.slice(first);
}

/** The stages of a window whose predictions lack sessions. */
export function stagesToExtend(window: EligibleWindow): Stage[] {
  return ownStages(window).filter((stage) => !window.stages[stage].predicted);
}

/** A list in pages. */
export function pagesOf<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / pageSize) }, (_, page) =>
    items.slice(page * pageSize, (page + 1) * pageSize),
  );
}
