import { InputError } from '../../contracts/errors.ts';
import { addDays, type EpochMs, type TradingDay } from '../../contracts/time.ts';
import type { Calendar } from '../../domain/market/calendar/calendar.ts';
import { dayOf, dayStart } from '../../domain/market/calendar/exchange-time.ts';
import type { Instrument } from '../../domain/market/instruments/instruments.ts';
import { scaledClock, systemClock, type Clock } from '../clock.ts';
import type { Config } from '../stack/config.ts';
import type { DataRoot } from '../data-root.ts';
import { Secret } from '../stack/secret.ts';
import { exchangeSession } from './breeze-session.ts';
import { breezeSource } from './breeze.ts';
import { openQuota, type QuotaLimits } from './quota.ts';
import { neededKey, sessionToken } from './session-token.ts';
import type { BarSource } from './source.ts';
import { yahooSource } from './yahoo.ts';

/** Sources that bars can be asked of by name. */
export const sourceNames = ['breeze', 'simulated', 'yahoo'] as const;
export type SourceName = (typeof sourceNames)[number];

/** Those of them that need a person's session. */
export const sessionSources = ['breeze', 'simulated'] as const;
export type SessionSource = (typeof sessionSources)[number];

const callTimeoutMs = 60_000;

/** A source that was opened for this process; what it may be asked is counted with all others. */
export interface OpenSource extends BarSource {
  /** The exchange's clock as this source has it. */
  readonly clock: Clock;
  /** What the source calls an instrument; undefined where its code is not known. */
  codeOf(instrument: Pick<Instrument, 'symbol' | 'isecCode'>): string | undefined;
  close(): void;
}

/**
 * Opens a source by its name. The simulated exchange is asked by the broker's own client under
 * another name, so that its bars are never taken for real ones.
 *
 * @throws InputError if the source is not configured, or a key that it needs is not set
 */
export function openSource(
  config: Config,
  root: DataRoot,
  name: SourceName,
  calendar: Calendar,
): OpenSource {
  const clock = sourceClock(config, name);
  const limits = limitsOf(config, name);
  const broker = name === 'yahoo' ? undefined : brokerOf(config, name);
  // Without it a run would wait for a session that it cannot read.
  if (broker !== undefined) neededKey(config.secretKey);
  const quota = openQuota(root, name, limits, clock);
  const options = { source: name, clock, quota, timeoutMs: callTimeoutMs } as const;
  const finalAt = (day: TradingDay): EpochMs => finalMoment(calendar, day);
  const source =
    broker === undefined
      ? yahooSource({ ...options, url: config.sources.yahoo.url, finalAt })
      : breezeSource({
          ...options,
          ...broker,
          token: sessionToken(root, name, config.secretKey).read,
          finalAt,
        });
  return {
    ...source,
    clock,
    codeOf: (instrument) => codeAt(name, instrument),
    close: () => quota.close(),
  };
}

/**
 * Prepares to exchange a person's API session for the day's token of a source and to keep it, encrypted.
 *
 * @returns the exchange: it gives the file that the token is kept in, stores nothing where the source
 *   refuses the session (InputError), and may be repeated where it cannot be reached (SourceError)
 * @throws InputError if a key is missing: before the session, which may be good for one exchange only
 */
export function sessionExchange(
  config: Config,
  root: DataRoot,
  name: SessionSource,
): (apiSession: Secret) => Promise<string> {
  const clock = sourceClock(config, name);
  const kept = sessionToken(root, name, neededKey(config.secretKey));
  const { apiUrl, appKey } = brokerOf(config, name);
  const options = { source: name, clock, timeoutMs: callTimeoutMs, apiUrl, appKey };
  return async (apiSession) => {
    await kept.write(await exchangeSession(options, apiSession), clock());
    return kept.file;
  };
}

/** The clock that a source's days and minutes go by. */
export function sourceClock({ sources }: Config, name: SourceName): Clock {
  const scale = name === 'simulated' ? sources.simulated?.clock : undefined;
  return scale === undefined ? systemClock : scaledClock(scale);
}

function limitsOf({ sources }: Config, name: SourceName): QuotaLimits {
  return sources[name] ?? notConfigured();
}

interface Broker {
  readonly historyUrl: string;
  readonly apiUrl: string;
  readonly appKey: Secret;
}

function brokerOf({ sources, breezeAppKey }: Config, name: SessionSource): Broker {
  if (name === 'simulated') {
    const { url, appKey } = sources.simulated ?? notConfigured();
    return { historyUrl: url, apiUrl: url, appKey: new Secret(appKey) };
  }
  if (breezeAppKey === undefined)
    throw new InputError(
      'BREEZE_APP_KEY is not set; set it to the key of your app at ICICI Direct ' +
        '(api.icicidirect.com), where "up" is started too: its processes ask the source',
    );
  const { historyUrl, apiUrl } = sources.breeze;
  return { historyUrl, apiUrl, appKey: breezeAppKey };
}

function notConfigured(): never {
  throw new InputError(
    "no simulated exchange is configured; name its address in the stack's file: " +
      'sources: { simulated: { protocol: breeze, url: … } }',
  );
}

/** When the bars of a day are final; its end where the calendar knows no session of it. */
function finalMoment(calendar: Calendar, day: TradingDay): EpochMs {
  const session = calendar.covers(day) ? calendar.session(day) : undefined;
  return session?.finalAt ?? dayStart(addDays(day, 1));
}

/** What day it is at the exchange, as a source's clock has it. */
export function sourceDay(config: Config, name: SourceName): TradingDay {
  return dayOf(sourceClock(config, name)());
}

/** What a source calls an instrument; undefined where its code is not known. */
export function codeAt(
  name: SourceName,
  { symbol, isecCode }: Pick<Instrument, 'symbol' | 'isecCode'>,
): string | undefined {
  return name === 'yahoo' ? `${symbol}.NS` : isecCode;
}

/**
 * A source by its name.
 *
 * @throws InputError if there is none of this name
 */
export function sourceNamed(name: string): SourceName {
  const known = sourceNames.find((one) => one === name);
  if (known !== undefined) return known;
  throw new InputError(`there is no source "${name}"; known are "${sourceNames.join('", "')}"`);
}
