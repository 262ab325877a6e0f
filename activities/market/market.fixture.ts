import { onTestFinished } from 'vitest';
import {
  calendar,
  testExchange,
  type TestExchange,
} from '../../scripts/exchange/exchange.fixture.ts';
import type { ExchangeOptions } from '../../scripts/exchange/options.ts';
import type {
  BackfillPlanSummary,
  BackfillRequest,
  BackfillSpec,
  DaySpan,
  FetchOutcome,
  StoredWindow,
} from '../../shared/contracts/backfill.ts';
import type { EpochMs, Interval, TradingDay } from '../../shared/contracts/time.ts';
import type { Instruments } from '../../shared/domain/market/instruments/instrument-lookup.ts';
import type { SeriesPresence } from '../../shared/domain/market/coverage/presence.ts';
import { scaledClock, type Clock } from '../../shared/runtime/clock.ts';
import { checkout, readConfig, type Config } from '../../shared/runtime/stack/config.ts';
import type { DataRoot } from '../../shared/runtime/data-root.ts';
import { scratchRoot } from '../../shared/runtime/scratch.fixture.ts';
import { Secret } from '../../shared/runtime/stack/secret.ts';
import {
  openSource,
  sessionExchange,
  sourceNamed,
  type OpenSource,
} from '../../shared/runtime/sources/open-source.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { run, testWorld } from '../world.fixture.ts';

/** What a test says of its market; the rest is real: client, quota, session, exchange over HTTP. */
export interface MarketFixture {
  /** The exchange's wall clock. Default: Friday, 2024-01-12, 18:00. */
  readonly at?: string;
  /** Milliseconds at the exchange in one of this machine's. Default 1. */
  readonly scale?: number;
  readonly perMinute?: number;
  readonly perDay?: number;
  readonly root?: DataRoot;
  /** Default: the project's. */
  readonly instruments?: Instruments;
  readonly served?: Partial<ExchangeOptions>;
  /** Default: one that the exchange serves. */
  readonly adjust?: (source: OpenSource) => OpenSource;
}

/** A world whose source `simulated` is a running exchange that lists RELIANCE and INFY. */
export interface TestMarket {
  readonly world: ComputeWorld;
  readonly exchange: TestExchange;
  readonly clock: Clock;
  setTime(text: string): void;
  /** A person logs in and hands over the session. */
  renew(): Promise<void>;
}

/** Opens a market with a session in hand. */
export async function testMarket({
  at = '2024-01-12 18:00',
  scale = 1,
  perMinute = 1_000,
  perDay = 10_000,
  served = {},
  adjust = (source) => source,
  ...given
}: MarketFixture = {}): Promise<TestMarket> {
  const root = given.root ?? (await scratchRoot());
  let set = clockAt(at, scale);
  let opened: OpenSource | undefined;
  onTestFinished(() => opened?.close());
  const clock: Clock = Object.assign(() => scaledClock(set)(), { scale });
  const { url, account, ...exchange } = await testExchange({ clock, ...served });
  const file = await readConfig({ SENSEQUANT_CONFIG: `${checkout}/temporal-dev.yaml` });
  const config = (): Config => {
    const limits = { perMinute, perDay, requestsInFlight: 2 };
    const simulated = { protocol: 'breeze', url, appKey: account.appKey, clock: set } as const;
    return {
      ...file,
      secretKey: new Secret('a key of the operator’s own'),
      sources: { ...file.sources, simulated: { ...simulated, ...limits } },
    };
  };
  const real = await testWorld({
    root,
    source: (name) => (opened ??= adjust(openSource(config(), root, sourceNamed(name), calendar))),
  });
  const world = { ...real, instruments: given.instruments ?? real.instruments };
  const renew = async (): Promise<void> => {
    await sessionExchange(config(), root, 'simulated')(new Secret(exchange.apiSession()));
  };
  await renew();
  return {
    world,
    exchange: { url, account, ...exchange },
    clock,
    renew,
    setTime(text) {
      set = clockAt(text, scale);
      opened?.close();
      opened = undefined;
    },
  };
}

function clockAt(text: string, scale: number) {
  const exchange = Date.parse(`${text.replace(' ', 'T')}+05:30`) as EpochMs;
  return { real: Date.now() as EpochMs, exchange, scale };
}

/** A request for RELIANCE at one interval over the days from `from` to `to`, both included. */
export function asked(
  from: string,
  to: string,
  more: Partial<BackfillRequest> = {},
): BackfillRequest {
  return {
    source: 'simulated',
    symbols: ['RELIANCE'],
    intervals: ['5m'],
    from: from as TradingDay,
    to: to as TradingDay,
    ...more,
  };
}

/** Plans one interval of a backfill by its activity; the request's only one unless said otherwise. */
export async function planned(
  { world }: TestMarket,
  runId: string,
  request: BackfillRequest,
  interval: Interval = request.intervals[0],
): Promise<BackfillPlanSummary> {
  const input = { runId, request, interval, madeFor: `execution of ${runId}` };
  return await run(world, 'planBackfill', input);
}

/** The first page of a backfill's windows. */
export async function windowsOf(
  { world }: TestMarket,
  runId: string,
  interval: Interval = '5m',
): Promise<BackfillSpec[]> {
  const page = { runId, root: world.root.id, interval, page: 1 };
  return await run(world, 'readBackfillPage', page);
}

/** Asks for one span of a window by its activity. */
export async function fetched(
  { world }: TestMarket,
  runId: string,
  window: string,
  span: DaySpan,
): Promise<FetchOutcome> {
  return await run(world, 'fetchBars', { runId, root: world.root.id, window, span });
}

/** Brings in one interval as the workflow does, where nothing goes wrong; what each window came to. */
export async function brought(
  market: TestMarket,
  runId: string,
  request: BackfillRequest,
  interval: Interval = request.intervals[0],
): Promise<StoredWindow[]> {
  const { world } = market;
  const { root } = await planned(market, runId, request, interval);
  const stored: StoredWindow[] = [];
  for (const { window } of await windowsOf(market, runId, interval)) {
    const spans = await run(world, 'readRequests', { runId, root, window });
    for (let span = spans.shift(); span !== undefined; span = spans.shift()) {
      const answer = await fetched(market, runId, window, span);
      if (answer.outcome === 'cut-off') spans.unshift(...answer.halves);
      if (answer.outcome === 'waits') throw new Error(`waits for ${answer.for}`);
    }
    stored.push(await run(world, 'storeBars', { runId, root, window }));
  }
  return stored;
}

/** What is known of a series of the simulated exchange. */
export async function presence(
  { world }: TestMarket,
  interval: Interval = '5m',
  symbol = 'RELIANCE',
): Promise<SeriesPresence> {
  return await world.bars.presence({ symbol, interval, series: 'simulated-raw' });
}
