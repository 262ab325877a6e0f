import { InputError } from '../../shared/contracts/errors.ts';
import type { PlannedAction } from '../../shared/contracts/plan.ts';
import type { EpochMs, Interval, TradingDay } from '../../shared/contracts/time.ts';
import { adjustedBars } from '../../shared/domain/market/actions/adjustment.ts';
import { firstAtOrAfter, sliceBars, type Bars } from '../../shared/domain/market/bars/bars.ts';
import { dayOf } from '../../shared/domain/market/calendar/exchange-time.ts';
import { reconciliation } from '../../shared/domain/market/actions/reconciliation.ts';
import { barActions, type ActionTable } from '../../shared/domain/market/actions/unconfirmed.ts';
import type { SeriesPin } from '../../shared/runtime/bars/bar-store.ts';
import {
  writeReconciled,
  type ComparedSeries,
  type ReconciledSymbol,
} from '../../shared/runtime/reference/reconciled.ts';
import type { World } from '../../shared/runtime/world.ts';

/** What to compare. */
export interface ReconcileRequest {
  readonly interval: Interval;
  /** All that have two series where absent. */
  readonly symbols?: readonly string[];
}

/** What a comparison of a data root found. */
export interface ReconcileReport {
  readonly interval: Interval;
  readonly symbols: readonly ReconciledSymbol[];
  /** Symbols with one series only: nothing to compare. */
  readonly single: readonly string[];
}

type ReconcileWorld = Pick<World, 'root' | 'bars' | 'actions' | 'instruments'>;

/**
 * Compares each symbol's preferred series with its others, bar by bar, and stores what is found:
 * one file a symbol, written whole, in place of what was found before.
 *
 * @param now - when it was found
 * @throws InputError if an asked symbol has fewer than two series
 * @throws DataError if bars or the table of actions are damaged
 */
export async function reconcileSeries(
  world: ReconcileWorld,
  { interval, symbols: names }: ReconcileRequest,
  now: EpochMs,
): Promise<ReconcileReport> {
  const asked = names?.map((name) => world.instruments.current(name));
  const table = await world.actions.table();
  const symbols: ReconciledSymbol[] = [];
  const single: string[] = [];
  for (const symbol of asked ?? (await world.bars.symbols(interval))) {
    const [reference, ...others] = (await world.bars.allSeries(symbol, interval)).filter(
      ({ rows }) => rows > 0,
    );
    if (others.length === 0) {
      if (asked !== undefined) throw new InputError(lonely(symbol, interval, reference));
      single.push(symbol);
      continue;
    }
    const compared: ComparedSeries[] = [];
    for (const other of others) compared.push(await comparison(world, reference, other, table));
    symbols.push({ schema: 1, symbol, interval, at: now, compared });
  }
  for (const found of symbols) await writeReconciled(world.root, found);
  return { interval, symbols, single };
}

function lonely(symbol: string, interval: Interval, only: SeriesPin | undefined): string {
  const has = only === undefined ? 'no bars' : `the series "${only.series}" only`;
  return `two series of "${symbol}" "${interval}" were expected, ${has} found; import another one`;
}

async function comparison(
  { bars: store }: ReconcileWorld,
  reference: SeriesPin,
  other: SeriesPin,
  table: ActionTable,
): Promise<ComparedSeries> {
  const [mine, theirs] = [await store.read(reference), await store.read(other)];
  const first = Math.max(mine.ts[0], theirs.ts[0]);
  const since = (bars: Bars): Bars => sliceBars(bars, firstAtOrAfter(bars, first), bars.ts.length);
  const known = actionsAfter(table, other.symbol, dayOf(first), other.last);
  // What actions did to a vendor's prices is in them already; raw ones stand beside raw ones.
  const actions = reference.adjustment === 'raw' && other.adjustment !== 'raw' ? known : [];
  const slope = actions.reduce((product, { priceFactor }) => product * priceFactor, 1);
  const found = reconciliation(
    readAs(since(mine), reference, table),
    readAs(since(theirs), other, table),
    slope,
  );
  return {
    reference: reference.series,
    other: other.series,
    segments: { reference: reference.segments, other: other.segments },
    actions: actions.map(({ exDate, kind, priceFactor }) => ({ exDate, kind, priceFactor })),
    ...found,
  };
}

/** Bars as they are read: raw ones adjusted by confirmed actions, others as they are. */
function readAs(bars: Bars, { adjustment }: SeriesPin, table: ActionTable): Bars {
  return adjustedBars(bars, barActions(bars, adjustment, table).applied);
}

/** Actions of prices after the first common bar, as far as the vendor's bars know them. */
function actionsAfter(
  { actions }: ActionTable,
  symbol: string,
  first: TradingDay,
  last: TradingDay,
): PlannedAction[] {
  return actions.filter(
    (one) =>
      one.symbol === symbol && one.kind !== 'dividend' && one.exDate > first && one.exDate <= last,
  );
}
