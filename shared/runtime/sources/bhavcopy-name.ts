import { isTradingDay, type TradingDay } from '../../contracts/time.ts';

/** What the exchange calls its daily archives, the layout since July 2024 and the older one. */
export const bhavcopyNames =
  '"BhavCopy_NSE_CM_0_0_0_20240708_F_0000.csv" or "cm05JUL2024bhav.csv", with or without ".zip"';

const names = [
  /^BhavCopy_NSE_CM_0_0_0_(\d{8})_F_0000\.csv(?:\.zip)?$/i,
  /^cm(\d{2}[A-Z]{3}\d{4})bhav\.csv(?:\.zip)?$/i,
];

/** The day of a daily archive by its file name; undefined for a file of another name. */
export function bhavcopyDay(name: string): TradingDay | undefined {
  for (const pattern of names) {
    const [, text] = pattern.exec(name) ?? [];
    if (text !== undefined) return exchangeDay(text);
  }
  return undefined;
}

/** Names of months as the exchange writes them. */
const months = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');

/**
 * Reads a day as the exchange writes it: `2024-07-08`, `20240708`, `08-JUL-2024` or `08JUL2024`.
 *
 * @returns undefined for text that is no day
 */
export function exchangeDay(text: string): TradingDay | undefined {
  const [, d, name, y] = /^(\d{2})-?([A-Z]{3})-?(\d{4})$/.exec(text.toUpperCase()) ?? [];
  const [, year = y, month = monthNumber(name), day = d] =
    /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(text) ?? [];
  const iso = `${year}-${month}-${day}`;
  return isTradingDay(iso) ? iso : undefined;
}

function monthNumber(name: string | undefined): string {
  return String(months.indexOf(name ?? '') + 1).padStart(2, '0');
}

/** What may stand in a pattern of addresses. */
const placeholders: Readonly<Record<string, (day: TradingDay) => string>> = {
  '{yyyy}': (day) => day.slice(0, 4),
  '{MM}': (day) => day.slice(5, 7),
  '{MMM}': (day) => months[Number(day.slice(5, 7)) - 1],
  '{dd}': (day) => day.slice(8, 10),
};

/** The address of a day's archive, by a pattern with `{yyyy}`, `{MM}` or `{MMM}`, and `{dd}`. */
export function bhavcopyAddress(pattern: string, day: TradingDay): string {
  return pattern.replaceAll(/\{\w+\}/g, (name) => placeholders[name]?.(day) ?? name);
}
