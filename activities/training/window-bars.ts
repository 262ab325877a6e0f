import { InvariantError } from '../../shared/contracts/errors.ts';
import type { EligibleWindow, Plan } from '../../shared/contracts/plan.ts';
import { adjustedBars } from '../../shared/domain/market/adjustment.ts';
import { sliceBars, type Bars } from '../../shared/domain/market/bars.ts';
import { windowRows } from '../../shared/domain/samples/decisions.ts';
import type { WindowSpan } from '../../shared/domain/samples/sample-set.ts';
import type { World } from '../../shared/runtime/world.ts';
import { barsUntil } from '../../shared/runtime/bars-until.ts';

/**
 * Reads the bars that a window's fits and predictions may know, from the segments its plan pins,
 * read with the corporate actions it pins.
 *
 * @returns bars from warm-up to the last label of the evaluation span, and where the window lies
 */
export async function windowBars(
  world: World,
  plan: Plan,
  window: EligibleWindow,
): Promise<{ readonly bars: Bars; readonly span: WindowSpan }> {
  const series = plan.series.find(({ symbol }) => symbol === window.symbol);
  if (series === undefined)
    throw new InvariantError(`the plan trains "${window.window}" without a series of bars`);
  const bars = await barsUntil(world.bars, series, plan.asOf);
  const { span, predictions } = windowRows(bars, window, window.effectiveFrom, plan.recipe);
  const read = sliceBars(bars, predictions.start, predictions.end);
  const actions = plan.actions.filter(({ symbol }) => symbol === window.symbol);
  return { bars: adjustedBars(read, actions), span };
}
