import { randomInt } from 'node:crypto';
import { InputError, type SourceError } from '../../contracts/errors.ts';
import { addDays } from '../../contracts/time.ts';
import { dayOf, dayStart } from '../../domain/market/calendar/exchange-time.ts';
import { machineMsUntil, type Clock } from '../clock.ts';
import { handOver } from './session-token.ts';
import { sourceError } from './source.ts';

/** A reply of the broker's over HTTP. */
export interface Reply {
  readonly status: number;
  readonly text: string;
}

/** What a refusal means; `flaky` is over with the next call. */
export type BreezeFault =
  'minute-quota' | 'day-quota' | 'session' | 'app-key' | 'unknown-code' | 'flaky' | 'outage';

/** A reply that was understood: what it brought, or why it brought nothing. */
export type Judged =
  | { readonly success: unknown }
  | { readonly fault: BreezeFault; /** The broker's words. */ readonly said: string };

/**
 * What the broker's words mean, the first that fits.
 *
 * @see Breeze-Python-SDK issues #39, #114, #169, #171, #187, #210
 */
const meanings: readonly (readonly [RegExp, BreezeFault | 'nothing'])[] = [
  [/limit exceed.*per day/i, 'day-quota'],
  [/limit exceed/i, 'minute-quota'],
  [/public key does not exist/i, 'app-key'],
  // What `customerdetails` says of a token that is used up; the SDK reads "Session key is expired."
  [/resource not available|session key is expired|invalid session/i, 'session'],
  [/invalid user details/i, 'flaky'],
  [/no data found/i, 'nothing'],
  [/result not found/i, 'unknown-code'],
];

/** Understands a reply: JSON with `Success`, or else a refusal. */
export function judgedReply({ status, text }: Reply): Judged {
  // A wrong address says "Resource not available." too, which of a session means that it is over.
  if (status === 404) return { fault: 'outage', said: 'HTTP 404, nothing at this address' };
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    const kind = /^\s*</.test(text) ? 'a page of HTML' : 'no JSON';
    return { fault: 'outage', said: `HTTP ${status}, ${kind}` };
  }
  const { Success: success, Error: said }: { Success?: unknown; Error?: unknown } =
    body !== null && typeof body === 'object' ? body : {};
  if (typeof said === 'string' && said.trim() !== '') return judgedWords(status, said.trim());
  if (success !== undefined && success !== null && status < 400) return { success };
  return { fault: status === 401 ? 'session' : 'outage', said: `HTTP ${status}, no "Success"` };
}

function judgedWords(status: number, said: string): Judged {
  const meaning = meanings.find(([words]) => words.test(said))?.[1];
  if (meaning === 'nothing') return { success: [] };
  // Words nobody has met yet: a 401 is about who asks, and a person must act.
  return { fault: meaning ?? (status === 401 ? 'session' : 'outage'), said };
}

/**
 * The error of a refusal, which says who must act and when to ask again.
 *
 * @param clock - the broker's: its minutes and days count
 */
export function breezeError(
  source: string,
  fault: BreezeFault,
  said: string,
  clock: Clock,
): SourceError | InputError {
  const refused = `"${source}" refused: "${said.slice(0, 200)}"`;
  if (fault === 'app-key')
    return new InputError(`${refused}; it does not know the app key: correct BREEZE_APP_KEY`);
  if (fault === 'unknown-code')
    return new InputError(`${refused}; it does not know the code: correct the instrument's`);
  if (fault === 'session') return sourceError(source, fault, `${refused}; ${handOver(source)}`);
  if (fault === 'minute-quota' || fault === 'day-quota') {
    const until = fault === 'day-quota' ? nextDayBegun(clock()) : nextMinuteBegun(clock());
    const due = new Date(until).toISOString();
    const message = `${refused}; the next request is due at "${due}"`;
    return sourceError(source, fault, message, machineMsUntil(clock, until));
  }
  return sourceError(source, 'outage', `${refused}; it is asked again later`);
}

/** 00:05 at the exchange: the first one after `now`. */
function nextDayBegun(now: number): number {
  const today = dayStart(dayOf(now)) + 300_000;
  return now < today ? today : dayStart(addDays(dayOf(now), 1)) + 300_000;
}

/** A little into the next minute, so that not all who wait ask in the same instant. */
function nextMinuteBegun(now: number): number {
  return (Math.floor(now / 60_000) + 1) * 60_000 + randomInt(1_000);
}
