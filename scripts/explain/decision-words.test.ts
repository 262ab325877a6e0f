import { describe, expect, test } from 'vitest';
import type { WindowExplanation } from '../../activities/validation/explain-window.ts';
import type { Detail, SkipReason, Stage } from '../../shared/contracts/outcome.ts';
import { decisionWords } from './decision-words.ts';

const words = (explained: Partial<WindowExplanation>): string =>
  decisionWords(explained as WindowExplanation);

describe('decisionWords', () => {
  test.each<[WindowExplanation['decision'], Stage[], string]>([
    ['train', ['teacher', 'student'], 'train its teacher and its student'],
    ['train', ['student'], 'train its student on the teacher that is there'],
    ['reuse', [], 'reuse its teacher and its student'],
  ])('says of %s %j what is done', (decision, toFit, text) => {
    expect(words({ decision, toFit })).toBe(text);
  });

  test.each<[SkipReason, Detail, string]>([
    [
      'not-due',
      { decisionDay: '2025-06-13', dueUntil: '2025-01-31' },
      'it is decided at the close of 2025-06-13, and the run reaches to 2025-01-31',
    ],
    [
      'pre-listing',
      { listed: '2024-10-22' },
      'it was first traded on 2024-10-22, after the decision day',
    ],
    [
      'partial-listing',
      { listed: '2022-05-17', rows: 24, minimumRows: 100 },
      'first traded on 2022-05-17, which leaves 24 labelled rows; 100 are needed',
    ],
    [
      'no-future-bars',
      { lastDay: '2022-03-01', decisionDay: '2022-06-29' },
      'its last bar is of 2022-03-01, before the decision day 2022-06-29',
    ],
    [
      'low-coverage',
      { expectedBars: 122, presentBars: 100, coverage: 100 / 122, minimumCoverage: 0.98 },
      '100 of 122 bars exist, a share of 0.820; 0.98 is needed',
    ],
    ['too-few-samples', { rows: 37, minimumRows: 100 }, '37 labelled rows; 100 are needed'],
    [
      'single-class',
      { gains: 3, losses: 109, minimumClassRows: 20 },
      '3 gains and 109 losses; 20 of each are needed',
    ],
    ['no-bars', { bars: 0 }, 'there are no bars of the symbol'],
    [
      'no-bars',
      { bars: 0, firstDay: '2023-01-02', lastDay: '2024-12-31' },
      "there are no bars in it; the symbol's reach from 2023-01-02 to 2024-12-31",
    ],
    [
      'unconfirmed-action',
      { exDate: '2018-09-04', gap: 0.5034, market: 1.0009, nearestRatio: 0.5 },
      'it opened at 0.503 of the close before on 2018-09-04 (the market at 1.001), next to a ratio ' +
        'of 0.500 that nobody confirmed; see "actions list"',
    ],
    [
      'unconfirmed-action',
      { exDate: '2022-06-30', priceFactor: 2 / 3 },
      'the table has an action of factor 0.667 on 2022-06-30 that nobody confirmed; see "actions list"',
    ],
    [
      'no-teacher',
      { teacher: 'POOLED.nifty100/1d/2022-01-03..2024-01-12', why: 'too-few-samples' },
      'POOLED.nifty100/1d/2022-01-03..2024-01-12 gives it none: too-few-samples',
    ],
    [
      'too-few-samples',
      { rows: 900, symbols: 9, minimumSymbols: 20, sessions: 100, minimumSessions: 250 },
      '900 labelled rows of 9 symbols in 100 sessions; 20 symbols and 250 sessions are needed',
    ],
  ])('says why %s with its numbers', (reason, detail, text) => {
    expect(words({ decision: 'skip', reason, detail })).toBe(`skip as ${reason}: ${text}`);
  });
});
