import { classOf, type Instrument } from '../instruments/instruments.ts';
import type { SimulatedInstrument } from './simulated-bars.ts';

/**
 * A symbol as the simulated exchange lists it: with the sector, hours, listing and delisting days of
 * the real one, as far as these are known.
 */
export function simulatedInstrument(
  symbol: string,
  instrument: Instrument | undefined,
): SimulatedInstrument {
  const { sector = 'other', listed, delisted } = instrument ?? {};
  return {
    symbol,
    sector,
    hours: classOf(instrument),
    ...(listed === undefined ? {} : { listed }),
    ...(delisted === undefined ? {} : { delisted }),
  };
}
