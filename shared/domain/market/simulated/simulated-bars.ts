import { InputError } from '../../../contracts/errors.ts';
import { addDays, type Interval, type TradingDay } from '../../../contracts/time.ts';
import { aggregatedBars } from '../bars/aggregated-bars.ts';
import type { Bars } from '../bars/bars.ts';
import type { Calendar, InstrumentClass, Session } from '../calendar/calendar.ts';
import { dayStart } from '../calendar/exchange-time.ts';
import { intervalMs } from '../calendar/interval.ts';
import { columnsOf } from '../bars/merged-bars.ts';
import { dayLegs, factor, type DayLegs, type Factor } from './day-legs.ts';
import { tradedDay, tradedMinutes, type DayToTrade } from './minutes.ts';

/** A symbol of the simulated exchange. */
export interface SimulatedInstrument {
  readonly symbol: string;
  /** Symbols of one sector move together. */
  readonly sector: string;
  /** First day with a bar; the first session where absent. */
  readonly listed?: TradingDay;
  /** First day without bars, for good. */
  readonly delisted?: TradingDay;
  /** The hours it keeps; those of stocks with derivatives where absent. */
  readonly hours?: InstrumentClass;
  /** Splits and bonuses, in any order. */
  readonly splits?: readonly SimulatedSplit[];
}

/** One share becomes `into` shares: from `exDate` on prices are divided and volume multiplied by it. */
export interface SimulatedSplit {
  readonly exDate: TradingDay;
  /** Above 0: 5 for a split of face value 10 into 2, 2 for a bonus of 1:1. */
  readonly into: number;
}

/** What to simulate. */
export interface SimulationOptions {
  /** Any integer; equal seeds give equal bars. */
  readonly seed: number;
  readonly calendar: Calendar;
  /** Sessions of the calendar in `[from, to)`; another `from` gives other bars, another `to` does not. */
  readonly from: TradingDay;
  readonly to: TradingDay;
  readonly instruments: readonly SimulatedInstrument[];
}

/** An exchange whose bars are made when they are asked for; whoever asks twice gets the same. */
export interface SimulatedExchange {
  /** The session of a symbol's day; undefined where it did not trade. */
  session(symbol: string, day: TradingDay): Session | undefined;
  /** Daily bars of a symbol, all of them. */
  daily(symbol: string): Bars;
  /** 1-minute bars of a symbol on one day; none where it did not trade. */
  minutes(symbol: string, day: TradingDay): Bars;
  /** Bars of a symbol in `[from, to)`, as far as it traded. */
  bars(symbol: string, interval: Interval, from: TradingDay, to: TradingDay): Bars;
}

/** Minutes of a session that trades a usual day's shares. */
const usualMinutes = 375;

/**
 * Simulates an exchange: a market, sectors and symbols whose volatility comes in spells, traded
 * minute by minute, with volume that rises with the size of a move.
 *
 * Bars of all intervals are of one path: minutes aggregated are the 5-minute and the daily bars, to
 * the last digit. Nothing about a later return can be learnt from earlier bars: given the past,
 * every price is expected where it stands (but for rounding to the tick). A model that beats chance
 * on these bars has looked ahead. A symbol's bars depend on the seed, the sessions up to each of
 * them, and its own name, sector and splits, not on the other symbols; a day's minutes depend on
 * that day alone.
 *
 * @throws InputError where a symbol is asked for that is none of the instruments
 */
export function simulatedExchange(options: SimulationOptions): SimulatedExchange {
  const { calendar, from, to, instruments } = options;
  const sessions = calendar.sessions(from, to);
  const indexOf = new Map(sessions.map((day, t) => [day, t]));
  const bySymbol = new Map(instruments.map((instrument) => [instrument.symbol, instrument]));
  const legsOf = legsMaker(options, sessions.length);

  function instrumentOf(symbol: string): SimulatedInstrument {
    const instrument = bySymbol.get(symbol);
    if (instrument === undefined)
      throw new InputError(`the simulated exchange lists no "${symbol}"; name it an instrument`);
    return instrument;
  }

  function sessionOf(instrument: SimulatedInstrument, day: TradingDay): Session | undefined {
    const { listed = from, delisted = to, hours } = instrument;
    const isTraded = day >= from && day < to && day >= listed && day < delisted;
    return isTraded ? calendar.session(day, hours) : undefined;
  }

  const bars: SimulatedExchange['bars'] = (symbol, interval, first, end) => {
    const instrument = instrumentOf(symbol);
    const [start, stop] = [first > from ? first : from, end < to ? end : to];
    const days = start < stop ? calendar.sessions(start, stop) : [];
    const traded = days.flatMap((day) => {
      const session = sessionOf(instrument, day);
      if (session === undefined) return [];
      return {
        session,
        trade: dayToTrade(instrument, session, legsOf(instrument), indexOf.get(day)!),
      };
    });
    if (interval === '1d') return dailyBars(symbol, traded);
    const minutes = minuteBars(symbol, traded);
    return interval === '1m' ? minutes : aggregatedBars(minutes, interval);
  };

  return {
    session: (symbol, day) => sessionOf(instrumentOf(symbol), day),
    daily: (symbol) => bars(symbol, '1d', from, to),
    minutes: (symbol, day) => bars(symbol, '1m', day, addDays(day, 1)),
    bars,
  };
}

/** Walks each factor and each symbol once, when it is first asked for. */
function legsMaker({ seed }: SimulationOptions, n: number): (of: SimulatedInstrument) => DayLegs {
  const factors = new Map<string, Factor>();
  const symbols = new Map<string, DayLegs>();
  const factorOf = (name: string, usualVolatility: number): Factor => {
    const made = factors.get(name) ?? factor(`${seed} ${name}`, usualVolatility, n);
    factors.set(name, made);
    return made;
  };
  return ({ symbol, sector }) => {
    const known = symbols.get(symbol);
    if (known !== undefined) return known;
    const legs = dayLegs(`${seed} ${symbol}`, [
      factorOf('market', 0.009),
      factorOf(`sector ${sector}`, 0.006),
      factor(`${seed} symbol ${symbol}`, 0.012, n),
    ]);
    symbols.set(symbol, legs);
    return legs;
  };
}

interface TradedDay {
  readonly session: Session;
  readonly trade: DayToTrade;
}

/** What is traded in the `t`th session. */
function dayToTrade(
  { splits = [] }: SimulatedInstrument,
  { day, spans }: Session,
  legs: DayLegs,
  t: number,
): DayToTrade {
  const minutes = spans.reduce((sum, { start, end }) => sum + (end - start) / intervalMs['1m'], 0);
  const shares = splits.reduce(
    (product, { exDate, into }) => (exDate <= day ? product * into : product),
    1,
  );
  const volume = Math.round((legs.volume[t] * shares * minutes) / usualMinutes);
  return {
    name: `${legs.name} ${day}`,
    minutes,
    open: legs.open[t] / shares,
    logReturn: legs.logReturn[t],
    variance: legs.variance[t],
    volume: Math.max(minutes, volume),
  };
}

const pricesAndVolume = ['open', 'high', 'low', 'close', 'volume'] as const;

function dailyBars(symbol: string, days: readonly TradedDay[]): Bars {
  const made = columnsOf(() => new Float64Array(days.length));
  for (const [i, { session, trade }] of days.entries()) {
    const bar = tradedDay(trade);
    made.ts[i] = dayStart(session.day);
    for (const name of pricesAndVolume) made[name][i] = bar[name];
  }
  return { symbol, interval: '1d', ...made };
}

function minuteBars(symbol: string, days: readonly TradedDay[]): Bars {
  const rows = days.reduce((sum, { trade }) => sum + trade.minutes, 0);
  const made = columnsOf(() => new Float64Array(rows));
  let row = 0;
  for (const { session, trade } of days) {
    const minutes = tradedMinutes(trade);
    for (const name of pricesAndVolume) made[name].set(minutes[name], row);
    for (const { start, end } of session.spans)
      for (let ts = start; ts < end; ts += intervalMs['1m']) made.ts[row++] = ts;
  }
  return { symbol, interval: '1m', ...made };
}
