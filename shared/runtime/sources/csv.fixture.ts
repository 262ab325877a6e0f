import path from 'node:path';
import { barColumns, type Bars } from '../../domain/market/bars/bars.ts';
import { exchangeIso } from '../../domain/market/calendar/exchange-time.ts';
import { writeWhole } from '../files/files.ts';

/**
 * Writes bars as `SYMBOL.csv` files that `readBarsCsv` reads back to the same numbers.
 */
export async function writeBarsCsv(folder: string, all: readonly Bars[]): Promise<void> {
  for (const bars of all) {
    const lines = [barColumns.join(',')];
    for (let i = 0; i < bars.ts.length; i++) {
      const { open, high, low, close, volume } = bars;
      const ts = `${exchangeIso(bars.ts[i]).slice(0, 19)}+05:30`;
      lines.push([ts, open[i], high[i], low[i], close[i], volume[i]].join(','));
    }
    await writeWhole(path.join(folder, `${bars.symbol}.csv`), `${lines.join('\n')}\n`);
  }
}
