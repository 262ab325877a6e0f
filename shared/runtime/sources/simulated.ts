import type { TradingDay } from '../../contracts/time.ts';
import { simulatedBars } from '../../domain/market/simulated-bars.ts';
import type { Reference } from '../reference.ts';
import { writeBarsCsv } from './csv.ts';

/** What to make up. */
export interface SimulatedFiles {
  readonly seed: number;
  readonly symbols: readonly string[];
  /** Sessions in `[from, to)`; a symbol begins on its real listing day. */
  readonly from: TradingDay;
  readonly to: TradingDay;
}

/** Writes daily bars of a simulated exchange as `SYMBOL.csv`, to be imported like any others. */
export async function writeSimulatedCsv(
  folder: string,
  { calendar, instruments }: Reference,
  { seed, symbols, from, to }: SimulatedFiles,
): Promise<void> {
  const known = symbols.map((symbol) => {
    const { sector = 'other', listed } = instruments.find(symbol) ?? {};
    return { symbol, sector, ...(listed === undefined ? {} : { listed }) };
  });
  const sessions = calendar.sessions(from, to);
  await writeBarsCsv(folder, simulatedBars({ seed, sessions, instruments: known }));
}
