import { Command, Option } from 'commander';
import { InputError } from '../../shared/contracts/errors.ts';
import type { EpochMs } from '../../shared/contracts/time.ts';
import {
  machineMsUntil,
  scaledClock,
  systemClock,
  type Clock,
} from '../../shared/runtime/clock.ts';
import { readReference } from '../../shared/runtime/reference/reference.ts';
import { faultsFrom, positive, startFrom, withSplits } from '../exchange/arguments.ts';
import { startExchange, type RunningExchange } from '../exchange/exchange.ts';
import { listed } from '../exchange/listed.ts';
import { defaultExchangeOptions } from '../exchange/options.ts';
import { answer, say } from '../output.ts';
import { symbolsFrom } from './request-options.ts';

interface ExchangeCommandOptions {
  readonly port: string;
  readonly seed: string;
  readonly symbols: string;
  readonly fault: readonly string[];
  readonly split: readonly string[];
  readonly scale: string;
  readonly from?: string;
  readonly minuteQuota: string;
  readonly dayQuota: string;
  readonly cap: string;
  readonly json?: boolean;
}

const { quotas, cap, seed } = defaultExchangeOptions;
const collected = (value: string, before: readonly string[]): readonly string[] => [
  ...before,
  value,
];

/** `exchange`: serves a simulated exchange in Breeze's protocol until Ctrl-C. */
export function exchangeCommand(): Command {
  return new Command('exchange')
    .description("serve a simulated exchange in Breeze's protocol on loopback, until Ctrl-C")
    .option('--port <n>', 'where to listen (default: any that is free)', '0')
    .option('--seed <n>', 'bars, tokens and faults follow from it', String(seed))
    .option('--symbols <list>', '"all", tickers with commas, or @file with one a line', 'all')
    .addOption(
      new Option('--fault <fault>', 'what goes wrong, again and again as below')
        .argParser(collected)
        .default([], 'none'),
    )
    .addOption(
      new Option('--split <split>', 'a split like RELIANCE:2024-10-28:2, again and again')
        .argParser(collected)
        .default([], 'none'),
    )
    .option('--scale <n>', 'seconds of the exchange that pass in one of this machine', '1')
    .option('--from <time>', "what the exchange's clock shows at the start (default: now)")
    .option('--minute-quota <n>', 'calls in a minute', String(quotas.minute))
    .option('--day-quota <n>', 'calls in a day', String(quotas.day))
    .option('--cap <n>', 'candles in an answer, the latest of them', String(cap))
    .addHelpText('after', help)
    .action(async (options: ExchangeCommandOptions) => {
      const scale = {
        real: systemClock(),
        exchange: options.from === undefined ? systemClock() : startFrom(options.from),
        scale: positive('--scale', options.scale),
      };
      const clock = scaledClock(scale);
      const exchange = await served(options, clock);
      const described = {
        schema: 1,
        url: exchange.url,
        appKey: exchange.account.appKey,
        apiSession: exchange.apiSession(),
        clock: { real: iso(scale.real), exchange: iso(scale.exchange), scale: scale.scale },
      };
      answer(options.json, described, () => exchangeText(described));
      const stopTelling = tellSessions(exchange, clock);
      await new Promise((resolve) => {
        process.once('SIGINT', resolve);
        process.once('SIGTERM', resolve);
      });
      stopTelling();
      await exchange.stop();
      say(callsText(exchange));
    });
}

async function served(options: ExchangeCommandOptions, clock: Clock): Promise<RunningExchange> {
  const port = Number(options.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InputError(`--port "${options.port}" is no port; expected 0 to 65535`);
  const { calendar, instruments } = await readReference();
  const symbols = listed(instruments, await symbolsFrom(options.symbols));
  return await startExchange({
    calendar,
    instruments: withSplits(symbols, options.split),
    seed: positive('--seed', options.seed),
    clock,
    faults: faultsFrom(options.fault),
    quotas: {
      minute: positive('--minute-quota', options.minuteQuota),
      day: positive('--day-quota', options.dayQuota),
    },
    cap: positive('--cap', options.cap),
    port,
  });
}

/** Says each new day's API session, as an operator would look it up. */
function tellSessions(exchange: RunningExchange, clock: Clock): () => void {
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    const midnight = nextMidnight(clock());
    // A timer holds 24.8 days at most; a day of the exchange is shorter than that.
    timer = setTimeout(
      () => {
        say(`${iso(clock())} API session ${exchange.apiSession()}`);
        wait();
      },
      machineMsUntil(clock, midnight),
    );
  };
  wait();
  return () => clearTimeout(timer);
}

const [dayMs, offsetMs] = [86_400_000, 19_800_000];

/** The next midnight at the exchange. */
function nextMidnight(now: number): number {
  return (Math.floor((now + offsetMs) / dayMs) + 1) * dayMs - offsetMs;
}

/** A time by the exchange's wall clock, with its offset. */
function iso(ms: EpochMs): string {
  return new Date(ms + offsetMs).toISOString().replace('Z', '+05:30');
}

function exchangeText(of: {
  readonly url: string;
  readonly appKey: string;
  readonly apiSession: string;
  readonly clock: { readonly real: string; readonly exchange: string; readonly scale: number };
}): string {
  const { real, exchange, scale } = of.clock;
  return [
    `exchange     ${of.url}`,
    `API session  ${of.apiSession} (good until midnight at the exchange; a new one is said then)`,
    `app key      ${of.appKey}`,
    `clock        ${exchange}, ${scale} seconds in one of this machine`,
    'in temporal-dev.yaml, under "sources":',
    `  simulated: { protocol: breeze, url: "${of.url}", clock: { real: "${real}", exchange: "${exchange}", scale: ${scale} } }`,
    'stop it      Ctrl-C',
  ].join('\n');
}

function callsText(exchange: RunningExchange): string {
  const { total, outcomes, candles, repeatedRequests } = exchange.calls();
  const kinds = Object.entries(outcomes).map(([outcome, times]) => `${times} ${outcome}`);
  const of = kinds.length === 0 ? '' : `: ${kinds.join(', ')}`;
  return `${total} calls${of}; ${candles} candles, ${repeatedRequests.length} requests answered twice`;
}

const help = `
Serves the session exchange (/breezeapi/api/v1/customerdetails), v2 history
(/api/v2/historicalcharts) and quotes (/breezeapi/api/v1/quotes). Beside Breeze's own:
/simulator/login tells the API session of now, /simulator/calls what was asked so far.

Faults, by seed as a share in [0, 1]: --fault flaky-auth=0.05
  of calls              flaky-auth, service-error, bad-gateway, unavailable, invalid-json,
                        time-out, empty; the same call made again is another throw
  of a symbol's days    missing-open, negative-volume, missing-day, late-day, at 5m and 1m;
                        a late day comes when it is asked for on another day of the exchange
by switch, one place: --fault missing-day=RELIANCE:2024-01-05, or …:2024-01-05:1d at one interval
While the market is open the last bar is unfinished. Quotas and sessions go by the exchange's clock.`;
