import { describe, expect, test } from 'vitest';
import type { WrittenBackfillReport } from '../../shared/contracts/backfill.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { parseBackfill } from '../../shared/runtime/parse-request.ts';
import { readReference } from '../../shared/runtime/reference/reference.ts';
import { backfillCommand, backfillExit, backfillText, checkAsked } from './backfill.ts';

const report: WrittenBackfillReport = {
  schema: 1,
  runId: '2024-01-12-0badcafe',
  state: 'completed',
  seconds: 61.24,
  counts: {
    planned: 3,
    stored: 3,
    cancelled: 0,
    notStarted: 0,
    failed: {},
    failures: [],
    leastRequests: 7,
    resting: { complete: 2, 'no-code': 1 },
    requests: 8,
    rows: 600,
    added: 590,
    changed: 4,
    quarantined: 1,
    empty: { 'vendor-gap': 2 },
  },
  failures: [],
};

function failing(count: number): WrittenBackfillReport {
  const failures = Array.from({ length: count }, (_, i) => ({
    window: `TCS/5m/${i}`,
    class: 'DataError' as const,
    message: 'a row without a date',
  }));
  const counts = { ...report.counts, stored: 0, failed: { DataError: count } };
  return { ...report, counts, failures };
}

describe('backfillText', () => {
  test('says what came, what it cost and what is still missing', () => {
    expect(backfillText(report).split('\n')).toEqual([
      'backfill   2024-01-12-0badcafe completed after 61.2 s',
      'windows    3: 3 stored',
      'requests   8 answered, 7 is the least that could do',
      'bars       600 received: 590 new, 4 revised, 1 set aside',
      'unfilled   sessions 2 vendor-gap',
      'at rest    symbols 2 complete, 1 no-code',
      'failed     none',
      'look       npm run -s sensequant -- coverage',
    ]);
  });

  test('names windows that were cancelled', () => {
    const counts = { ...report.counts, stored: 2, cancelled: 1 };

    expect(backfillText({ ...report, counts })).toContain('windows    3: 2 stored, 1 cancelled');
  });

  test('tells the first 20 failures and where the others are', () => {
    const text = backfillText(failing(23));

    expect(text).toContain('  TCS/5m/19: DataError: a row without a date');
    expect(text).not.toContain('TCS/5m/20:');
    expect(text).toContain('  and 3 more: status 2024-01-12-0badcafe --json');
    expect(backfillText(failing(20))).not.toContain('more:');
  });
});

describe('backfillExit', () => {
  test.each([
    ['done', report, 0],
    ['with failures', failing(1), 2],
    [
      'with windows that somebody ended',
      { ...report, counts: { ...report.counts, cancelled: 1 } },
      2,
    ],
    ['over the threshold', { ...failing(1), state: 'over-threshold' as const }, 3],
    ['cancelled', { ...failing(1), state: 'cancelled' as const }, 4],
  ])('of one that is %s', (_, ended, code) => {
    expect(backfillExit(ended)).toBe(code);
  });
});

describe('checkAsked', () => {
  const asked = parseBackfill({
    source: 'breeze',
    symbols: ['TCS'],
    intervals: ['1d'],
    from: '2024-01-01',
    to: '2024-01-31',
  });

  test.each([
    ['a symbol', { symbols: ['TCS', 'OBEROI'] }, 'did you mean "OBEROIRLTY"?'],
    ['a universe', { symbols: 'nifty7' }, 'there is no universe "nifty7"; known are "nifty100"'],
    ['a first day', { from: '2010-01-01' as TradingDay }, 'lies outside the calendar'],
  ])('refuses %s that nobody knows before a run begins', async (_, wrong, message) => {
    const { calendar, instruments } = await readReference();

    expect(() => checkAsked(asked, calendar, instruments)).not.toThrow();
    expect(() => checkAsked({ ...asked, ...wrong }, calendar, instruments)).toThrow(message);
  });
});

describe('backfillCommand', () => {
  test('refuses a universe and symbols at once', async () => {
    const typed = ['--from', '2024-01-01', '--to', '2024-01-02', '--universe', 'nifty100'];
    const command = backfillCommand()
      .exitOverride()
      .configureOutput({ writeErr: () => {} });

    const refused = command.parseAsync([...typed, '--symbols', 'TCS'], { from: 'user' });

    await expect(refused).rejects.toMatchObject({ code: 'commander.conflictingOption' });
  });
});
