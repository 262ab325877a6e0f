import { isEligible, type EligibleWindow, type Plan } from './plan.ts';
import { judgedWindows } from './span-counts.ts';

/** A window before another one without a model: its model may serve that one's span, a step late. */
export interface StaleWindow {
  /** The window without a model of its own. */
  readonly of: string;
  /** The window before, as if its models were judged in that span. */
  readonly by: EligibleWindow;
}

/**
 * The spans without a model that the model of the window before can serve for one extra step. None
 * of them is ever evidence: spans are judged by their own models, or by none.
 *
 * @param hasModel - whether an eligible window's models have judged its own span
 * @see quant.md 2.2
 */
export function staleWindows(
  plan: Pick<Plan, 'windows' | 'poolRecipe'>,
  hasModel: (window: EligibleWindow) => boolean,
): StaleWindow[] {
  const bySymbol = Map.groupBy(judgedWindows(plan), ({ symbol }) => symbol);
  return [...bySymbol.values()].flatMap((windows) =>
    windows.flatMap((window, k) => {
      const by = windows[k - 1];
      const { decisionDay, evaluateTo } = window;
      if (decisionDay === undefined || evaluateTo === undefined) return [];
      if (isEligible(window) && hasModel(window)) return [];
      if (by === undefined || !isEligible(by) || !hasModel(by)) return [];
      return [{ of: window.window, by: { ...by, decisionDay, evaluateTo } }];
    }),
  );
}
