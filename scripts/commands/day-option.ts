import { InputError } from '../../shared/contracts/errors.ts';
import { addDays, isTradingDay, type TradingDay } from '../../shared/contracts/time.ts';

/** Days as a person names them: both ends counted. */
export interface DayOptions {
  readonly from?: string;
  readonly to?: string;
}

/**
 * Reads `--from` and `--to` into a half-open span; an end that is not named stays away.
 *
 * @throws InputError if one is no day, or the first comes after the last
 */
export function spanFrom({ from, to }: DayOptions): {
  readonly from?: TradingDay;
  readonly to?: TradingDay;
} {
  const first = from === undefined ? undefined : dayFrom('--from', from);
  const last = to === undefined ? undefined : dayFrom('--to', to);
  if (first !== undefined && last !== undefined && first > last)
    throw new InputError(`--from "${first}" comes after --to "${last}"`);
  return {
    ...(first === undefined ? {} : { from: first }),
    ...(last === undefined ? {} : { to: addDays(last, 1) }),
  };
}

/**
 * Reads a day as a person types it.
 *
 * @param option - what it was typed for, e.g. `--as-of`
 * @throws InputError if it is none
 */
export function dayFrom(option: string, text: string): TradingDay {
  if (isTradingDay(text)) return text;
  throw new InputError(`${option} should be a day like "2024-01-31", not "${text}"`);
}
