import { InputError } from '../../shared/contracts/errors.ts';
import type { Instruments } from '../../shared/domain/market/instruments/instrument-lookup.ts';
import { meantWords, type Instrument } from '../../shared/domain/market/instruments/instruments.ts';
import { simulatedInstrument } from '../../shared/domain/market/simulated/simulated-instrument.ts';
import type { ExchangeInstrument } from './options.ts';

/**
 * What an exchange lists of the real one's symbols: with their codes, sectors, hours, listing and
 * delisting days.
 *
 * @param symbols - current tickers; `all` are the equities with a code
 * @throws InputError if a symbol is unknown or has no code
 */
export function listed(
  instruments: Instruments,
  symbols: 'all' | readonly string[],
): ExchangeInstrument[] {
  if (symbols === 'all') return equities(instruments);
  return symbols.map((symbol) => {
    const instrument = instruments.find(symbol);
    const found = instrument && withCode(instrument);
    if (found !== undefined) return found;
    if (instrument !== undefined)
      throw new InputError(`"${symbol}" has no code at ICICI; the exchange cannot list it`);
    const meant = meantWords(instruments.nearest(symbol));
    throw new InputError(`"${symbol}" is no symbol of the exchange${meant}`);
  });
}

function equities({ all }: Instruments): ExchangeInstrument[] {
  return all.flatMap((one) => (one.kind === 'equity' ? (withCode(one) ?? []) : []));
}

function withCode(instrument: Instrument): ExchangeInstrument | undefined {
  const { symbol, isecCode } = instrument;
  if (isecCode === undefined) return undefined;
  return { ...simulatedInstrument(symbol, instrument), code: isecCode };
}
