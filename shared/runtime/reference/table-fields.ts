import { DataError } from '../../contracts/errors.ts';
import { isTradingDay, type TradingDay } from '../../contracts/time.ts';
import { isSymbol } from '../../domain/market/instruments/instruments.ts';

// Fields of tables of facts: each reader takes a column's name and its text, and throws a DataError
// that says what was expected and what was found. The reader of the table adds file and line.

/** Whether a text is an Indian ISIN with the right check digit (ISO 6166). */
export function isIsin(text: string): boolean {
  if (!/^IN[A-Z0-9]{9}\d$/.test(text)) return false;
  const digits = text.replaceAll(/[A-Z]/g, (letter) => String(Number.parseInt(letter, 36)));
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const value = Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 1 : 2);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

/** An ISIN. */
export function isinIn(text: string): string {
  if (!isIsin(text))
    throw new DataError(
      `isin: an Indian ISIN with the right check digit was expected, "${text}" found`,
    );
  return text;
}

/** A ticker. */
export function symbolIn(column: string, text: string): string {
  if (!isSymbol(text))
    throw new DataError(`${column}: a ticker like "RELIANCE" was expected, "${text}" found`);
  return text;
}

/** Any text but none. */
export function filled(column: string, text: string): string {
  if (text === '') throw new DataError(`${column} may not be empty`);
  return text;
}

/** A day. */
export function dayIn(column: string, text: string): TradingDay {
  if (isTradingDay(text)) return text;
  throw new DataError(`${column}: a day like "2024-01-31" was expected, "${text}" found`);
}

/** A month, `YYYY-MM`. */
export function monthIn(column: string, text: string): string {
  if (/^\d{4}-(?:0[1-9]|1[0-2])$/.test(text)) return text;
  throw new DataError(`${column}: a month like "2024-01" was expected, "${text}" found`);
}

/** A number above zero. */
export function numberIn(column: string, text: string): number {
  const value = Number(text);
  if (/^\d+(?:\.\d+)?$/.test(text) && value > 0) return value;
  throw new DataError(`${column}: a number above zero was expected, "${text}" found`);
}

/** A time of day, in minutes after midnight. */
export function minutesIn(column: string, text: string): number {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hour === undefined)
    throw new DataError(`${column}: a time like "09:15" was expected, "${text}" found`);
  return Number(hour) * 60 + Number(minute);
}

/** One of a closed set of words. */
export function wordIn<const Word extends string>(
  column: string,
  words: readonly Word[],
  text: string,
): Word {
  const found = words.find((word) => word === text);
  if (found === undefined)
    throw new DataError(`${column}: one of "${words.join('", "')}" was expected, "${text}" found`);
  return found;
}
