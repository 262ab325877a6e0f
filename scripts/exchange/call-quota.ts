import type { EpochMs } from '../../shared/contracts/time.ts';
import { dayOf } from '../../shared/domain/market/calendar/exchange-time.ts';

/** Calls that an account may make. */
export interface Quotas {
  /** In a minute of the exchange's clock. */
  readonly minute: number;
  /** In a day of the exchange. */
  readonly day: number;
}

/** Counts calls; one that is refused does not count. */
export interface CallQuota {
  /** Counts a call, or says which limit forbids it. */
  take(now: EpochMs): 'granted' | 'minute' | 'day';
}

/** Starts counting. */
export function callQuota(quotas: Quotas): CallQuota {
  const counted = { minute: 0, day: 0 };
  let [minute, day] = [NaN, ''];
  return {
    take(now) {
      const [thisMinute, today] = [Math.floor(now / 60_000), dayOf(now)];
      if (today !== day) counted.day = 0;
      if (thisMinute !== minute) counted.minute = 0;
      [minute, day] = [thisMinute, today];
      if (counted.day >= quotas.day) return 'day';
      if (counted.minute >= quotas.minute) return 'minute';
      counted.day++;
      counted.minute++;
      return 'granted';
    },
  };
}
