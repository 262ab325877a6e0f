import { InvariantError } from '../../contracts/errors.ts';
import type { Recipe } from '../../contracts/recipe.ts';
import type { TradingDay } from '../../contracts/time.ts';
import type { BarRange } from '../market/actions/adjustment.ts';
import { firstAtOrAfter, sliceBars, type Bars } from '../market/bars/bars.ts';
import { dayOf, dayStart } from '../market/calendar/exchange-time.ts';
import type { Feature, FeatureInput, MarketContext } from './features/feature.ts';
import type { Matrix } from './matrix.ts';

/** What decides which bars the features of a row are computed from. */
export type BlockOptions = Pick<Recipe, 'blockMonths' | 'warmupBars'>;

/** Some months of a series: the bars in them, and where their features are computed from. */
export interface FeatureBlock extends BarRange {
  /** `warmupBars` before the block's first bar, or the series' first. */
  readonly warmup: number;
}

/** Features of consecutive bars of a series. */
export interface FeatureColumns {
  /** The bar of the matrix's first row. */
  readonly start: number;
  readonly matrix: Matrix;
}

/**
 * Where the bars begin that the features of a row are computed from: `warmupBars` before the first
 * bar of the row's block. So a row's features are the same in every window that holds it, and bars
 * that a history gains before that change nothing.
 *
 * @param bars - the whole series
 * @param ts - of the row, epoch milliseconds UTC
 * @returns index of a bar; 0 where there are fewer before the block
 */
export function warmupStart(bars: Bars, ts: number, options: BlockOptions): number {
  const [from] = blockDays(ts, options.blockMonths);
  return Math.max(0, firstAtOrAfter(bars, dayStart(from)) - options.warmupBars);
}

/** The blocks that bars `[start, end)` lie in, in order. */
export function featureBlocks(
  bars: Bars,
  { start, end }: BarRange,
  options: BlockOptions,
): FeatureBlock[] {
  const blocks: FeatureBlock[] = [];
  for (let bar = start; bar < end; bar = blocks[blocks.length - 1].end) {
    const [from, to] = blockDays(bars.ts[bar], options.blockMonths);
    const first = firstAtOrAfter(bars, dayStart(from));
    blocks.push({
      start: first,
      end: firstAtOrAfter(bars, dayStart(to)),
      warmup: Math.max(0, first - options.warmupBars),
    });
  }
  return blocks;
}

/**
 * Computes the features of one block from the bars of its warm-up and its own, and no other.
 *
 * @param input - bars `[warmup, end)` of the series, and their context
 * @returns m columns of the block's own bars, one after the other
 */
export function blockFeatures(
  input: FeatureInput,
  { start, end, warmup }: FeatureBlock,
  features: readonly Feature[],
): Float32Array {
  const n = end - start;
  const values = new Float32Array(n * features.length);
  features.forEach((feature, j) =>
    values.set(feature.compute(input).subarray(start - warmup, end - warmup), j * n),
  );
  return values;
}

/**
 * Features of bars `[start, end)` of a series, put together from its blocks.
 *
 * @param ofBlock - what `blockFeatures` gives of a block, computed now or before
 */
export function featureColumns(
  bars: Bars,
  { start, end }: BarRange,
  { features, ...options }: BlockOptions & { readonly features: readonly Feature[] },
  ofBlock: (block: FeatureBlock) => Float32Array,
): FeatureColumns {
  const n = Math.max(0, end - start);
  const values = new Float32Array(n * features.length);
  for (const block of featureBlocks(bars, { start, end }, options)) {
    const own = block.end - block.start;
    const computed = ofBlock(block);
    const [first, last] = [Math.max(start, block.start), Math.min(end, block.end)];
    for (let j = 0; j < features.length; j++) {
      const from = j * own - block.start;
      values.set(computed.subarray(from + first, from + last), j * n + first - start);
    }
  }
  return { start, matrix: { rows: n, features: features.map(({ name }) => name), values } };
}

/** What features are computed from, as far as bars `[start, end)` go. */
export function inputWithin(
  { bars, context, ...facts }: FeatureInput,
  { start, end }: BarRange,
): FeatureInput {
  return {
    ...facts,
    bars: sliceBars(bars, start, end),
    ...(context === undefined ? {} : { context: contextWithin(context, { start, end }) }),
  };
}

/**
 * Writes the features of some bars into the rows of a matrix.
 *
 * @param rows - indices of bars
 * @param rowOf - the matrix's row of each of them, by their place
 * @throws InvariantError if a bar has no features
 */
export function writeRows(
  { start, matrix: known }: FeatureColumns,
  rows: Int32Array,
  matrix: Matrix,
  rowOf: (i: number) => number,
): void {
  const outside = rows.find((row) => row < start || row >= start + known.rows);
  if (outside !== undefined)
    throw new InvariantError(
      `bar "${outside}" is asked for its features, but those known are of bars "${start}" to ` +
        `"${start + known.rows - 1}"`,
    );
  for (let j = 0; j < matrix.features.length; j++)
    for (let i = 0; i < rows.length; i++)
      matrix.values[j * matrix.rows + rowOf(i)] = known.values[j * known.rows + rows[i] - start];
}

/** First day of the block that a moment lies in, and of the next one. */
function blockDays(ts: number, months: number): [from: TradingDay, to: TradingDay] {
  const [year, month] = dayOf(ts).split('-').map(Number);
  const block = Math.floor((year * 12 + month - 1) / months);
  return [firstOf(block * months), firstOf((block + 1) * months)];
}

/** @param month - counted from January of year 0 */
function firstOf(month: number): TradingDay {
  return new Date(Date.UTC(Math.floor(month / 12), month % 12))
    .toISOString()
    .slice(0, 10) as TradingDay;
}

function contextWithin(context: MarketContext, { start, end }: BarRange): MarketContext {
  const columns = Object.entries(context as Readonly<Record<keyof MarketContext, Float64Array>>);
  return Object.fromEntries(
    columns.map(([name, column]) => [name, column.subarray(start, end)]),
  ) as unknown as MarketContext;
}
