import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { DataError, InputError } from '../../shared/contracts/errors.ts';
import type { EpochMs, TradingDay } from '../../shared/contracts/time.ts';
import { addDays } from '../../shared/contracts/time.ts';
import { pooledRecipe } from '../../shared/domain/samples/recipes.ts';
import { explainWindow } from './explain-window.ts';
import { exportPredictions } from './export-predictions.ts';
import {
  eligibleWindow,
  filesOnly,
  judgedSessions,
  planOf,
  predict,
  type Files,
} from './finished-run.fixture.ts';
import { listHoldouts, openHoldout, sealHoldout, type SealRequest } from './holdouts.ts';

const day = (text: string): TradingDay => text as TradingDay;
const asha = { who: 'asha', why: 'release 3' };
const names = ['TCS', 'M&M', 'INFY'];
const windows = names.map((symbol) => eligibleWindow(symbol));
/** Day of a made-up row: one a calendar day from 2022-06-29 on. */
const dayOfRow = (row: number): TradingDay => addDays(windows[0].decisionDay, row);

type Sealing = Files & { now(): EpochMs };
let files: Sealing;
let today: string;

beforeEach(async () => {
  today = '2025-02-03';
  files = {
    ...(await filesOnly()),
    now: () => Date.parse(`${today}T20:00+05:30`) as EpochMs,
  };
  await planOf(files, windows);
  for (const window of windows)
    for (const stage of ['teacher', 'student'] as const)
      await predict(files, window, stage, { evaluation: { auc: 0.9 }, fidelity: { rows: 1 } });
});

function seal(asked: Partial<SealRequest> = {}) {
  return sealHoldout(files, {
    ...asha,
    name: 'spring',
    runId: 'r1',
    freeze: day('2022-08-31'),
    ...asked,
  });
}

async function rowsOf(runId = 'r1'): Promise<string[][]> {
  const file = path.join(files.root.path, 'out.csv');
  await exportPredictions(files, { runId, file });
  const [, ...lines] = (await readFile(file, 'utf8')).trimEnd().split('\n');
  return lines.map((line) => line.split(','));
}
const dayIn = ([, ts]: string[]): string =>
  new Date(Date.parse(ts) + 19_800_000).toISOString().slice(0, 10);

describe('a sealed configuration', () => {
  test('shows what it would if the freeze date were the last session there is', async () => {
    const all = await rowsOf();
    await seal();

    const rows = await rowsOf();

    expect(all).toHaveLength(names.length * judgedSessions);
    expect(rows.map(dayIn).toSorted().at(-1)).toBe('2022-08-31');
    expect(rows).toHaveLength(all.filter((row) => dayIn(row) <= '2022-08-31').length);
    // The exchange was closed on 2022-08-31: of its last sessions the label of 2022-08-22 ends on the
    // 30th, that of 2022-08-23 later. Made-up rows lie on every day of the calendar.
    const known = rows.filter(([, , , label]) => label !== '').map(dayIn);
    expect(known.toSorted().at(-1)).toBe('2022-08-22');
    for (const row of rows.filter(([, , , label]) => label === '')) expect(row[4]).toBe('');
  });

  test('is known by what it is: of any symbols, run and name, and of no other recipe', async () => {
    await planOf(files, windows.slice(0, 1), { runId: 'r2', symbols: ['TCS'] });
    await planOf(files, windows, { runId: 'r3', horizon: 6 });
    await seal();

    expect((await rowsOf('r2')).map(dayIn).toSorted().at(-1)).toBe('2022-08-31');
    expect((await rowsOf('r3')).map(dayIn).toSorted().at(-1)).toBe(dayOfRow(judgedSessions - 1));
  });

  test('tells apart what is pooled', async () => {
    const pool = (universe: string) => [{ ...eligibleWindow(`POOLED.${universe}`), judged: {} }];
    await planOf(files, pool('nifty100'), { runId: 'p1', recipe: pooledRecipe });
    await planOf(files, pool('all'), { runId: 'p2', recipe: pooledRecipe });

    const [one, other] = [
      await seal({ name: 'a', runId: 'p1' }),
      await seal({ name: 'b', runId: 'p2' }),
    ];

    expect([one.universe, other.universe]).toEqual(['POOLED.nifty100', 'POOLED.all']);
    expect(one.configuration).not.toBe(other.configuration);
  });

  test('is not explained by scores that reach past the freeze date', async () => {
    const asked = { runId: 'r1', window: windows[0].window };
    const before = await explainWindow(files, asked);
    await seal();

    const { stages, sealedBy } = await explainWindow(files, asked);

    expect(before.stages?.student.predictions.facts).toHaveProperty('evaluation');
    expect(before).not.toHaveProperty('sealedBy');
    expect(stages?.student.predictions.facts).toEqual({});
    expect(sealedBy).toEqual({ name: 'spring', freeze: '2022-08-31' });
  });

  test('has no row to export whose sessions are all sealed', async () => {
    await seal({ freeze: day('2022-06-28') });

    await expect(rowsOf()).rejects.toThrow(InputError);
    await expect(rowsOf()).rejects.toThrow('all "360" rows are sealed: see "holdout list"');
    expect(await readdir(files.root.path)).not.toContain('out.csv');
  });
});

describe('openHoldout', () => {
  test('shows everything again, for good, and says who, why and when', async () => {
    const all = await rowsOf();
    await seal();
    today = '2025-02-10';

    const opened = await openHoldout(files, { name: 'spring', who: ' ravi ', why: 'board asked' });

    expect(opened.opened).toEqual({
      openedOn: '2025-02-10',
      who: 'ravi',
      why: 'board asked',
      at: files.now(),
    });
    expect(await rowsOf()).toEqual(all);
    await expect(openHoldout(files, { ...asha, name: 'spring' })).rejects.toThrow(
      'holdout "spring" was opened on "2025-02-10" by "ravi" ("board asked"); it cannot be opened twice',
    );
    expect(await listHoldouts(files)).toEqual([opened]);
  });

  test('cannot be undone by another seal: what was seen stays seen', async () => {
    await seal();
    await openHoldout(files, { ...asha, name: 'spring' });

    await expect(seal({ name: 'again' })).rejects.toThrow(
      'this configuration was opened as "spring" on "2025-02-03"',
    );
    await expect(seal({ name: 'again', freeze: day('2025-02-03') })).resolves.toMatchObject({
      freeze: '2025-02-03',
    });
  });

  test('opens one of two seals of a configuration, and the other goes on', async () => {
    await seal();
    await seal({ name: 'autumn', freeze: day('2022-09-30') });

    await openHoldout(files, { ...asha, name: 'spring' });

    expect((await rowsOf()).map(dayIn).toSorted().at(-1)).toBe('2022-09-30');
  });
});

describe('sealHoldout', () => {
  test.each<[string, Partial<SealRequest>, string]>([
    ['a name that cannot be one', { name: 'a b' }, '"a b" cannot name a holdout'],
    ['a run that nobody planned', { runId: 'r9' }, 'has no plan of run "r9"'],
    [
      'a day that has not been',
      { freeze: day('2025-02-04') },
      'to the last closed session "2025-02-03", not "2025-02-04"',
    ],
    ['a day of another century', { freeze: day('1924-01-01') }, 'not "1924-01-01"'],
    ['no reason', { why: ' ' }, 'give --why'],
    ['nobody', { who: '' }, 'give --why'],
  ])('refuses %s', async (_, asked, message) => {
    await expect(seal(asked)).rejects.toThrow(InputError);
    await expect(seal(asked)).rejects.toThrow(message);
    expect(await listHoldouts(files)).toEqual([]);
  });

  test('refuses a name that is taken, and names what was meant by one that is not', async () => {
    await seal();

    await expect(seal({ freeze: day('2022-07-29') })).rejects.toThrow(
      'there is a holdout "spring" already, sealed after "2022-08-31"',
    );
    await expect(openHoldout(files, { ...asha, name: 'sprng' })).rejects.toThrow(
      'there is no holdout "sprng"; sealed were "spring"',
    );
  });

  test('freezes at the as-of day of the run where nobody says otherwise', async () => {
    const { freeze: _, ...asked } = { ...asha, name: 'spring', runId: 'r1', freeze: '' };

    expect(await sealHoldout(files, asked)).toMatchObject({
      freeze: '2025-01-31',
      sealedOn: '2025-02-03',
    });
  });
});

describe('the ledger', () => {
  const entry = (number: number): string =>
    path.join(files.root.path, 'registry', 'ledger', `${String(number).padStart(6, '0')}.json`);

  test('keeps an entry of each event of many writers at once, each naming the one before', async () => {
    const all = Array.from({ length: 8 }, (_, k) => seal({ name: `h${k}` }));

    const sealed = await Promise.all(all);

    expect(new Set((await listHoldouts(files)).map(({ name }) => name))).toEqual(
      new Set(sealed.map(({ name }) => name)),
    );
    expect(await readdir(path.dirname(entry(1)))).toHaveLength(8);
  });

  test('lets one of two who open at once be first', async () => {
    await seal();

    const tried = await Promise.allSettled(
      ['ravi', 'asha'].map((who) => openHoldout(files, { name: 'spring', who, why: 'now' })),
    );

    expect(tried.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await readdir(path.dirname(entry(1)))).toHaveLength(2);
  });

  test.each<[string, (text: string) => string]>([
    ['changed', (text) => text.replace('2022-08-31', '2024-08-31')],
    ['cut off', (text) => text.slice(0, 40)],
  ])('that was %s by hand is refused, and nothing is shown', async (_, change) => {
    await seal();
    await openHoldout(files, { ...asha, name: 'spring' });
    await writeFile(entry(1), change(await readFile(entry(1), 'utf8')));

    await expect(rowsOf()).rejects.toThrow(DataError);
    await expect(rowsOf()).rejects.toThrow('the ledger was changed by hand');
  });
});
