import type { Detail } from '../../shared/contracts/outcome.ts';
import type { WrittenPlan } from '../../shared/runtime/runs/plans.ts';
import { recipeOfWindow } from '../../shared/contracts/plan.ts';
import type { ExclusionReason } from '../../shared/contracts/scores.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { actionsWithin, adjustedBars } from '../../shared/domain/market/actions/adjustment.ts';
import { sliceBars, type Bars } from '../../shared/domain/market/bars/bars.ts';
import { dayOf } from '../../shared/domain/market/calendar/exchange-time.ts';
import { bandHit, medianTurnover } from '../../shared/domain/market/tradability.ts';
import { windowRows } from '../../shared/domain/samples/window-rows.ts';
import type { MarketContext } from '../../shared/domain/samples/features/feature.ts';
import type { Matrix } from '../../shared/domain/samples/matrix.ts';
import { featureMatrix } from '../../shared/domain/samples/sample-set.ts';
import type { PlannedSymbol } from '../samples/plan-market.ts';
import type { ServingModel } from './serving-models.ts';

/** What decides whether a symbol may be scored. */
export interface Session {
  readonly asOf: TradingDay;
  /** The session that is scored. */
  readonly session: TradingDay;
  readonly minimumTurnover: number;
  readonly delisted?: TradingDay;
}

/** Why a symbol is not scored, with the numbers that explain it. */
export type Exclusion = readonly [reason: ExclusionReason, detail: Detail];

/** Why a symbol's own bars keep it from being scored; undefined where they do not. */
export function exclusion(
  known: PlannedSymbol,
  { asOf, session, minimumTurnover, delisted }: Session,
): Exclusion | undefined {
  const { bars, listed } = known;
  if (delisted !== undefined && delisted <= session) return ['listing', { delisted }];
  if (listed !== undefined && listed > asOf) return ['listing', { listed }];
  if (bars === undefined || bars.ts.length === 0) return ['no-bars', { bars: 0 }];
  const lastDay = dayOf(bars.ts[bars.ts.length - 1]);
  if (lastDay !== asOf) return ['no-bars', { lastDay, asOf }];
  const hit = bandHit(bars, known.instrumentClass);
  if (hit !== undefined) return ['band-hit', { ...hit }];
  const turnover = minimumTurnover > 0 ? Math.round(medianTurnover(bars)) : Infinity;
  return turnover < minimumTurnover ? ['low-turnover', { turnover, minimumTurnover }] : undefined;
}

/**
 * The features of a symbol's last bar as its model knows them: from the bar on which the window's
 * indicators start, read with the actions confirmed since.
 *
 * @param contextOf - the market context at given bars; absent where no feature reads it
 * @returns one row; or why there is none: rows it reads hold an action that nobody confirmed
 */
export function lastRow(
  plan: WrittenPlan,
  { bars, actions, unconfirmed = [] }: PlannedSymbol & { readonly bars: Bars },
  { window, effectiveFrom }: ServingModel,
  contextOf: ((bars: Bars) => MarketContext) | undefined,
): Matrix | Exclusion {
  const recipe = recipeOfWindow(plan, window);
  const { start } = windowRows(bars, window, effectiveFrom, recipe).predictions;
  const end = bars.ts.length;
  const [doubt] = actionsWithin(unconfirmed, bars, { start, end });
  if (doubt !== undefined) return ['unconfirmed-action', { ...doubt }];
  const read = sliceBars(bars, start, end);
  const context = contextOf?.(read);
  return featureMatrix(
    [
      {
        bars: adjustedBars(read, actions),
        rows: Int32Array.of(end - start - 1),
        ...(context === undefined ? {} : { context }),
      },
    ],
    recipe,
  );
}
