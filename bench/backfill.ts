// A backfill of 96 symbols' daily and 5-minute bars of 2022-01-01 to 2025-10-24 from the simulated
// exchange, its cap, quotas, midnights and faults scaled to minutes, processes killed meanwhile:
// `npm run bench:backfill`. Prints requests against the least that could do, and what was asked twice.

import type { EpochMs, TradingDay } from '../shared/contracts/time.ts';
import { readReference } from '../shared/runtime/reference/reference.ts';
import { backfillChaos } from '../scripts/testing/backfill-chaos.ts';
import { openCommandLine } from '../scripts/testing/command-line.ts';

const [from, to] = ['2022-01-01', '2025-10-24'] as TradingDay[];
const { calendar, instruments } = await readReference();
const symbols = instruments.members('nifty100', to).symbols.slice(0, 96);
const began = performance.now();
const since = (): string => `${((performance.now() - began) / 1000).toFixed(0)} s`.padStart(6);

await using user = await openCommandLine({ lanes: 1 });
const report = await backfillChaos(user, {
  seed: 20_251_024,
  symbols,
  intervals: ['1d', '5m'],
  from,
  to,
  startsAt: Date.parse('2025-10-25T20:00:00+05:30') as EpochMs,
  // A day passes in 4 minutes, a minute in a sixth of a second.
  scale: 360,
  quotas: { minute: 100, day: 5_000 },
  limits: { perMinute: 80, perDay: 4_500, requestsInFlight: 4 },
  faults: {
    rates: {
      'flaky-auth': 0.01,
      'service-error': 0.01,
      'bad-gateway': 0.005,
      'invalid-json': 0.005,
      'missing-open': 0.0005,
      'negative-volume': 0.0005,
      'missing-day': 0.0005,
    },
  },
  kills: 9,
  onEvent: (what) => console.error(`${since()}  ${what}`),
});

const { backfill, again, calls, coverage, kills } = report;
const answered = Object.values(calls.requests);
const repeated = answered.filter((times) => times > 1).length;
const gaps = coverage.symbols.flatMap((one) => one.gaps);
const missing = (reason: string): number =>
  gaps.filter((gap) => gap.reason === reason).reduce((sum, { bars }) => sum + bars, 0);
console.log(
  [
    `${symbols.length} symbols, ${calendar.sessions(from, '2025-10-25' as TradingDay).length} sessions, 1d and 5m: ${backfill.state} in ` +
      `${report.seconds.toFixed(0)} s, ${report.exchangeDays.toFixed(1)} days at the exchange`,
    `bars      ${coverage.total.presentBars} of ${coverage.total.expectedBars} expected; missing ` +
      `${missing('vendor-gap')} vendor-gap, ${missing('quarantined')} quarantined, ` +
      `${missing('wrong-code')} wrong-code, ${missing('not-fetched')} not-fetched`,
    `requests  ${backfill.counts.requests} answered; the least that could do is ` +
      `${backfill.counts.leastRequests}; calls ${calls.total}: ${JSON.stringify(calls.outcomes)}`,
    `twice     ${repeated} requests were answered more than once, after ${kills.length} kills ` +
      `(${kills.map(({ role }) => role).join(', ')}); ${calls.capped} answers cut off`,
    `waited    ${report.sessions} sessions handed over, ${report.quotaWaits} waits for a day's quota`,
    `again     ${again.counts.requests} requests, for gaps that were asked for on an earlier day`,
    `secrets   ${report.leaks.length} places hold one, of ${report.named.length} that name the run`,
  ].join('\n'),
);
