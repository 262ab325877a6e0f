import { describe, expect, test } from 'vitest';
import type { ListedAction } from '../activities/market/list-actions.ts';
import type { TradingDay } from '../shared/contracts/time.ts';
import type { Proposal } from '../shared/runtime/reference/actions.ts';
import { actionText, listText, searchText } from './actions-text.ts';

const day = (text: string): TradingDay => text as TradingDay;
const split: ListedAction = {
  symbol: 'EICHERMOT',
  exDate: day('2020-08-24'),
  kind: 'split',
  priceFactor: 0.1,
  volumeFactor: 10,
  cash: 0,
  source: 'raw-bars',
  confirmed: true,
  knownAt: day('2026-11-24'),
  evidence: '10:1 split',
  bars: { gap: 0.1013, shown: true },
};
const proposal: Proposal = {
  symbol: 'WIPRO',
  series: 'csv-raw',
  day: day('2019-03-06'),
  before: day('2019-03-05'),
  close: 363.6,
  open: 274.4,
  gap: 0.7547,
  market: 1.0031,
  ratio: 0.75,
  words: '1:3 bonus',
  looksLike: 'action',
  volumeRatio: 2.5,
  volumeSupports: true,
};

describe('listText', () => {
  test('has every action with its evidence, and what waits for a person', () => {
    const moves = [
      {
        symbol: 'ADANIGREEN',
        day: day('2024-11-21'),
        source: 'operator',
        knownAt: day('2024-11-22'),
      },
    ];

    expect(
      listText({ actions: [split], moves, proposals: [proposal], proposedAsOf: day('2021-04-30') }),
    ).toBe(
      [
        'symbol     ex-date     kind   factor  cash  confirmed  bars            evidence',
        'EICHERMOT  2020-08-24  split  0.1000     0  yes        shown (0.1013)  raw-bars: 10:1 split',
        'ADANIGREEN really moved on 2024-11-21 (operator)',
        '',
        'searched up to 2021-04-30; proposals that wait for a person: 1',
        'symbol  day         close   open    gap     market  nearest  looks like  volume',
        'WIPRO   2019-03-06  363.60  274.40  0.7547  1.0031  0.7500   1:3 bonus   2.5 times, supports',
      ].join('\n'),
    );
  });

  test('says that nothing is known and nobody has searched', () => {
    expect(listText({ actions: [], moves: [], proposals: [] })).toBe(
      'no actions are known\n\nnobody has searched these bars; "actions propose" does',
    );
  });
});

describe('searchText', () => {
  test('tells what was left out, and what to do', () => {
    const found = { asOf: day('2021-04-30'), searched: 44, vendor: 70 };

    expect(searchText({ ...found, proposals: [] })).toBe(
      'bars of 44 symbols searched up to 2021-04-30; 70 left out: a vendor adjusted them\n' +
        'no gap is unexplained',
    );
    expect(searchText({ ...found, proposals: [proposal] })).toContain(
      'confirm each: "actions confirm SYMBOL DAY", or with --move if there was no action',
    );
  });
});

describe('actionText', () => {
  test.each([
    [split, 'EICHERMOT 2020-08-24: split of factor 0.1 confirmed; shown (0.1013)'],
    [
      { ...split, bars: { gap: 1.001, shown: false } },
      'EICHERMOT 2020-08-24: split of factor 0.1 confirmed; not shown (1.0010)\n' +
        'the bars do not show it, so it is not applied to them: check the day',
    ],
    [
      { ...split, kind: 'dividend' as const, priceFactor: 1, volumeFactor: 1, cash: 5 },
      'EICHERMOT 2020-08-24: dividend of 5 rupees confirmed',
    ],
  ])('says what was confirmed, and whether bars show it', (action, text) => {
    expect(actionText(action)).toBe(text);
  });
});
