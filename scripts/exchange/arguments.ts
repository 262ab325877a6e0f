import { InputError } from '../../shared/contracts/errors.ts';
import { intervals, isTradingDay, type EpochMs } from '../../shared/contracts/time.ts';
import { stampReader } from '../../shared/runtime/exchange-time.ts';
import { callFaults, dayFaults, type FaultAt, type Faults } from './faults.ts';
import type { ExchangeInstrument } from './options.ts';

/**
 * Reads faults off the command line: `flaky-auth=0.05` is a share by seed,
 * `missing-open=RELIANCE:2024-01-05` one place by switch, `…:1d` at one interval only.
 *
 * @throws InputError if one is neither, or the shares of calls add up to more than 1
 */
export function faultsFrom(texts: readonly string[]): Pick<Faults, 'rates' | 'at'> {
  const rates: Record<string, number> = {};
  const at: FaultAt[] = [];
  for (const text of texts) {
    const [name, value = ''] = text.split('=', 2);
    const rate = value === '' ? NaN : Number(value);
    const known = [...callFaults, ...dayFaults].find((fault) => fault === name);
    if (known !== undefined && rate >= 0 && rate <= 1) rates[known] = rate;
    else at.push(faultAt(text));
  }
  const share = callFaults.reduce((sum, fault) => sum + (rates[fault] ?? 0), 0);
  if (share > 1) throw new InputError(`faults befall "${share}" of all calls; 1 is all of them`);
  return { rates, at };
}

function faultAt(text: string): FaultAt {
  const [name, symbol = '', day = '', interval] = text.split(/[=:]/);
  const fault = dayFaults.find((known) => known === name);
  const at = intervals.find((known) => known === interval);
  if (fault === undefined || symbol === '' || !isTradingDay(day) || at !== interval)
    throw new InputError(
      `"${text}" is no fault; expected a share like "flaky-auth=0.05" of ` +
        `${callFaults.join(', ')} or ${dayFaults.join(', ')}, or a place of one of the last ` +
        `${dayFaults.length} like "missing-open=RELIANCE:2024-01-05" or "…:2024-01-05:1d"`,
    );
  return { fault, symbol, day, ...(at === undefined ? {} : { interval: at }) };
}

/**
 * Lets listed symbols split: `RELIANCE:2024-10-28:2` makes two shares of one.
 *
 * @throws InputError if a text is no split, or its symbol is not listed
 */
export function withSplits(
  instruments: readonly ExchangeInstrument[],
  texts: readonly string[],
): ExchangeInstrument[] {
  const splits = texts.map((text) => {
    const [symbol, exDate = '', into = ''] = text.split(':');
    if (!instruments.some((one) => one.symbol === symbol))
      throw new InputError(`"${symbol}" of split "${text}" is not listed; add it to --symbols`);
    if (!isTradingDay(exDate) || !(Number(into) > 0))
      throw new InputError(`"${text}" is no split; expected one like "RELIANCE:2024-10-28:2"`);
    return { symbol, exDate, into: Number(into) };
  });
  return instruments.map((one) => {
    const own = splits.filter(({ symbol }) => symbol === one.symbol);
    return own.length === 0 ? one : { ...one, splits: own };
  });
}

/**
 * Reads when the exchange's clock starts: a day, or a time of the exchange like `2024-01-05T09:00`.
 *
 * @throws InputError if it is neither
 */
export function startFrom(text: string): EpochMs {
  const ts = stampReader()(text);
  if (ts !== undefined) return ts;
  throw new InputError(`"${text}" is no time; expected one like "2024-01-05T09:00"`);
}

/**
 * Reads a number above 0.
 *
 * @throws InputError if it is none
 */
export function positive(option: string, text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InputError(`${option} "${text}" is no number above 0`);
}
