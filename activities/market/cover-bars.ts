import { InputError } from '../../shared/contracts/errors.ts';
import { addDays, intervals, type Interval, type TradingDay } from '../../shared/contracts/time.ts';
import {
  coverageOf,
  seriesCoverage,
  type Coverage,
  type SeriesCoverage,
} from '../../shared/domain/market/coverage/coverage.ts';
import { unknownSymbol } from '../../shared/domain/market/instruments/instrument-lookup.ts';
import { classOf } from '../../shared/domain/market/instruments/instruments.ts';
import {
  combinedPresence,
  unknownPresence,
  type SeriesPresence,
} from '../../shared/domain/market/coverage/presence.ts';
import type { World } from '../../shared/runtime/world.ts';

/** Of what to tell how much of it exists. */
export interface CoverRequest {
  /** All that have bars where absent. */
  readonly interval?: Interval;
  /** First day. Where absent, each symbol counts from its own first bar, or its listing if later. */
  readonly from?: TradingDay;
  /** The day after the last. Default: after the last session closed by now. */
  readonly to?: TradingDay;
  /** `all` are those that something is known of. */
  readonly symbols: 'all' | readonly string[];
}

/** One symbol's coverage at one interval. */
export interface SymbolCoverage extends SeriesCoverage {
  readonly symbol: string;
  readonly interval: Interval;
}

/** What exists of what should exist. */
export interface CoverageReport {
  /** `all` where bars of several are reported. */
  readonly interval: Interval | 'all';
  /** Days, half-open; `from` is that of the first bar where none was asked for. */
  readonly from: TradingDay;
  readonly to: TradingDay;
  readonly sessions: number;
  /** By interval and symbol. */
  readonly symbols: readonly SymbolCoverage[];
  readonly total: Coverage;
}

type CoverWorld = Pick<World, 'bars' | 'calendar' | 'instruments' | 'now'>;

/** A symbol and what is known of it at an interval. */
interface Known {
  readonly symbol: string;
  /** First day that anything is known of; absent where nothing is. */
  readonly first?: TradingDay;
  readonly presence: SeriesPresence;
}

/**
 * Counts the bars on disk against the sessions of the exchange, from the series' heads alone.
 *
 * A bar exists where any series of its symbol has it. A symbol is expected from `from` on, or from
 * its listing if that is later, until its delisting; one without a known listing counts as listed.
 * Where no `from` is asked for, a symbol that was listed before is expected from its own first bar on.
 *
 * @throws InputError for an unknown symbol, where nothing is on disk, or if the span leaves the
 *   calendar
 * @throws DataError if the head of a series is damaged
 */
export async function coverBars(world: CoverWorld, request: CoverRequest): Promise<CoverageReport> {
  const { calendar } = world;
  const known = await everythingKnown(world, request);
  const to = request.to ?? addDays(calendar.lastClosedSession(world.now()), 1);
  const firsts = firstDays(known);
  const symbols = known.map(({ symbol, first, presence }) => {
    const { interval } = presence;
    const instrument = world.instruments.find(symbol);
    const { listed, delisted = to } = instrument ?? {};
    const from = request.from ?? firsts.get(interval) ?? to;
    const start = listed !== undefined && listed > from ? listed : (request.from ?? first ?? from);
    const end = delisted < to ? delisted : to;
    const span = { from: start < end ? start : end, to: end, instrumentClass: classOf(instrument) };
    return { symbol, interval, ...seriesCoverage(presence, calendar, span) };
  });
  const from = request.from ?? Array.from(firsts.values()).toSorted()[0];
  const [interval, other] = new Set(symbols.map((one) => one.interval));
  const sum = (count: (one: Coverage) => number): number =>
    symbols.reduce((total, one) => total + count(one), 0);
  return {
    interval: other === undefined ? interval : 'all',
    from,
    to,
    sessions: calendar.sessions(from, to).length,
    symbols,
    total: coverageOf(
      sum(({ expectedBars }) => expectedBars),
      sum(({ presentBars }) => presentBars),
    ),
  };
}

/** The first day that anything is known of, by interval. */
function firstDays(known: readonly Known[]): ReadonlyMap<Interval, TradingDay> {
  const firsts = new Map<Interval, TradingDay>();
  for (const { first, presence } of known) {
    const before = firsts.get(presence.interval);
    if (first !== undefined && (before === undefined || first < before))
      firsts.set(presence.interval, first);
  }
  return firsts;
}

/** What is known of the symbols asked for, by interval; an interval of none of them is left out. */
async function everythingKnown(
  world: CoverWorld,
  { interval: asked, symbols: names }: CoverRequest,
): Promise<readonly Known[]> {
  const symbols =
    names === 'all' ? names : [...new Set(names.map((name) => world.instruments.current(name)))];
  const known: Known[] = [];
  const onDisk = new Set<string>();
  for (const interval of asked === undefined ? intervals : [asked]) {
    const found = await world.bars.symbols(interval);
    for (const symbol of found) onDisk.add(symbol);
    const meant = symbols === 'all' ? found : symbols;
    const ofInterval = await Promise.all(meant.map((symbol) => knownOf(world, symbol, interval)));
    if (ofInterval.some(({ first }) => first !== undefined)) known.push(...ofInterval);
  }
  if (symbols !== 'all') checkNames(world, symbols, onDisk);
  if (known.length > 0) return known;
  const whose = symbols === 'all' ? '' : ` of "${symbols.join('", "')}"`;
  const which = asked === undefined ? '' : ` of interval "${asked}"`;
  throw new InputError(
    `there are no bars${whose}${which}; import some: sensequant import <folder>`,
  );
}

async function knownOf({ bars }: CoverWorld, symbol: string, interval: Interval): Promise<Known> {
  const pins = await bars.allSeries(symbol, interval);
  if (pins.length === 0) return { symbol, presence: unknownPresence(interval) };
  const all = await Promise.all(pins.map((pin) => bars.presence(pin)));
  const first = pins.map((pin) => pin.first).toSorted()[0];
  return { symbol, first, presence: combinedPresence(all) };
}

function checkNames(
  { instruments }: CoverWorld,
  symbols: readonly string[],
  onDisk: ReadonlySet<string>,
): void {
  const faults = symbols.flatMap((symbol) => unknownSymbol(instruments, symbol, onDisk) ?? []);
  if (faults.length > 0) throw new InputError(faults.join('\n'));
}
