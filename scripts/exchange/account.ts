import { createHash } from 'node:crypto';
import { isTradingDay, type EpochMs, type TradingDay } from '../../shared/contracts/time.ts';
import { dayOf } from '../../shared/domain/market/calendar/exchange-time.ts';

/** Who may call. */
export interface Account {
  readonly user: string;
  readonly appKey: string;
  readonly secret: string;
}

/** What a token is worth. */
export type Standing = 'good' | 'expired' | 'unknown';

/** Tokens of an account. They name their day and follow from the seed, so that a restart changes none. */
export interface Tokens {
  /** What a person gets who logs in in a browser at `now`: good until midnight at the exchange. */
  apiSession(now: EpochMs): string;
  /** What an API session is exchanged for at `now`, base64 of `user:key`. */
  sessionToken(now: EpochMs): string;
  standingOfApiSession(token: string, now: EpochMs): Standing;
  standingOfSessionToken(token: string, now: EpochMs): Standing;
}

/** Makes the tokens of a seed. */
export function tokensOf(seed: number, { user, secret }: Account): Tokens {
  const sign = (kind: string, day: TradingDay): string =>
    `${day.replaceAll('-', '')}${digest(`${seed} ${kind} ${secret} ${day}`).slice(0, 8)}`;
  const apiSession = (day: TradingDay): string => sign('login', day);
  const sessionToken = (day: TradingDay): string =>
    Buffer.from(`${user}:${sign('session', day)}`).toString('base64');
  const standing = (
    token: string,
    signed: string,
    make: (day: TradingDay) => string,
    now: EpochMs,
  ): Standing => {
    const day = signed.replace(/^(\d{4})(\d{2})(\d{2}).*$/, '$1-$2-$3');
    if (!isTradingDay(day) || token !== make(day)) return 'unknown';
    return day === dayOf(now) ? 'good' : 'expired';
  };
  return {
    apiSession: (now) => apiSession(dayOf(now)),
    sessionToken: (now) => sessionToken(dayOf(now)),
    standingOfApiSession: (token, now) => standing(token, token, apiSession, now),
    standingOfSessionToken: (token, now) => {
      const [, signed = ''] = Buffer.from(token, 'base64').toString().split(':');
      return standing(token, signed, sessionToken, now);
    },
  };
}

/** SHA-256 in hexadecimal. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
