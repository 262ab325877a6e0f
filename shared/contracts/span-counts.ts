import { isPooledSymbol } from './ids.ts';
import type { SkipReason } from './outcome.ts';
import { isEligible, type EligibleWindow, type Plan, type PlannedWindow } from './plan.ts';

/** Why rows have no model: their window was skipped, or has failed or not been trained as yet. */
export type NoModelReason = SkipReason | 'no-predictions';

/** Rows of evaluation spans. */
export interface SpanRows {
  readonly rows: number;
  /** Of them, those that no model was there for. */
  readonly noModel: number;
}

/** Rows of a run's evaluation spans: fixed by the grid, whatever models exist. */
export interface SpanCounts extends SpanRows {
  readonly reasons: Readonly<Partial<Record<NoModelReason, number>>>;
  readonly symbols: Readonly<Record<string, SpanRows>>;
}

/**
 * Counts the rows of every evaluation span that has begun, and those that no model judges.
 *
 * @param hasModel - whether an eligible window's models have judged its span
 */
export function spanCounts(
  plan: Pick<Plan, 'windows' | 'poolRecipe'>,
  hasModel: (window: EligibleWindow) => boolean,
): SpanCounts {
  const reasons: Partial<Record<NoModelReason, number>> = {};
  const symbols = new Map<string, { rows: number; noModel: number }>();
  for (const window of judgedWindows(plan))
    for (const [symbol, rows] of Object.entries(window.judged ?? {})) {
      const [reason, without] = missing(window, symbol, hasModel);
      const counted = symbols.get(symbol) ?? { rows: 0, noModel: 0 };
      symbols.set(symbol, { rows: counted.rows + rows, noModel: counted.noModel + without });
      if (without > 0) reasons[reason] = (reasons[reason] ?? 0) + without;
    }
  const total = (of: (span: SpanRows) => number): number =>
    [...symbols.values()].reduce((sum, span) => sum + of(span), 0);
  return {
    rows: total((span) => span.rows),
    noModel: total((span) => span.noModel),
    reasons,
    symbols: Object.fromEntries([...symbols].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** The windows that a plan is judged by: pooled ones that residual students stand on are not. */
export function judgedWindows({
  windows,
  poolRecipe,
}: Pick<Plan, 'windows' | 'poolRecipe'>): (PlannedWindow | EligibleWindow)[] {
  return windows.filter(({ symbol }) => poolRecipe === undefined || !isPooledSymbol(symbol));
}

function missing(
  window: PlannedWindow | EligibleWindow,
  symbol: string,
  hasModel: (window: EligibleWindow) => boolean,
): readonly [NoModelReason, number] {
  const { judged = {}, unread = {}, absent = {}, reason } = window;
  if (reason !== undefined) return [reason, judged[symbol]];
  const left = absent[symbol];
  if (left !== undefined) return [left, judged[symbol]];
  if (!isEligible(window) || !hasModel(window)) return ['no-predictions', judged[symbol]];
  return ['unconfirmed-action', unread[symbol] ?? 0];
}
