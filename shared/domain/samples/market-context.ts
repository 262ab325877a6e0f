import { firstAtOrAfter, type Bars } from '../market/bars/bars.ts';
import { dayStart } from '../market/calendar/exchange-time.ts';
import type { Unconfirmed } from '../market/actions/unconfirmed.ts';
import type { MarketContext } from './features/feature.ts';

/** A member of a universe as its context sees it. */
export interface ContextMember {
  /** Daily bars, read with every confirmed action. */
  readonly bars: Bars;
  /** Absent where unknown. */
  readonly sector?: string;
  /** Days that look like an action nobody confirmed: nothing is computed across them. */
  readonly unconfirmed?: readonly Pick<Unconfirmed, 'exDate'>[];
  /** Whether it belongs to the universe at a session, epoch milliseconds UTC. */
  readonly isMember: (ts: number) => boolean;
}

/** What a universe did at each of s sessions; float32, NaN unknown. */
export interface UniverseContext {
  /** Ascending, epoch milliseconds UTC. */
  readonly ts: Float64Array;
  readonly indexReturn: Float32Array;
  readonly breadth: Float32Array;
  readonly dispersion: Float32Array;
  /** Mean log return by sector. */
  readonly sectors: ReadonlyMap<string, Float32Array>;
  /** Ranks by symbol. */
  readonly momentum: ReadonlyMap<string, Float32Array>;
  readonly reversal: ReadonlyMap<string, Float32Array>;
}

const meanBars = 50;
const momentumBars = 60;
const reversalBars = 5;

/**
 * What a universe did at each session that some member has a bar of.
 *
 * Each value reads its session's bar of each member and the sixty before it at most, none later; so
 * neither bars added at an end nor a longer history change it. Rounded to float32, so that the scale
 * an adjustment begins at changes no digit.
 *
 * @param members - in the order of their names
 * @param index - of the universe; its return stands where it has a bar, else that of the median name
 */
export function universeContext(members: readonly ContextMember[], index?: Bars): UniverseContext {
  const ts = Float64Array.from(new Set(members.flatMap(({ bars }) => Array.from(bars.ts)))).sort();
  const place = new Map(Array.from(ts, (stamp, session) => [stamp, session]));
  const own = members.map((member) => memberColumns(member, place));
  const column = (): Float32Array => new Float32Array(ts.length).fill(NaN);
  const context = { indexReturn: column(), breadth: column(), dispersion: column() };
  const bySector = Map.groupBy(own.keys(), (member) => members[member].sector);
  const sectors = new Map<string, Float32Array>();
  for (const [sector, among] of bySector)
    if (sector !== undefined)
      sectors.set(
        sector,
        meanOf(
          among.map((member) => own[member].returns),
          ts.length,
        ),
      );
  const momentum = own.map(column);
  const reversal = own.map(column);
  for (let session = 0; session < ts.length; session++) {
    const returns = known(own.map((one) => one.returns[session]));
    context.indexReturn[session] = median(returns);
    context.breadth[session] = mean(known(own.map((one) => one.above[session])));
    context.dispersion[session] = deviation(returns);
    rankInto(
      momentum,
      own.map((one) => one.momentum),
      session,
    );
    rankInto(
      reversal,
      own.map((one) => one.reversal),
      session,
    );
  }
  if (index !== undefined)
    logReturns(index, 1, []).forEach((value, bar) => {
      const session = place.get(index.ts[bar]);
      if (session !== undefined && !Number.isNaN(value)) context.indexReturn[session] = value;
    });
  const named = (columns: readonly Float32Array[]): Map<string, Float32Array> =>
    new Map(columns.map((values, member) => [members[member].bars.symbol, values]));
  return { ts, ...context, sectors, momentum: named(momentum), reversal: named(reversal) };
}

/** The context at a symbol's bars. @param sector - absent where unknown */
export function contextAt(
  context: UniverseContext,
  { symbol, ts }: Pick<Bars, 'symbol' | 'ts'>,
  sector: string | undefined,
): MarketContext {
  const place = new Map(Array.from(context.ts, (stamp, session) => [stamp, session]));
  const sessions = Array.from(ts, (stamp) => place.get(stamp) ?? -1);
  const at = (column: Float32Array | undefined): Float64Array =>
    Float64Array.from(sessions, (session) => column?.[session] ?? NaN);
  return {
    indexReturn: at(context.indexReturn),
    breadth: at(context.breadth),
    dispersion: at(context.dispersion),
    sectorReturn: at(sector === undefined ? undefined : context.sectors.get(sector)),
    momentumRank: at(context.momentum.get(symbol)),
    reversalRank: at(context.reversal.get(symbol)),
  };
}

/** What one member did at each session. */
interface MemberColumns {
  readonly returns: Float64Array;
  /** 1 above its mean, 0 at it or below. */
  readonly above: Float64Array;
  readonly momentum: Float64Array;
  readonly reversal: Float64Array;
}

function memberColumns(member: ContextMember, place: ReadonlyMap<number, number>): MemberColumns {
  const { bars, isMember, unconfirmed = [] } = member;
  const doubts = unconfirmed.map(({ exDate }) => firstAtOrAfter(bars, dayStart(exDate)));
  const { close } = bars;
  const above = close.map((value, bar) => {
    const start = bar - meanBars + 1;
    if (start < 0 || isAcross(doubts, start, bar)) return NaN;
    return Number(value > mean(Array.from(close.subarray(start, bar + 1))));
  });
  const spread = (values: Float64Array): Float64Array => {
    const column = new Float64Array(place.size).fill(NaN);
    values.forEach((value, bar) => {
      const session = place.get(bars.ts[bar]);
      if (session !== undefined && isMember(bars.ts[bar])) column[session] = value;
    });
    return column;
  };
  return {
    returns: spread(logReturns(bars, 1, doubts)),
    above: spread(above),
    momentum: spread(logReturns(bars, momentumBars, doubts)),
    reversal: spread(logReturns(bars, reversalBars, doubts)),
  };
}

function logReturns({ close }: Bars, over: number, doubts: readonly number[]): Float64Array {
  return close.map((value, bar) =>
    bar < over || isAcross(doubts, bar - over, bar) ? NaN : Math.log(value / close[bar - over]),
  );
}

/** Whether a jump that nobody explained lies after bar `start`, up to and with bar `end`. */
function isAcross(doubts: readonly number[], start: number, end: number): boolean {
  return doubts.some((bar) => bar > start && bar <= end);
}

function known(values: readonly number[]): number[] {
  return values.filter((value) => !Number.isNaN(value));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function meanOf(columns: readonly Float64Array[], sessions: number): Float32Array {
  return Float32Array.from({ length: sessions }, (_, session) =>
    mean(known(columns.map((column) => column[session]))),
  );
}

/** Of two values at least; NaN else. */
function deviation(values: readonly number[]): number {
  if (values.length < 2) return NaN;
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Writes the ranks of a session, in [0, 1], ties by the middle; one alone is in the middle. */
function rankInto(
  ranks: readonly Float32Array[],
  columns: readonly Float64Array[],
  session: number,
): void {
  const order = Array.from(columns.keys())
    .filter((member) => !Number.isNaN(columns[member][session]))
    .sort((a, b) => columns[a][session] - columns[b][session]);
  const last = order.length - 1;
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && columns[order[end]][session] === columns[order[start]][session])
      end++;
    const middle = (start + end - 1) / 2;
    for (const member of order.slice(start, end))
      ranks[member][session] = last === 0 ? 0.5 : middle / last;
  }
}
