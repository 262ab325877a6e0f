// A process that adds to one series until it is killed, and says on stdout what is done: the number
// of each append that came back. Its arguments: the data root, and the first number.
//
// Append n brings the daily bar n, closing at 100 + n, a revision of bar n - 1 by 0.5, and a row
// that is set aside; every fifth is followed by a compaction.

import { addDays, type TradingDay } from '../../contracts/time.ts';
import { dayStart } from '../../domain/market/calendar/exchange-time.ts';
import { dailyBars, receipt, vendor } from './bar-store.fixture.ts';
import { openBarStore } from './bar-store.ts';
import { openDataRoot } from '../data-root.ts';

const [, , root, first] = process.argv;
const store = openBarStore(await openDataRoot(root));
for (let n = Number(first); ; n++) {
  const day = addDays('2000-01-01' as TradingDay, n);
  const row = { ts: dayStart(day), open: 1, high: 1, low: 1, close: 1, volume: -n };
  await store.append(
    vendor,
    {
      bars: dailyBars(addDays(day, -1), [100.5 + n - 1, 100 + n]),
      quarantined: [{ ...row, reason: 'volume is negative' }],
      answers: [],
    },
    receipt(n),
  );
  if (n % 5 === 0) await store.compact(vendor);
  process.stdout.write(`${n}\n`);
}
