import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DataError, LaneError } from '../../contracts/errors.ts';
import { action, day } from '../../domain/market/actions/actions.fixture.ts';
import { instrumentsOf } from '../../domain/market/instruments/instrument-lookup.ts';
import { instrument } from '../../domain/market/instruments/instruments.fixture.ts';
import { actionColumns, readActionsCsv } from './actions-csv.ts';
import { carriedActions, openActions, type Proposal } from './actions.ts';
import { canMakeDisk, scratchFolder, scratchRoot, tinyDisk } from '../scratch.fixture.ts';

const header = actionColumns.join(',');
const sound = 'INFY,2018-09-04,bonus,1/2,2,0,yes,2026-11-24,raw-bars,1:1 bonus';

async function csv(...lines: readonly string[]): Promise<string> {
  const file = path.join(scratchFolder(), 'actions.csv');
  await writeFile(file, `# notes\n${[header, ...lines].join('\n')}\n`);
  return file;
}

describe('readActionsCsv', () => {
  test('reads the carried table: 45 actions, of which those with a sure day are confirmed', async () => {
    const actions = await readActionsCsv(carriedActions);

    expect(actions).toHaveLength(45);
    expect(actions.filter(({ confirmed }) => confirmed)).toHaveLength(21);
    for (const one of actions.filter(({ confirmed }) => confirmed))
      expect(one.source).toMatch(/raw-bars|vendor-bars|face-value|news/);
  });

  test('reads fractions to the last digit', async () => {
    const [bonus] = await readActionsCsv(
      await csv('GAIL,2022-09-06,bonus,2/3,3/2,0,no,2026-11-24,memory,"1:2, from memory"'),
    );

    expect(bonus).toEqual({
      symbol: 'GAIL',
      exDate: '2022-09-06',
      kind: 'bonus',
      priceFactor: 2 / 3,
      volumeFactor: 1.5,
      cash: 0,
      confirmed: false,
      knownAt: '2026-11-24',
      source: 'memory',
      evidence: '1:2, from memory',
    });
  });

  test.each([
    ['an impossible factor', sound.replace('1/2,2', '-1,2'), 'a number or a fraction'],
    ['a factor of 0', sound.replace('1/2,2', '0,2'), 'a price factor above 0 was expected'],
    ['a fraction of nothing', sound.replace('1/2', '1/0'), '"1/0" found'],
    ['volumes that do not fit', sound.replace('1/2,2', '1/2,3'), 'the volume factor "2", not "3"'],
    ['another kind', sound.replace('bonus', 'merger'), '"split", "bonus", "rights", "demerger"'],
    ['a day that is none', sound.replace('09-04', '02-30'), '"2018-02-30" found'],
    [
      'a symbol that is none',
      sound.replace('INFY', 'in fy'),
      'symbol: a ticker like "RELIANCE" was expected',
    ],
    [
      'a word for yes',
      sound.replace('yes', 'maybe'),
      'one of "yes", "no" was expected, "maybe" found',
    ],
    ['a torn quote', sound.replace('1:1', '"1:1'), 'fields cannot be told apart'],
    ['no source', sound.replace('raw-bars', ''), 'source may not be empty'],
    ['a field too few', sound.replace(',yes', ''), '"10" fields were expected, "9" found'],
  ])('refuses %s, with file and line', async (_, line, message) => {
    const file = await csv(sound.replace('INFY', 'TCS'), line);

    await expect(readActionsCsv(file)).rejects.toThrow(DataError);
    await expect(readActionsCsv(file)).rejects.toThrow(`"${file}" line 4: `);
    await expect(readActionsCsv(file)).rejects.toThrow(message);
  });

  test('refuses two actions of one day, and another header', async () => {
    await expect(readActionsCsv(await csv(sound, sound))).rejects.toThrow('two actions');
    const file = path.join(scratchFolder(), 'a.csv');
    await writeFile(file, 'symbol,date\n');
    await expect(readActionsCsv(file)).rejects.toThrow(`the header should be "${header}"`);
    await writeFile(file, '');
    await expect(readActionsCsv(file)).rejects.toThrow('is empty; expected the header');
  });

  test('reads what a spreadsheet writes: a mark of its encoding, returns, quotes', async () => {
    const file = path.join(scratchFolder(), 'a.csv');
    const quoted = sound.replace('1:1 bonus', '"1:1, said ""so"""');
    await writeFile(file, `\uFEFF${header}\r\n${quoted}\r\n\r\n`);

    expect(await readActionsCsv(file)).toMatchObject([{ evidence: '1:1, said "so"' }]);
  });
});

const noInstruments = instrumentsOf([]);

describe('openActions', () => {
  const split = action({ symbol: 'AAA' });
  const move = {
    symbol: 'AAA',
    day: day('2024-01-04'),
    source: 'operator',
    knownAt: day('2024-01-08'),
  };

  test('lays what the data root says over what the project carries', async () => {
    const root = await scratchRoot();
    const actions = openActions(
      root,
      noInstruments,
      await csv(sound, sound.replace('INFY', 'TCS')),
    );
    const own = action({ symbol: 'INFY', exDate: '2018-09-04', source: 'operator' });

    await actions.record({ actions: [own, split] });

    const { actions: all } = await openActions(root, noInstruments, await csv(sound)).table();
    expect(all).toEqual([own, split]);
    expect((await actions.table()).actions.map(({ symbol }) => symbol)).toEqual([
      'INFY',
      'TCS',
      'AAA',
    ]);
  });

  test('has actions, moves and proposals of former tickers under those of today', async () => {
    const formerly = [{ symbol: 'OLD', until: day('2024-01-10') }];
    const instruments = instrumentsOf([instrument('NEW', { formerly })]);
    const carried = await csv(sound.replace('INFY', 'OLD'));
    const actions = openActions(await scratchRoot(), instruments, carried);
    const old = { ...split, symbol: 'OLD' };

    await actions.record({
      actions: [old],
      moves: [{ ...move, symbol: 'OLD', day: day('2024-01-05') }],
    });
    await actions.propose({ asOf: day('2024-01-08'), proposals: [{ symbol: 'OLD' } as Proposal] });

    const table = await actions.table();
    expect(table.actions.map(({ symbol, exDate }) => `${symbol} ${exDate}`)).toEqual([
      'NEW 2018-09-04',
      'NEW 2024-01-04',
    ]);
    expect(table.moves).toMatchObject([{ symbol: 'NEW' }]);
    expect((await actions.proposals())?.proposals).toEqual([{ symbol: 'NEW' }]);
    await actions.record({ moves: [{ ...move, symbol: 'NEW' }] });
    expect((await actions.table()).actions, 'the last word, under either name').toHaveLength(1);
  });

  test('keeps a dividend beside a split of the same day', async () => {
    const actions = openActions(await scratchRoot(), noInstruments);
    const dividend = action({
      symbol: 'AAA',
      kind: 'dividend',
      priceFactor: 1,
      volumeFactor: 1,
      cash: 2,
    });

    await actions.record({ actions: [split] });
    await actions.record({ actions: [dividend] });

    const { actions: all } = await actions.table();
    expect(all.filter(({ symbol }) => symbol === 'AAA')).toEqual([dividend, split]);
  });

  test('takes the last word: an action after a move, a move after an action', async () => {
    const actions = openActions(await scratchRoot(), noInstruments, await csv(sound));

    await actions.record({ actions: [split] });
    await actions.record({ moves: [move] });
    expect(await actions.table()).toMatchObject({ actions: [{ symbol: 'INFY' }], moves: [move] });

    await actions.record({ actions: [split] });
    expect(await actions.table()).toMatchObject({ actions: [{}, split], moves: [] });
  });

  test('refuses an action that cannot be, and keeps what it had', async () => {
    const actions = openActions(await scratchRoot(), noInstruments, await csv(sound));
    await actions.record({ actions: [split] });
    const before = await actions.table();

    const recorded = actions.record({ actions: [action({ symbol: 'BBB', priceFactor: 0 })] });

    await expect(recorded).rejects.toThrow('a price factor above 0 was expected, "0" found');
    expect(await actions.table()).toEqual(before);
  });

  test('keeps what was proposed last', async () => {
    const actions = openActions(await scratchRoot(), noInstruments);
    const proposal = { symbol: 'AAA', gap: 0.5 } as Proposal;
    expect(await actions.proposals()).toBeUndefined();

    await actions.propose({ asOf: day('2024-01-05'), proposals: [proposal] });
    await actions.propose({ asOf: day('2024-01-08'), proposals: [] });

    expect(await actions.proposals()).toEqual({ schema: 1, asOf: '2024-01-08', proposals: [] });
  });

  test.each(['[]', '{"schema":2}', '{"schema":1,"actions":[{"symbol":"a"}],"moves":[]}', '{'])(
    'refuses a table that holds %s, naming the file',
    async (text) => {
      const root = await scratchRoot();
      await mkdir(path.join(root.path, 'actions'));
      await writeFile(path.join(root.path, 'actions', 'table.json'), text);
      await writeFile(path.join(root.path, 'actions', 'proposals.json'), '[]');

      await expect(openActions(root, noInstruments).table()).rejects.toThrow(DataError);
      await expect(openActions(root, noInstruments).table()).rejects.toThrow('table.json');
      await expect(openActions(root, noInstruments).proposals()).rejects.toThrow('proposals.json');
    },
  );

  test.skipIf(!canMakeDisk)('leaves nothing half-written on a full disk', async () => {
    const root = { path: tinyDisk(16), id: '00000000' };
    const actions = openActions(root, noInstruments, await csv(sound));
    await actions.record({ actions: [split] });
    const large = Array.from({ length: 200 }, (_, i) => action({ symbol: `S${i}` }));

    await expect(actions.record({ actions: large })).rejects.toThrow(LaneError);

    expect((await actions.table()).actions).toHaveLength(2);
    expect(await readdir(path.join(root.path, 'actions'))).toEqual(['table.json']);
  });
});
