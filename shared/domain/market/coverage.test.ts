import { describe, expect, test } from 'vitest';
import type { TradingDay } from '../../contracts/time.ts';
import { bars } from './bars.fixture.ts';
import { calendar } from './calendar.fixture.ts';
import { coverage } from './coverage.ts';

const day = (text: string): TradingDay => text as TradingDay;
const at = (clock: string): number => Date.parse(`2025-08-04T${clock}:00+05:30`);

const exchange = calendar({
  '2024-01-01': 'regular',
  '2024-01-02': 'regular',
  '2024-01-03': 'regular',
  '2024-11-01': 'muhurat',
  '2025-08-04': 'regular-with-cas',
});

describe('coverage', () => {
  test('counts daily bars of the span and no others', () => {
    const some = bars({
      close: [1, 2, 3],
      days: [day('2024-01-01'), day('2024-01-03'), day('2024-11-01')],
    });

    expect(coverage(some, exchange, day('2024-01-01'), day('2024-11-01'))).toEqual({
      expectedBars: 3,
      presentBars: 2,
      coverage: 2 / 3,
    });
  });

  test('counts bars of continuous trading only', () => {
    const ts = [at('09:15'), at('15:10'), at('15:15'), at('15:25')];
    const some = bars({ close: [1, 2, 3, 4], ts, interval: '5m' });

    expect(coverage(some, exchange, day('2025-08-04'), day('2025-08-05'))).toEqual({
      expectedBars: 72,
      presentBars: 2,
      coverage: 2 / 72,
    });
  });

  test('is 1 where nothing is expected', () => {
    const none = bars({ close: [] });

    expect(coverage(none, exchange, day('2024-05-01'), day('2024-06-01'))).toEqual({
      expectedBars: 0,
      presentBars: 0,
      coverage: 1,
    });
  });
});
