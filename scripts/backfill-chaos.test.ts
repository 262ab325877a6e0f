import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EpochMs, TradingDay } from '../shared/contracts/time.ts';
import { barColumns } from '../shared/domain/market/bars/bars.ts';
import { dayOf } from '../shared/domain/market/calendar/exchange-time.ts';
import { simulatedExchange } from '../shared/domain/market/simulated/simulated-bars.ts';
import { openBarStore } from '../shared/runtime/bars/bar-store.ts';
import { pinned } from '../shared/runtime/bars/bar-store.fixture.ts';
import { openDataRoot } from '../shared/runtime/data-root.ts';
import { readReference } from '../shared/runtime/reference/reference.ts';
import { listed } from './exchange/listed.ts';
import { backfillChaos, type ChaosReport } from './testing/backfill-chaos.ts';
import { commandLine } from './testing/command-line.fixture.ts';
import type { CommandLine } from './testing/command-line.ts';

// A backfill from an exchange that limits, forgets and fails, its processes killed at random moments:
// - ends with every bar that the exchange has, and says why of each that it has not
// - asks for nothing twice but what was in flight at a kill
// - waits for a person's session and for a day's quota, and goes on
// - leaves no secret in any history or file

const seed = 20_250_101;
const symbols = ['INFY', 'TCS', 'SBIN', 'HYUNDAI'];
const lost = { symbol: 'TCS', day: '2024-05-21' as TradingDay };
const [from, to] = ['2024-01-01', '2024-12-31'] as TradingDay[];
let user: CommandLine;
let report: ChaosReport;

beforeAll(async () => {
  user = await commandLine(1);
  report = await backfillChaos(user, {
    seed,
    symbols,
    intervals: ['1d', '5m'],
    from,
    to,
    startsAt: Date.parse('2025-01-03T21:00:00+05:30') as EpochMs,
    // A day passes in 10 seconds, a minute in 7 milliseconds.
    scale: 8640,
    quotas: { minute: 1, day: 40 },
    limits: { perDay: 36 },
    faults: {
      rates: {
        'flaky-auth': 0.03,
        'service-error': 0.02,
        'bad-gateway': 0.02,
        'invalid-json': 0.02,
      },
      at: [{ fault: 'missing-day', ...lost }],
    },
    kills: 3,
    onEvent: () => {},
  });
}, 300_000);
afterAll(async () => {
  await user[Symbol.asyncDispose]();
});

describe('backfillRun', () => {
  test('brings every bar but a gap of the vendor, which it names', () => {
    const { backfill, coverage, calls } = report;
    const gaps = coverage.symbols.flatMap((one) => one.gaps.map((gap) => ({ ...one, ...gap })));

    expect(backfill).toMatchObject({ state: 'completed', counts: { planned: 8, stored: 8 } });
    expect(backfill.counts).toMatchObject({ failed: {}, empty: { 'vendor-gap': 1 } });
    expect(gaps).toMatchObject([
      { symbol: 'TCS', interval: '5m', from: lost.day, bars: 75, reason: 'vendor-gap' },
    ]);
    expect(coverage.total.presentBars).toBe(coverage.total.expectedBars - 75);
    expect(backfill.counts.added).toBe(coverage.total.presentBars);
    expect(calls.capped).toBe(0);
  });

  test('stores them as they were traded', async () => {
    const { calendar, instruments } = await readReference();
    const store = openBarStore(await openDataRoot(user.dataRoot));
    const exchange = simulatedExchange({
      seed,
      calendar,
      from: calendar.from,
      to: calendar.to,
      instruments: listed(instruments, symbols),
    });
    for (const symbol of symbols) {
      const stored = await store.read(pinned(await store.series(symbol, '5m')));
      const traded = exchange.bars(symbol, '5m', from, '2025-01-01' as TradingDay);
      const isLost = (ts: number): boolean => symbol === lost.symbol && dayOf(ts) === lost.day;

      for (const name of barColumns)
        expect(stored[name]).toEqual(traded[name].filter((_, i) => !isLost(traded.ts[i])));
    }
    store.close();
  });

  test('asks for nothing twice but what was in flight at a kill', () => {
    const { backfill, again, calls, kills } = report;

    expect(kills.map(({ role }) => role)).toEqual(['work', 'orchestrator', 'temporal']);
    expect(backfill.counts.requests).toBe(backfill.counts.leastRequests);
    expect(Object.keys(calls.requests)).toHaveLength(backfill.counts.leastRequests);
    expect(calls.repeatedRequests.length).toBeLessThanOrEqual(kills.length);
    expect(Math.max(...Object.values(calls.requests))).toBeLessThanOrEqual(2);
    // The gap may be due again; what is there is not.
    expect(again.counts).toMatchObject({ rows: 0, added: 0 });
    expect(again.counts.requests).toBeLessThanOrEqual(1);
  });

  test('waits for the session of each day that its quota makes it take', () => {
    const { sessions, calls } = report;

    // 65 requests at least, of 36 a day: two days at least, and a token is good for one.
    expect(calls.total).toBeGreaterThanOrEqual(65);
    expect(sessions).toBeGreaterThanOrEqual(2);
    expect(calls.outcomes['expired-session']).toBeGreaterThanOrEqual(1);
    expect(calls.outcomes['bad-gateway']).toBeGreaterThanOrEqual(1);
  });

  test('leaves no token and no API session in any history or file', () => {
    const { leaks, named } = report;

    expect(leaks).toEqual([]);
    // The same search finds what is there.
    const found = [
      'backfill/chaos',
      'backfill/chaos/INFY/5m/2024-01-01..2025-01-01',
      'state/logs/work.log',
      'runs/chaos/report.json',
      'bars/5m/INFY/simulated-raw/head-000001.json',
    ];
    expect(named).toEqual(expect.arrayContaining(found));
    expect(named.filter((file) => file.startsWith('state/temporal-'))).not.toEqual([]);
  });
});
