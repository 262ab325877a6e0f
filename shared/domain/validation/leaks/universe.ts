import type { Recipe } from '../../../contracts/recipe.ts';
import { addDays, type TradingDay } from '../../../contracts/time.ts';
import type { Bars } from '../../market/bars/bars.ts';
import { calendarOf, type Calendar } from '../../market/calendar/calendar.ts';
import { dayStart } from '../../market/calendar/exchange-time.ts';
import { chance, type Chance } from '../../market/simulated/chance.ts';

/** What to simulate. */
export interface UniverseOptions {
  /** Any integer; equal seeds give equal universes. */
  readonly seed: number;
  readonly symbols: number;
  /** Windows of the recipe's grid, from its anchor on. */
  readonly windows: number;
  /** Between the returns of two symbols, in [0, 1). Default 0.25, as of the NIFTY 100. */
  readonly correlation: number;
  /** What each day is expected to gain or lose, as a share of its deviation; 0 is a random walk. */
  readonly edge: number;
}

/** What is simulated unless said otherwise. */
export const defaultUniverseOptions = { symbols: 2, windows: 2, correlation: 0.25, edge: 0 };

/** Prices of symbols that share a market. */
export interface Universe {
  readonly calendar: Calendar;
  readonly symbols: readonly {
    readonly bars: Bars;
    /** n signs at each close: which way the next day's edge goes. Volume tells it. */
    readonly states: Int8Array;
  }[];
}

/** Deviations of log returns: of a night, of a day, and of a wick above or below. */
const deviations = { night: 0.005, day: 0.014, wick: 0.004 };
/** Sessions that a state lasts. */
const state = { shortest: 8, longest: 16 };

/**
 * Simulates daily bars whose returns nobody can predict beyond what `edge` plants: normal returns of
 * one size with a common factor, so that given the past every label has the same chance.
 *
 * Each symbol has a state, up or down for 8 to 16 sessions, that its volume tells at the close; with
 * an edge the next day leans that way. Without one the volume tells nothing, but looks the same.
 *
 * @param recipe - whose grid, warm-up and horizon say how many bars are needed
 */
export function simulatedUniverse(recipe: Recipe, options: UniverseOptions): Universe {
  const {
    grid: { unit, length, step, anchor },
    warmupBars,
    horizon,
  } = recipe;
  // Sessions are weekdays: 7 days hold 5, and a few more make sure.
  const before = Math.ceil((warmupBars * 7) / 5) + 7;
  const spanned = length + options.windows * step;
  const after = Math.ceil(unit === 'days' ? spanned : (spanned * 7) / 5) + 2 * horizon + 7;
  const days = weekdays(addDays(anchor, -before), addDays(anchor, after));
  const market = walkMoves(days.length, chance(`${options.seed} market`));
  return {
    calendar: calendarOf(
      days.map((day) => ({ day, template: 'regular', open: 9 * 60 + 15, close: 15 * 60 + 30 })),
    ),
    symbols: Array.from({ length: options.symbols }, (_, index) =>
      simulatedSymbol(`S${index}`, days, market, options),
    ),
  };
}

interface Moves {
  /** n standard normals each. */
  readonly night: Float64Array;
  readonly day: Float64Array;
}

function simulatedSymbol(
  symbol: string,
  days: readonly TradingDay[],
  market: Moves,
  { seed, correlation, edge }: UniverseOptions,
): Universe['symbols'][number] {
  const own = chance(`${seed} ${symbol}`);
  const moves = walkMoves(days.length, own);
  const states = statesOf(days.length, own);
  const column = (): Float64Array => new Float64Array(days.length);
  const bars: Bars = {
    symbol,
    interval: '1d',
    ts: Float64Array.from(days, dayStart),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
  const [common, alone] = [Math.sqrt(correlation), Math.sqrt(1 - correlation)];
  let close = 500;
  for (let i = 0; i < days.length; i++) {
    const lean = edge * (states[i - 1] ?? 0);
    const of = (kind: keyof Moves): number => common * market[kind][i] + alone * moves[kind][i];
    const open = close * Math.exp(deviations.night * of('night'));
    close = open * Math.exp(deviations.day * (of('day') + lean));
    const wick = (): number => deviations.wick * Math.abs(own.normal());
    bars.open[i] = open;
    bars.close[i] = close;
    bars.high[i] = Math.max(open, close) * Math.exp(wick());
    bars.low[i] = Math.min(open, close) * Math.exp(-wick());
    bars.volume[i] = Math.round(1e6 * Math.exp(states[i] + 0.4 * own.normal()));
  }
  return { bars, states };
}

function walkMoves(n: number, own: Chance): Moves {
  const normals = (): Float64Array => Float64Array.from({ length: n }, () => own.normal());
  return { night: normals(), day: normals() };
}

function statesOf(n: number, own: Chance): Int8Array {
  const states = new Int8Array(n);
  let sign = own.uniform() < 0.5 ? 1 : -1;
  for (let start = 0; start < n; sign = -sign) {
    const spread = state.longest - state.shortest + 1;
    const end = start + state.shortest + Math.floor(own.uniform() * spread);
    states.fill(sign, start, end);
    start = end;
  }
  return states;
}

/** Monday to Friday in `[from, to)`. */
function weekdays(from: TradingDay, to: TradingDay): TradingDay[] {
  const days: TradingDay[] = [];
  for (let day = from; day < to; day = addDays(day, 1)) {
    const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
    if (weekday !== 0 && weekday !== 6) days.push(day);
  }
  return days;
}
