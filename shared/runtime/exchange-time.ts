// The package's own entry brings all of date-fns with it, and a second and a half.
import { fromZonedTime } from 'date-fns-tz/fromZonedTime';
import { isTradingDay, type EpochMs } from '../contracts/time.ts';

/** Where a stamp without an offset was written. */
export const exchangeZone = 'Asia/Kolkata';

const stampPattern =
  /^(\d{4}-\d{2}-\d{2})(?:[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{3})\d*)?)?(Z|[+-](?:0\d|1[0-4]):?[0-5]\d)?)?$/;

/**
 * Makes a reader of time stamps: ISO 8601 with an offset, or without one, which means the
 * exchange's wall clock; a day alone is its midnight there.
 *
 * @returns a function that gives undefined for text that is no such stamp, or a day that is none
 */
export function stampReader(): (text: string) => EpochMs | undefined {
  // Days are looked up once: a file of minutes names each of them 375 times, the zone's rules take
  // date-fns-tz 12 µs, and no day at the exchange has other than 24 hours.
  let day = '';
  let exists = false;
  let midnight: number | undefined;
  return (text) => {
    const parts = stampPattern.exec(text);
    if (parts === null) return undefined;
    const [, date, hours = '00', minutes = '00', seconds = '00', fraction = '000', offset] = parts;
    if (date !== day) {
      day = date;
      exists = isTradingDay(date);
      midnight = undefined;
    }
    if (!exists) return undefined;
    const clock = `${hours}:${minutes}:${seconds}.${fraction}`;
    if (offset !== undefined) return Date.parse(`${date}T${clock}${offset}`) as EpochMs;
    midnight ??= fromZonedTime(`${date}T00:00:00`, exchangeZone).getTime();
    return (midnight + Date.parse(`1970-01-01T${clock}Z`)) as EpochMs;
  };
}
