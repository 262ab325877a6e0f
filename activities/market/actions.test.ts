import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DataError, InputError } from '../../shared/contracts/errors.ts';
import { action, day, rawBars } from '../../shared/domain/market/actions/actions.fixture.ts';
import { actionColumns } from '../../shared/runtime/reference/actions-csv.ts';
import { scratchFolder } from '../../shared/runtime/scratch.fixture.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { exchange, store, testWorld } from '../world.fixture.ts';
import { confirmAction, confirmMove, type Confirmation } from './confirm-action.ts';
import { importActions } from './import-actions.ts';
import { listActions } from './list-actions.ts';
import { proposeActions } from './propose-actions.ts';

const [tcs, infy] = exchange(['TCS', 'INFY']);
const exDate = day('2022-09-01');
const split = action({ symbol: 'TCS', exDate });
const bonus = action({
  symbol: 'INFY',
  exDate,
  kind: 'bonus',
  priceFactor: 0.75,
  volumeFactor: 4 / 3,
});

async function searched(): Promise<ComputeWorld> {
  const world = await testWorld();
  await store(world, rawBars(tcs, split), rawBars(infy, bonus));
  await proposeActions(world, world.now());
  return world;
}
const confirm = (world: ComputeWorld, asked: Partial<Confirmation> = {}) =>
  confirmAction(world, { symbol: 'TCS', exDate, ...asked }, world.now());
const hasTable = (world: ComputeWorld): boolean =>
  existsSync(path.join(world.root.path, 'actions', 'table.json'));

describe('proposeActions', () => {
  test('proposes what raw bars show and nobody knows, and confirms nothing', async () => {
    const world = await searched();

    const found = await proposeActions(world, world.now());

    expect(found).toMatchObject({ asOf: '2024-06-28', searched: 2, vendor: 0 });
    expect(found.proposals).toMatchObject([
      { symbol: 'INFY', series: 'csv-raw', day: '2022-09-01', ratio: 0.75, looksLike: 'action' },
      { symbol: 'TCS', series: 'csv-raw', day: '2022-09-01', ratio: 0.2, words: '5:1 split' },
    ]);
    expect((await world.actions.proposals())?.proposals).toEqual(found.proposals);
    expect(hasTable(world)).toBe(false);
  });

  test('passes over bars that a vendor adjusted', async () => {
    const world = await testWorld();
    await world.bars.append(
      { symbol: 'TCS', interval: '1d', source: 'csv', adjustment: 'vendor' },
      { bars: rawBars(tcs, split), quarantined: [], answers: [] },
      { fetch: 'import/test', receivedAt: world.now() },
    );

    expect(await proposeActions(world, world.now())).toMatchObject({
      searched: 0,
      vendor: 1,
      proposals: [],
    });
  });
});

describe('confirmAction', () => {
  test('takes what was proposed, and the proposal is answered', async () => {
    const world = await searched();

    const confirmed = await confirm(world);

    expect(confirmed).toMatchObject({
      ...split,
      source: 'operator',
      knownAt: '2024-07-01',
      evidence: expect.stringMatching(/^opened at 0\.\d{4} of the close before$/),
      bars: { shown: true },
    });
    const { proposals } = await listActions(world);
    expect(proposals.map(({ symbol }) => symbol)).toEqual(['INFY']);
    expect((await proposeActions(world, world.now())).proposals).toMatchObject([
      { symbol: 'INFY' },
    ]);
  });

  test.each<[string, Partial<Confirmation>, object]>([
    ['a ratio in words', { ratio: '4:1 split + 1:4 bonus' }, { kind: 'split', priceFactor: 0.2 }],
    [
      'a kind and a bare ratio',
      { kind: 'bonus', ratio: '4:1' },
      { kind: 'bonus', priceFactor: 0.2 },
    ],
    ['a factor', { kind: 'demerger', factor: 0.2 }, { kind: 'demerger', volumeFactor: 1 }],
    [
      'a dividend',
      { kind: 'dividend', cash: 12 },
      { kind: 'dividend', priceFactor: 1, volumeFactor: 1, cash: 12 },
    ],
  ])('takes %s', async (_, asked, expected) => {
    const world = await searched();

    const confirmed = await confirm(world, asked);

    expect(confirmed).toMatchObject({ ...expected, confirmed: true });
    expect((await listActions(world, ['TCS'])).actions).toEqual([confirmed]);
  });

  test('confirms an action of the carried table as it stands', async () => {
    const world = await testWorld();

    const confirmed = await confirm(world, { symbol: 'IOC', exDate: day('2022-06-30') });

    expect(confirmed).toMatchObject({ kind: 'bonus', priceFactor: 2 / 3, volumeFactor: 1.5 });
    expect(confirmed.evidence).toContain('day from memory');
  });

  test('takes a ticker of that day for the one of today, and lists it under both', async () => {
    const world = await testWorld();
    const asked = { symbol: 'ZOMATO', exDate, ratio: '5:1 split' };

    const confirmed = await confirm(world, asked);
    await confirmMove(world, { symbol: 'TATAMOTORS', exDate }, world.now());

    expect(confirmed.symbol).toBe('ETERNAL');
    for (const symbol of ['ZOMATO', 'ETERNAL'])
      expect((await listActions(world, [symbol])).actions).toEqual([confirmed]);
    expect((await listActions(world)).moves).toMatchObject([{ symbol: 'TMPV' }]);
  });

  test('says where bars do not show it', async () => {
    const world = await searched();

    const confirmed = await confirm(world, { exDate: day('2022-09-02'), ratio: '5:1 split' });

    expect(confirmed.bars?.shown).toBe(false);
  });

  test.each<[string, Partial<Confirmation>, string]>([
    ['a factor that cannot be', { factor: -1 }, 'a price factor above 0 was expected, "-1" found'],
    ['a split of nothing', { factor: 1 }, 'a split changes the price'],
    ['a ratio that is none', { ratio: 'five' }, 'a ratio like "5:1 split" or "1:3 bonus"'],
    ['a ratio and a factor', { ratio: '5:1 split', factor: 0.2 }, 'not both'],
    ['a symbol nobody knows', { symbol: 'TCSS' }, 'did you mean "TCS"'],
    ['a Sunday', { exDate: day('2022-09-04') }, 'the exchange was closed on "2022-09-04"'],
    ['a day of another age', { exDate: day('1999-09-01') }, 'lies outside the calendar'],
    ['a day without a proposal', { exDate: day('2022-09-05') }, 'say what it was'],
    [
      'a demerger without a factor',
      { exDate: day('2022-09-05'), kind: 'demerger' },
      'needs a --ratio like "5:1" or a --factor; none was found',
    ],
  ])('refuses %s, and records nothing', async (_, asked, message) => {
    const world = await searched();

    await expect(confirm(world, asked)).rejects.toThrow(InputError);
    await expect(confirm(world, asked)).rejects.toThrow(message);
    expect(hasTable(world)).toBe(false);
  });
});

describe('listActions', () => {
  test('refuses a symbol that nobody knows', async () => {
    const world = await searched();

    await expect(listActions(world, ['TCSS', 'TCS'])).rejects.toThrow(InputError);
    await expect(listActions(world, ['TCSS', 'TCS'])).rejects.toThrow('did you mean "TCS"');
  });
});

describe('confirmMove', () => {
  test('answers a proposal: the price really moved', async () => {
    const world = await searched();

    await confirmMove(world, { symbol: 'TCS', exDate }, world.now());

    const { moves, proposals } = await listActions(world);
    expect(moves).toEqual([
      { symbol: 'TCS', day: exDate, source: 'operator', knownAt: '2024-07-01' },
    ]);
    expect(proposals.map(({ symbol }) => symbol)).toEqual(['INFY']);
    await expect(confirmMove(world, { symbol: 'NONE', exDate }, world.now())).rejects.toThrow(
      InputError,
    );
  });
});

describe('importActions', () => {
  const row = 'TCS,2022-09-01,split,1/5,5,0,yes,2024-07-01,mine,5:1';
  const file = async (...rows: readonly string[]): Promise<string> => {
    const name = path.join(scratchFolder(), 'actions.csv');
    await writeFile(name, `${[actionColumns.join(','), ...rows].join('\n')}\n`);
    return name;
  };

  test('adds a table to that of the data root', async () => {
    const world = await searched();

    const report = await importActions(
      world,
      await file(row, 'INFY,2022-09-01,bonus,3/4,4/3,0,no,2024-07-01,mine,1:3'),
    );

    expect(report).toEqual({ actions: 2, confirmed: 1, symbols: 2 });
    const { actions } = await listActions(world, ['TCS']);
    const mine = { source: 'mine', evidence: '5:1', knownAt: '2024-07-01' };
    expect(actions).toMatchObject([{ ...split, ...mine, bars: { shown: true } }]);
  });

  test('takes tickers of that day for those of today', async () => {
    const world = await testWorld();

    await importActions(world, await file(row.replace('TCS', 'ZOMATO')));

    expect((await listActions(world, ['ETERNAL'])).actions).toMatchObject([{ priceFactor: 0.2 }]);
  });

  test.each([
    ['a symbol nobody knows', row.replace('TCS', 'TCSS'), '"TCSS" is neither a known instrument'],
    ['a day that is no session', row.replace('09-01', '09-04'), 'closed on "2022-09-04"'],
    ['a day outside the calendar', row.replace('2022-09', '1999-09'), 'outside the calendar'],
  ])('refuses %s, and takes nothing of the file', async (_, wrong, message) => {
    const world = await searched();
    const asked = await file(row, wrong);

    await expect(importActions(world, asked)).rejects.toThrow(message);
    expect(hasTable(world)).toBe(false);
  });

  test('refuses a factor that cannot be, and a file of nothing', async () => {
    const world = await searched();

    await expect(importActions(world, await file(row.replace('1/5', '0')))).rejects.toThrow(
      DataError,
    );
    await expect(importActions(world, await file())).rejects.toThrow('holds no actions');
    expect(hasTable(world)).toBe(false);
  });
});
