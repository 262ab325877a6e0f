import { InputError } from '../../shared/contracts/errors.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { dayOf } from '../../shared/domain/market/calendar/exchange-time.ts';
import { meantWords, type Instrument } from '../../shared/domain/market/instruments/instruments.ts';
import type { World } from '../../shared/runtime/world.ts';

/** Which instruments to list: of these symbols and this universe, all where neither is named. */
export interface InstrumentQuery {
  readonly symbols: readonly string[];
  readonly universe?: string;
  /** The day whose members of the universe are meant; today where absent. */
  readonly day?: TradingDay;
}

/** Instruments, and of what month their membership is. */
export interface InstrumentList {
  readonly universe?: { readonly name: string; readonly asOf: string };
  readonly instruments: readonly Instrument[];
}

/**
 * Lists what is known of instruments, in order of the alphabet. A former ticker means the current
 * one.
 *
 * @throws InputError if a symbol or the universe is unknown, naming those that may have been meant
 */
export function listInstruments(
  { instruments, now }: Pick<World, 'instruments' | 'now'>,
  { symbols, universe, day = dayOf(now()) }: InstrumentQuery,
): InstrumentList {
  const members = universe === undefined ? undefined : instruments.members(universe, day);
  const asked = [...symbols, ...(members?.symbols ?? [])];
  const wanted = asked.length === 0 ? instruments.all.map(({ symbol }) => symbol) : asked;
  const faults: string[] = [];
  const found = new Map<string, Instrument>();
  for (const symbol of wanted) {
    const instrument = instruments.find(instruments.current(symbol));
    if (instrument !== undefined) found.set(instrument.symbol, instrument);
    else {
      const meant = meantWords(instruments.nearest(symbol));
      faults.push(`"${symbol}" is no known instrument${meant}`);
    }
  }
  if (faults.length > 0) throw new InputError(faults.join('\n'));
  return {
    ...(members === undefined ? {} : { universe: { name: members.universe, asOf: members.asOf } }),
    instruments: [...found.values()].toSorted((a, b) => (a.symbol < b.symbol ? -1 : 1)),
  };
}
