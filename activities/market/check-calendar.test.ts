import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../shared/contracts/errors.ts';
import type { EpochMs } from '../../shared/contracts/time.ts';
import { openBarStore } from '../../shared/runtime/bars/bar-store.ts';
import { readReference } from '../../shared/runtime/reference/reference.ts';
import { scratchFolder, scratchRoot } from '../../shared/runtime/scratch.fixture.ts';
import { checkCalendar } from './check-calendar.ts';
import { importBars } from './import-bars.ts';

const { calendar, instruments } = await readReference();
const now = () => Date.parse('2026-06-15T18:00:00+05:30') as EpochMs;
const world = async () => ({
  bars: openBarStore(await scratchRoot()),
  calendar,
  instruments,
  now,
});
const header = 'ts,open,high,low,close,volume';

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = scratchFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  return folder;
}

describe('checkCalendar', () => {
  test('checks files that an import would refuse, and imports nothing', async () => {
    const to = await world();
    const bars = ['2026-01-14', '2026-01-15', '2026-01-16'].map(
      (date) => `${date},1,2,1,1,${date === '2026-01-15' ? 0 : 9}`,
    );
    const folder = await folderOf({
      'TCS.csv': [header, ...bars].join('\n'),
      'ITC.csv': `${header}\n2026-01-14,1,2,1,1,x\n2026-01-15,1,2,1,1,0\n2026-01-16,1,2,1,1,5`,
    });

    const { compared, faults } = await checkCalendar(to, folder);

    expect(compared).toMatchObject([{ interval: '1d', series: 2, sessions: 2, confirmed: 2 }]);
    expect(compared[0].contradictions).toMatchObject([
      {
        kind: 'closed',
        day: '2026-01-15',
        symbols: ['ITC', 'TCS'],
        explanation: expect.stringContaining('made them up (Maharashtra municipal') as string,
      },
    ]);
    expect(faults).toMatchObject([{ line: 2, message: 'volume "x" is not a number' }]);
    expect(await to.bars.symbols('1d')).toEqual([]);
  });

  test('checks all series of the store, each interval by itself', async () => {
    const to = await world();
    const request = { adjustment: 'raw' } as const;
    const daily = `${header}\n2024-01-01,1,2,1,1,1\n2024-01-03,1,2,1,1,1`;
    const minutes = `${header}\n2024-01-02 09:15,1,2,1,1,1\n2024-01-02 09:16,1,2,1,1,1`;
    await importBars(
      { ...to, now: () => 0 as EpochMs },
      { ...request, path: await folderOf({ 'TCS.csv': daily }) },
    );
    await importBars(
      { ...to, now: () => 0 as EpochMs },
      { ...request, path: await folderOf({ 'TCS.csv': minutes }) },
    );

    const { compared } = await checkCalendar(to);

    expect(compared.map((one) => [one.interval, one.confirmed, one.sessions])).toEqual([
      ['1d', 2, 3],
      ['1m', 1, 1],
    ]);
    expect(compared[0].contradictions).toEqual([
      { kind: 'missing', day: '2024-01-02', symbols: ['TCS'], trading: 1 },
    ]);
  });

  test('says so where there are no bars', async () => {
    await expect(checkCalendar(await world())).rejects.toThrow(InputError);
    await expect(checkCalendar(await world())).rejects.toThrow('import some');
  });
});

const realData =
  process.env.SENSEQUANT_REAL_DATA ??
  fileURLToPath(new URL('../../../shared/real-data', import.meta.url));

describe.skipIf(!existsSync(realData))('checkCalendar of real bars', () => {
  test.each([
    ['daily', '1d', 1430, 1430],
    ['daily_raw_unadjusted', '1d', 720, 720],
    ['5minute_2024', '5m', 19, 19],
    ['5minute_muhurat', '5m', 66, 66],
    // 2016-08-16 to 2016-09-09 and 2025-12-10 to 2026-06-12, by different symbols.
    ['1minute', '1m', 142, 142],
  ])('of %s finds no contradiction, day by day', async (folder, interval, confirmed, sessions) => {
    const { compared, faults } = await checkCalendar(await world(), path.join(realData, folder));

    expect(faults).toEqual([]);
    expect(compared).toMatchObject([{ interval, confirmed, sessions, contradictions: [] }]);
  });

  test('of 5minute finds three sessions that one vendor left out, and explains them', async () => {
    const { compared } = await checkCalendar(await world(), path.join(realData, '5minute'));

    expect(compared).toMatchObject([{ series: 35, confirmed: 126, sessions: 126 }]);
    const found = compared[0].contradictions.map((one) => [one.day, one.kind, one.symbols.length]);
    expect(found).toEqual([
      ['2026-02-01', 'missing', 26],
      ['2026-02-02', 'missing', 26],
      ['2026-04-20', 'missing', 26],
    ]);
    for (const { explanation } of compared[0].contradictions)
      expect(explanation).toBe('"9" series have it: the exchange traded, the source left it out');
  });
});
