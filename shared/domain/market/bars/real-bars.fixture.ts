import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readBarsCsv } from '../../../runtime/sources/csv.ts';
import type { Bars } from './bars.ts';

/** Real bars beside the checkout, which are not the project's to carry. */
const realData =
  process.env.SENSEQUANT_REAL_DATA ??
  fileURLToPath(new URL('../../../../../shared/real-data', import.meta.url));

/** Whether real bars are there; tests of them are skipped by name where they are not. */
export const hasRealBars = existsSync(realData);

/** Daily bars of every symbol of a folder, in order of the alphabet. */
export async function realBars(folder: 'daily' | 'daily_raw_unadjusted'): Promise<Bars[]> {
  const files = readdirSync(path.join(realData, folder)).toSorted();
  return await Promise.all(
    files.map(async (file): Promise<Bars> => {
      const { ts, open, high, low, close, volume } = await readBarsCsv([
        { path: path.join(realData, folder, file) },
      ]);
      const symbol = file.replace('.csv', '');
      return { symbol, interval: '1d', ts, open, high, low, close, volume };
    }),
  );
}
