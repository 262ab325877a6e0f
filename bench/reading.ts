// What reading bars through the store costs beside a bare Parquet read of the same file, and what
// coverage of many series costs: `npm run bench:reading`. Ratios are what to quote.

import { DuckDBInstance } from '@duckdb/node-api';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { coverBars } from '../activities/market/cover-bars.ts';
import { importBars } from '../activities/market/import-bars.ts';
import { tableText } from '../scripts/output.ts';
import type { EpochMs, Interval, TradingDay } from '../shared/contracts/time.ts';
import { barColumns, sliceBars, type Bars } from '../shared/domain/market/bars/bars.ts';
import { columnsOf } from '../shared/domain/market/bars/merged-bars.ts';
import { seededChance } from '../shared/domain/samples/random-walk.fixture.ts';
import { soundBars } from '../shared/runtime/bars/bar-receipt.ts';
import { openBarStore, type Adjustment } from '../shared/runtime/bars/bar-store.ts';
import { checkout } from '../shared/runtime/stack/config.ts';
import { openDataRoot } from '../shared/runtime/data-root.ts';
import { readReference } from '../shared/runtime/reference/reference.ts';
import { interleaved } from './interleaved.ts';

const calls = 300;
/** Segments of a series before it is compacted: as many as a backfill asks requests of 13 sessions. */
const requests = 10;

/** Folders of real bars, and what is known of their prices. */
const realFolders: Readonly<Record<string, Adjustment>> = {
  daily: 'vendor',
  daily_raw_unadjusted: 'raw',
  '5minute': 'vendor',
  '5minute_2024': 'vendor',
  '5minute_muhurat': 'vendor',
  '1minute': 'vendor',
};

const folder = await mkdtemp(path.join(tmpdir(), 'sensequant-bench-'));
const reference = await readReference();
const store = openBarStore(await openDataRoot(folder));
try {
  const rows = [];
  const [from, to] = ['2020-10-01', '2025-10-01'] as TradingDay[];
  rows.push(...(await readings('1d', 'five years', from, to)));
  const [start, end] = ['2025-12-08', '2026-06-11'] as TradingDay[];
  rows.push(...(await readings('5m', '124 sessions', start, end)));
  console.log('milliseconds a reading, median');
  console.log(tableText(['', 'bars', 'bare', 'values', 'store', 'ratio', 'segments'], rows));
  await coverage();
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Reads one symbol's bars, compacted, and in the segments that a backfill leaves. */
async function readings(interval: Interval, span: string, from: TradingDay, to: TradingDay) {
  const series = { symbol: 'RELIANCE', interval, source: 'csv', adjustment: 'raw' } as const;
  const bars = walk(interval, from, to);
  const share = Math.ceil(bars.ts.length / requests);
  for (let i = 0; i < requests; i++)
    await store.append(series, soundBars(sliceBars(bars, i * share, (i + 1) * share)), {
      fetch: 'bench',
      receivedAt: (1e12 + i) as EpochMs,
    });
  const pieces = await store.series('RELIANCE', interval);
  await store.compact(series);
  const whole = await store.series('RELIANCE', interval);
  if (pieces === undefined || whole === undefined) throw new Error('there are no bars to read');
  const file = path.join(folder, 'bars', interval, 'RELIANCE', whole.series, whole.segments[0]);
  const query = `SELECT ${barColumns.join()} FROM read_parquet('${file}')`;
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  // What was read is forgotten before each reading, or nothing would be.
  const read = async (pin: typeof whole) => {
    store.close();
    await store.read(pin);
  };
  const times = await interleaved(
    {
      bare: async () => (await connection.run(query)).fetchAllChunks(),
      values: async () => (await connection.run(query)).getColumns(),
      whole: () => read(whole),
      pieces: () => read(pieces),
    },
    calls,
  );
  connection.closeSync();
  const median = (of: keyof typeof times): number => times[of][times[of].length >> 1] / 1000;
  const [bare, values] = [median('bare'), median('values')];
  return (['whole', 'pieces'] as const).map((way) => [
    `${interval}, ${span}`,
    bars.ts.length,
    bare.toFixed(2),
    values.toFixed(2),
    median(way).toFixed(2),
    (median(way) / bare).toFixed(2),
    way === 'whole' ? 1 : requests,
  ]);
}

/** Bars of every session, closes of a random walk on a grid of ticks. */
function walk(interval: Interval, from: TradingDay, to: TradingDay): Bars {
  const chance = seededChance(1);
  const ts = reference.calendar.sessions(from, to).flatMap((day) => {
    const bars = reference.calendar.expectedBars(day, interval);
    const open = reference.calendar.session(day)?.open ?? 0;
    if (interval === '1d') return [Date.parse(`${day}T00:00:00+05:30`)];
    return Array.from({ length: bars }, (_, i) => open + i * 300_000);
  });
  let price = 2500;
  const close = Float64Array.from(ts, () => (price += Math.round(chance.normal() * 20) / 20));
  const volume = Float64Array.from(ts, () => Math.round(1e6 * chance.uniform()));
  const columns = columnsOf((name) => (name === 'volume' ? volume : close));
  return { symbol: 'RELIANCE', interval, ...columns, ts: Float64Array.from(ts) };
}

/** Coverage of every real bar there is, in this process and as a command. */
async function coverage(): Promise<void> {
  const realData = process.env.SENSEQUANT_REAL_DATA ?? path.join(checkout, '../shared/real-data');
  if (!existsSync(realData)) {
    console.log(`coverage is not measured: there is no "${realData}"`);
    return;
  }
  const root = await openDataRoot(path.join(folder, 'real'));
  const world = { ...reference, bars: openBarStore(root), now: () => Date.now() as EpochMs };
  for (const name of Object.keys(realFolders))
    await importBars(world, {
      path: path.join(realData, name),
      adjustment: realFolders[name],
    });
  const { symbols, total } = await coverBars(world, { symbols: 'all' });
  const env = { ...process.env, SENSEQUANT_DATA: root.path };
  const command = (...args: string[]) =>
    spawnSync(process.execPath, [path.join(checkout, 'scripts/sensequant.ts'), ...args], { env });
  const times = await interleaved(
    {
      inProcess: () => coverBars(world, { symbols: 'all' }),
      command: async () => command('coverage', '--json'),
      help: async () => command('coverage', '--help'),
    },
    11,
  );
  const median = (of: keyof typeof times): string =>
    (times[of][times[of].length >> 1] / 1000).toFixed(0);
  console.log(
    `\ncoverage of ${symbols.length} symbols and intervals, ${total.presentBars} bars: ` +
      `${median('inProcess')} ms in process, ${median('command')} ms as a command ` +
      `(${median('help')} ms of them to start: coverage --help)`,
  );
}
