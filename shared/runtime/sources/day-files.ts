import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TradingDay } from '../../contracts/time.ts';
import { barDays } from '../../domain/market/bars/bar-days.ts';
import type { Bars } from '../../domain/market/bars/bars.ts';
import { exchangeIso } from '../../domain/market/calendar/exchange-time.ts';
import { named } from '../files/files.ts';
import { foreignInterval } from './csv-tree.ts';

/** Files written at a time. */
const atOnce = 32;

/**
 * Writes bars as the predecessor keeps them, `SYMBOL/<1day|5minute|1minute>/YYYY-MM-DD.csv`, to be
 * read back to the same numbers. A file appears whole and takes the place of one that is there;
 * none is synced, since writing again costs nothing.
 *
 * @returns how many files there are
 * @throws LaneError if the disk is full
 * @throws InputError if the folder may not be written
 */
export async function writeDayFiles(root: string, bars: Bars): Promise<number> {
  const folder = path.join(root, bars.symbol, foreignInterval(bars.interval));
  const texts = Array.from(dayTexts(bars));
  await named(folder, async () => {
    await mkdir(folder, { recursive: true });
    for (let start = 0; start < texts.length; start += atOnce) {
      const some = texts.slice(start, start + atOnce);
      // One that fails leaves the others to end: nothing of them is there when it is told.
      const written = await Promise.allSettled(
        some.map(([day, text]) => writeDay(folder, day, text)),
      );
      for (const one of written) if (one.status === 'rejected') throw one.reason;
    }
  });
  return texts.length;
}

async function writeDay(folder: string, day: TradingDay, text: string): Promise<void> {
  // Hidden until it is whole: an import passes hidden files over.
  const beside = path.join(folder, `.${day}.csv.${randomUUID()}`);
  try {
    await writeFile(beside, text);
    await rename(beside, path.join(folder, `${day}.csv`));
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

function* dayTexts(bars: Bars): Generator<readonly [TradingDay, string]> {
  const { ts, open, high, low, close, volume } = bars;
  for (const { day, start, end } of barDays(bars)) {
    const lines = ['timestamp,open,high,low,close,volume'];
    for (let i = start; i < end; i++) {
      const stamp = `${exchangeIso(ts[i]).slice(0, 19).replace('T', ' ')}+05:30`;
      lines.push([stamp, open[i], high[i], low[i], close[i], volume[i]].join(','));
    }
    yield [day, `${lines.join('\n')}\n`];
  }
}
