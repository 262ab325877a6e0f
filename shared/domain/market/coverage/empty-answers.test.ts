import { describe, expect, test } from 'vitest';
import type { EpochMs, TradingDay } from '../../../contracts/time.ts';
import { calendar } from '../calendar/calendar.fixture.ts';
import { emptyAnswers, type AnswerContext } from './empty-answers.ts';

const day = (text: string): TradingDay => text as TradingDay;
const january = calendar({
  '2024-01-01': 'regular',
  '2024-01-02': 'regular',
  '2024-01-04': 'regular',
  '2024-01-05': 'regular',
  '2024-01-08': 'regular',
});
const known: AnswerContext = {
  quarantinedDays: new Set(),
  firstBar: day('2023-01-02'),
  isListingKnown: false,
};

function unfilled(...days: readonly string[]) {
  return days.map((one) => ({ day: day(one), askedAt: 7 as EpochMs }));
}

describe('emptyAnswers', () => {
  test('keeps neighbouring sessions together, over a holiday and a weekend too', () => {
    const { answers, counts } = emptyAnswers(
      unfilled('2024-01-02', '2024-01-04', '2024-01-05', '2024-01-08'),
      january,
      known,
    );

    expect(answers).toEqual([
      { from: '2024-01-02', to: '2024-01-09', reason: 'vendor-gap', askedAt: 7 },
    ]);
    expect(counts).toEqual({ 'vendor-gap': 4 });
  });

  test('says nothing of a session between two gaps that was filled', () => {
    const { answers } = emptyAnswers(unfilled('2024-01-01', '2024-01-04'), january, known);

    expect(answers).toEqual([
      { from: '2024-01-01', to: '2024-01-02', reason: 'vendor-gap', askedAt: 7 },
      { from: '2024-01-04', to: '2024-01-05', reason: 'vendor-gap', askedAt: 7 },
    ]);
  });

  test('keeps apart what was asked at another time', () => {
    const later = { day: day('2024-01-02'), askedAt: 8 as EpochMs };

    const { answers } = emptyAnswers([...unfilled('2024-01-01'), later], january, known);

    expect(answers.map(({ askedAt }) => askedAt)).toEqual([7, 8]);
  });

  test.each([
    ['a vendor’s gap', '2024-01-02', {}, 'vendor-gap', 'vendor-gap'],
    [
      'a row set aside',
      '2024-01-02',
      { quarantinedDays: new Set([day('2024-01-02')]) },
      'quarantined',
      'quarantined',
    ],
    [
      'before the first bar',
      '2024-01-02',
      { firstBar: day('2024-01-04') },
      'pre-listing',
      'vendor-gap',
    ],
    [
      'before the first bar of what was listed',
      '2024-01-02',
      { firstBar: day('2024-01-04'), isListingKnown: true },
      'vendor-gap',
      'vendor-gap',
    ],
  ] as const)('tells %s', (_, one, context, why, reason) => {
    const { answers, counts } = emptyAnswers(unfilled(one), january, { ...known, ...context });

    expect(counts).toEqual({ [why]: 1 });
    expect(answers.map((answer) => answer.reason)).toEqual([reason]);
  });

  test('takes the code for wrong where the source has no bar at all', () => {
    const { firstBar: _, ...context } = known;

    const { answers, counts } = emptyAnswers(unfilled('2024-01-02'), january, context);

    expect(counts).toEqual({ 'wrong-code': 1 });
    expect(answers[0].reason).toBe('wrong-code');
  });

  test('has nothing to say where all was filled', () => {
    expect(emptyAnswers([], january, known)).toEqual({ answers: [], counts: {} });
  });
});
