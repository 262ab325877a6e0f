import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DaySpan } from '../../contracts/backfill.ts';
import type { EpochMs, TradingDay } from '../../contracts/time.ts';
import { bars } from '../../domain/market/bars/bars.fixture.ts';
import { backfillFiles, type Answer, type BackfillFiles } from './backfill-files.ts';
import type { BackfillPlan } from './backfill-plan.ts';
import { scratchRoot } from '../scratch.fixture.ts';

const span = (from: string, to: string): DaySpan => ({
  from: from as TradingDay,
  to: to as TradingDay,
});
const window = 'M&M/1d/2024-01-01..2024-01-05';
const plan: BackfillPlan = {
  schema: 1,
  request: {
    source: 'simulated',
    symbols: ['M&M'],
    intervals: ['1d'],
    ...span('2024-01-01', '2024-01-04'),
  },
  madeFor: 'a',
  windows: [],
  resting: {},
};

async function opened(): Promise<{ files: BackfillFiles; folder: string }> {
  const root = await scratchRoot();
  return { files: backfillFiles(root, 'r1'), folder: path.join(root.path, 'runs/r1') };
}

function answer(from: string, to: string, close: readonly number[]): Answer {
  const columns = bars({ symbol: 'M&M', close });
  return { span: span(from, to), receivedAt: 7 as EpochMs, bars: columns };
}

describe('a plan of backfillFiles', () => {
  test('is made once', async () => {
    const { files } = await opened();
    expect(await files.isTaken()).toBe(false);

    await files.made('1d', 'a', () => Promise.resolve(plan));
    const again = await files.made('1d', 'a', () => Promise.reject(new Error('made again')));

    expect(again).toEqual(plan);
    expect(await files.plan('1d')).toEqual(plan);
    expect(await files.isTaken()).toBe(true);
  });

  test('is the first of two that were made at once', async () => {
    const { files, folder } = await opened();

    const second = await files.made('1d', 'a', async () => {
      await files.made('1d', 'a', () => Promise.resolve({ ...plan, resting: { complete: 1 } }));
      return { ...plan, resting: { complete: 2 } };
    });

    expect(second.resting).toEqual({ complete: 1 });
    expect(await readdir(folder)).toEqual(['backfill-1d.json']);
  });

  test('is refused to another backfill of the same name, at any interval', async () => {
    const { files } = await opened();
    await files.made('1d', 'a', () => Promise.resolve(plan));

    for (const interval of ['1d', '5m'] as const) {
      const refused = files.made(interval, 'b', () => Promise.resolve({ ...plan, madeFor: 'b' }));
      await expect(refused).rejects.toMatchObject({ name: 'InputError' });
      await expect(refused).rejects.toThrow('the name "r1" belongs to another backfill');
    }
  });

  test('is refused where a run of training has the name', async () => {
    const { files, folder } = await opened();
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'plan.json'), '{}');

    const refused = files.made('1d', 'a', () => Promise.resolve(plan));

    await expect(refused).rejects.toThrow('the name "r1" belongs to a run of training');
    expect(await files.isTaken()).toBe(true);
  });
});

describe('a plan that lies on disk', () => {
  test('is read anew once it is another', async () => {
    const { files, folder } = await opened();
    await files.made('1d', 'a', () => Promise.resolve(plan));
    await files.plan('1d');
    const other = { ...plan, resting: { complete: 12 } };

    await writeFile(path.join(folder, 'backfill-1d.json'), JSON.stringify(other));

    expect(await files.plan('1d')).toEqual(other);
  });

  test.each([
    ['torn', '{"schema":1,', 'damaged; remove it'],
    ['of another schema', '{"schema":2}', 'is no plan of schema "1"'],
    ['nothing', 'null', 'start the backfill again'],
  ])('is refused where it is %s', async (_, text, words) => {
    const { files, folder } = await opened();
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'backfill-1d.json'), text);

    await expect(files.plan('1d')).rejects.toMatchObject({ name: 'DataError' });
    await expect(files.window(window)).rejects.toThrow(words);
  });
});

describe('an answer of backfillFiles', () => {
  test('comes back as it came, what is no number among it', async () => {
    const { files } = await opened();
    const kept = answer('2024-01-01', '2024-01-04', [1, Number.NaN, 3]);

    await files.keep(window, kept);

    expect(await files.answer(window, kept.span)).toEqual(kept);
    expect(await files.answer(window, span('2024-01-01', '2024-01-02'))).toBeUndefined();
  });

  test('is one of its window, ascending by its days', async () => {
    const { files } = await opened();
    const later = answer('2024-01-03', '2024-01-04', [3]);
    const empty = answer('2024-01-01', '2024-01-03', []);
    await files.keep(window, later);
    await files.keep(window, empty);
    await files.keep('INFY/1d/2024-01-01..2024-01-05', later);

    expect(await files.answers(window)).toEqual([empty, later]);
    expect(await files.answers('TCS/1d/2024-01-01..2024-01-05')).toEqual([]);
  });

  test('is gone once all were forgotten; the plan stays', async () => {
    const { files, folder } = await opened();
    await files.made('1d', 'a', () => Promise.resolve(plan));
    await files.keep(window, answer('2024-01-01', '2024-01-04', [1]));

    await files.forget();

    expect(await files.answers(window)).toEqual([]);
    expect(await readdir(folder)).toEqual(['backfill-1d.json']);
  });
});
