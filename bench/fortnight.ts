import type { TradingDay } from '../shared/contracts/time.ts';
import { openCommandLine } from '../scripts/testing/command-line.ts';
import { fortnight } from '../scripts/testing/fortnight.ts';

// A fortnight of 14 sessions with a holiday (2024-08-15), a missed night and a late bar, on a stack of
// its own with two lanes: what each night fetched, trained, scored and told, and how long it took.

const symbols = ['RELIANCE', 'TCS', 'INFY', 'SBIN', 'ITC', 'M&M'];
const user = await openCommandLine({ lanes: 2 });
try {
  const { found, requests } = await fortnight(user, {
    symbols,
    from: '2024-08-05' as TradingDay,
    to: '2024-08-23' as TradingDay,
    missed: ['2024-08-13' as TradingDay],
    late: { symbol: 'TCS', day: '2024-08-19' as TradingDay },
    notifications: { log: { kind: 'file', path: 'notifications.jsonl' } },
    onEvent: (what) => console.log(what),
  });
  console.log(`missed and made up for: ${found.join()}; requests of the exchange: ${requests}`);
} finally {
  await user[Symbol.asyncDispose]();
}
