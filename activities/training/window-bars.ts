import { DataError, InvariantError } from '../../shared/contracts/errors.ts';
import {
  recipeOfWindow,
  type EligibleWindow,
  type Plan,
  type PooledMember,
} from '../../shared/contracts/plan.ts';
import { adjustedBars } from '../../shared/domain/market/actions/adjustment.ts';
import { firstAtOrAfter, sliceBars, type Bars } from '../../shared/domain/market/bars/bars.ts';
import { dayStart } from '../../shared/domain/market/calendar/exchange-time.ts';
import { classOf } from '../../shared/domain/market/instruments/instruments.ts';
import type { FeatureColumns } from '../../shared/domain/samples/feature-blocks.ts';
import type { PoolMember } from '../../shared/domain/samples/pooled-set.ts';
import type { WindowSpan } from '../../shared/domain/samples/sample-set.ts';
import { windowRows } from '../../shared/domain/samples/window-rows.ts';
import { symbolLabels } from '../../shared/domain/samples/symbol-labels.ts';
import type { WindowInput } from '../../shared/domain/training/window-sets.ts';
import { barsUntil } from '../../shared/runtime/bars/bars-until.ts';
import type { World } from '../../shared/runtime/world.ts';
import { seriesFeatures } from './series-features.ts';

/**
 * Reads what a window's fits and predictions may know, from the segments its plan pins, read with the
 * corporate actions it pins: bars from warm-up to the last label of the evaluation span.
 *
 * @throws DataError if a segment does not match its digest
 */
export async function windowInput(
  world: World,
  plan: Plan,
  window: EligibleWindow,
): Promise<WindowInput> {
  const recipe = recipeOfWindow(plan, window);
  if (window.members === undefined) {
    const { bars, span, columns } = await symbolBars(world, plan, window, window);
    const { calendar, instruments } = world;
    const instrumentClass = classOf(instruments.find(window.symbol));
    return {
      bars,
      span,
      recipe,
      labels: symbolLabels(bars, recipe, { calendar, instrumentClass }),
      columns,
    };
  }
  const read = [];
  for (const member of window.members) read.push(await symbolBars(world, plan, window, member));
  return {
    members: read.map(({ bars, span: { fromTs }, columns }) => ({ bars, fromTs, columns })),
    span: read[0].span,
    recipe,
  };
}

/** Reads the same of a window's own symbol, as a pool has it for one of its members. */
export async function memberInput(
  world: World,
  plan: Plan,
  window: EligibleWindow,
): Promise<PoolMember> {
  const { bars, span, columns } = await symbolBars(world, plan, window, window);
  return { bars, fromTs: span.fromTs, columns };
}

/** What is read of one symbol. */
interface SymbolRead {
  readonly bars: Bars;
  readonly span: WindowSpan;
  /** Features of its bars from the span's start to the end of its evaluation. */
  readonly columns: FeatureColumns;
}

async function symbolBars(
  world: World,
  plan: Plan,
  window: EligibleWindow,
  { symbol, effectiveFrom, readTo }: Pick<PooledMember, 'symbol' | 'effectiveFrom' | 'readTo'>,
): Promise<SymbolRead> {
  const series = plan.series.find((one) => one.symbol === symbol);
  if (series === undefined)
    throw new InvariantError(`the plan trains "${window.window}" without bars of "${symbol}"`);
  const all = await barsUntil(world.bars, series, plan.asOf);
  const bars =
    readTo === undefined ? all : sliceBars(all, 0, firstAtOrAfter(all, dayStart(readTo)));
  const recipe = recipeOfWindow(plan, window);
  const { span, predictions } = windowRows(bars, window, effectiveFrom, recipe);
  const actions = plan.actions.filter((action) => action.symbol === symbol);
  const at = (ts: number): number => firstAtOrAfter(bars, ts);
  const rows = { start: at(span.fromTs), end: at(span.evaluateToTs) };
  const columns = await seriesFeatures(world, plan, { series, bars, actions, recipe }, rows);
  return {
    bars: adjustedBars(sliceBars(bars, predictions.start, predictions.end), actions),
    span,
    columns: { ...columns, start: columns.start - predictions.start },
  };
}

/**
 * The pooled window whose teacher a residual student starts from.
 *
 * @throws DataError if its plan has none
 */
export function teacherWindowOf(plan: Plan, window: EligibleWindow): EligibleWindow {
  const found = plan.windows.find((one) => one.window === window.teacherWindow);
  if (found === undefined || !('stages' in found))
    throw new DataError(`the plan has no window "${window.teacherWindow}" to start from`);
  return found;
}
