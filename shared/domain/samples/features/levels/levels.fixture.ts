import type { TradingDay } from '../../../../contracts/time.ts';
import { bars } from '../../../market/bars/bars.fixture.ts';
import type { Bars } from '../../../market/bars/bars.ts';

/** Bars that close at 100 with a range of 2, but for those named by their place. */
export function barsAt100(
  length: number,
  exceptions: Readonly<Record<number, { readonly high?: number; readonly low?: number }>> = {},
  days?: readonly TradingDay[],
): Bars {
  const places = Array.from({ length }, (_, i) => i);
  return bars({
    close: places.map(() => 100),
    high: places.map((i) => exceptions[i]?.high ?? 101),
    low: places.map((i) => exceptions[i]?.low ?? 99),
    ...(days === undefined ? {} : { days }),
  });
}
