import { InputError } from '../../shared/contracts/errors.ts';
import { isEligible, type Plan } from '../../shared/contracts/plan.ts';
import { digestOf } from '../../shared/runtime/files/digest.ts';

/** Digest of what decides every window of a plan: equal tokens, equal work, equal results. */
export function planTokenOf(windows: Plan['windows']): string {
  return digestOf(
    windows.map((window) => [
      window.window,
      window.reason ?? (isEligible(window) ? window.stages.student.predictionsKey : ''),
    ]),
  );
}

/**
 * @param asked - the token of the plan that somebody looked at; nothing is refused without
 * @throws InputError if it is not that of the plan as it is now
 */
export function checkPlanToken(asked: string | undefined, found: string): void {
  if (asked !== undefined && asked !== found)
    throw new InputError(
      `the inputs changed since plan "${asked.slice(0, 8)}" was looked at: now it is ` +
        `"${found.slice(0, 8)}"; look at the plan again`,
    );
}
