declare const epochMs: unique symbol;
declare const tradingDay: unique symbol;

/** Milliseconds since 1970-01-01T00:00Z. */
export type EpochMs = number & { readonly [epochMs]: true };

/** A calendar day of the exchange, `YYYY-MM-DD`; ordered as text. */
export type TradingDay = string & { readonly [tradingDay]: true };

/** Spacing of bars. */
export const intervals = ['1d', '5m', '1m'] as const;
export type Interval = (typeof intervals)[number];

const dayMs = 86_400_000;

/** Whether `text` is a day that exists: `2024-02-30` is not. */
export function isTradingDay(text: string): text is TradingDay {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

/** The day `days` calendar days after `day` (before, where negative). */
export function addDays(day: TradingDay, days: number): TradingDay {
  const ms = Date.parse(`${day}T00:00:00Z`) + days * dayMs;
  return new Date(ms).toISOString().slice(0, 10) as TradingDay;
}

/** Calendar days from `from` to `to`. */
export function daysBetween(from: TradingDay, to: TradingDay): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs;
}
