import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { CoverageReport } from '../../activities/market/cover-bars.ts';
import type { BackfillProgress, BackfillReport } from '../../shared/contracts/backfill.ts';
import { backfillWorkflowId } from '../../shared/contracts/ids.ts';
import type { EpochMs, Interval, TradingDay } from '../../shared/contracts/time.ts';
import { scaledClock, systemClock } from '../../shared/runtime/clock.ts';
import { openDataRoot } from '../../shared/runtime/data-root.ts';
import { readReference } from '../../shared/runtime/reference/reference.ts';
import { tokensOf } from '../exchange/account.ts';
import type { Quotas } from '../exchange/call-quota.ts';
import { startExchange, type RunningExchange } from '../exchange/exchange.ts';
import type { Faults } from '../exchange/faults.ts';
import type { Calls } from '../exchange/ledger.ts';
import { listed } from '../exchange/listed.ts';
import type { AskedExchange } from '../stack-text.ts';
import type { CommandLine } from './command-line.ts';
import { killed, type Kill } from './killed.ts';
import { filesWith, historiesWith } from './search-for.ts';

/** What is backfilled, and what befalls it meanwhile. */
export interface ChaosOptions {
  /** Bars and faults of the exchange, and the moments of the kills. */
  readonly seed: number;
  readonly symbols: readonly string[];
  readonly intervals: readonly Interval[];
  readonly from: TradingDay;
  /** The last day. */
  readonly to: TradingDay;
  /** What the exchange's clock shows at the start. */
  readonly startsAt: EpochMs;
  /** Seconds of the exchange that pass in one of this machine: its days and minutes shrink with it. */
  readonly scale: number;
  /** What the exchange grants. */
  readonly quotas: Quotas;
  /** What the stack takes of it, as its file says. */
  readonly limits: Pick<AskedExchange, 'perMinute' | 'perDay' | 'requestsInFlight'>;
  readonly faults: Partial<Faults>;
  /** Processes that are killed, by `kill -9`: the work process, the orchestrator, the server in turn. */
  readonly kills: number;
  /** What happens, as it does. */
  readonly onEvent: (what: string) => void;
}

/** How it ended. */
export interface ChaosReport {
  readonly backfill: BackfillReport;
  /** The same, typed once more after it. */
  readonly again: BackfillReport;
  /** What the exchange was asked, over all. */
  readonly calls: Calls;
  readonly coverage: CoverageReport;
  readonly kills: readonly Kill[];
  /** Sessions that a person handed over. */
  readonly sessions: number;
  /** Times that the run was seen to wait for another day's quota. */
  readonly quotaWaits: number;
  /** Seconds of this machine. */
  readonly seconds: number;
  /** Days that passed at the exchange. */
  readonly exchangeDays: number;
  /** Histories and files that hold a token or an API session. */
  readonly leaks: readonly string[];
  /** Histories and files that hold the run's name: the same search, which finds what is there. */
  readonly named: readonly string[];
}

/** Names of the run, and of the one typed after it. */
const [runId, againId] = ['chaos', 'again'];

/**
 * Backfills from a simulated exchange that limits, forgets and fails, kills processes of the stack at
 * random moments, and plays the person who hands over a session whenever one is waited for.
 *
 * @param user - whose stack is not up yet; the stack stays up
 */
export async function backfillChaos(
  user: CommandLine,
  options: ChaosOptions,
): Promise<ChaosReport> {
  const { symbols, startsAt, scale, quotas } = options;
  const scaled = { real: systemClock(), exchange: startsAt, scale };
  const clock = scaledClock(scaled);
  const { calendar, instruments } = await readReference();
  const exchange = await startExchange({
    calendar,
    instruments: listed(instruments, symbols),
    seed: options.seed,
    clock,
    faults: options.faults,
    quotas,
  });
  try {
    await user.configure({ simulated: { url: exchange.url, clock: scaled, ...options.limits } });
    const client = await user.up();
    const root = await openDataRoot(user.dataRoot);
    const began = performance.now();
    const ended = new AbortController();
    const person = handsOver({ user, client, exchange, options, clock }, ended.signal);
    const finished = new AbortController();
    const expected = await expectedRequests(options);
    const killer = killed(root, exchange, { ...options, expected, ended: finished.signal });
    const typed = async (): Promise<Pick<ChaosReport, 'backfill' | 'again' | 'seconds'>> => {
      const backfill = await typedBackfill(user, runId, options).finally(() => finished.abort());
      const seconds = (performance.now() - began) / 1000;
      return { backfill, seconds, again: await typedBackfill(user, againId, options) };
    };
    const { backfill, again, seconds } = await typed().finally(() => ended.abort());
    const { sessions, quotaWaits, secrets } = await person;
    const places = async (words: readonly string[]): Promise<string[]> => [
      ...(await historiesWith(client, runId, words)),
      ...(await filesWith(user.dataRoot, words)),
    ];
    return {
      backfill,
      again,
      calls: exchange.calls(),
      coverage: await user.json<CoverageReport>('coverage', ...spanOf(options)),
      kills: await killer,
      sessions,
      quotaWaits,
      seconds,
      exchangeDays: (seconds * scale) / 86_400,
      leaks: await places([...secrets]),
      named: await places([runId]),
    };
  } finally {
    await exchange.stop();
  }
}

const spanOf = ({ from, to }: ChaosOptions): string[] => ['--from', from, '--to', to];

async function typedBackfill(
  user: CommandLine,
  name: string,
  options: ChaosOptions,
): Promise<BackfillReport> {
  return await user.json<BackfillReport>(
    'backfill',
    '--source=simulated',
    `--name=${name}`,
    `--symbols=${options.symbols.join(',')}`,
    `--interval=${options.intervals.join(',')}`,
    '--wait',
    ...spanOf(options),
  );
}

interface PersonContext {
  readonly user: CommandLine;
  readonly client: Client;
  readonly exchange: RunningExchange;
  readonly options: ChaosOptions;
  readonly clock: () => EpochMs;
}

/** Looks at the open run again and again, and hands over a session as long as it waits for one. */
async function handsOver(
  { user, client, exchange, options, clock }: PersonContext,
  ended: AbortSignal,
): Promise<Pick<ChaosReport, 'sessions' | 'quotaWaits'> & { secrets: ReadonlySet<string> }> {
  const { onEvent, seed } = options;
  const secrets = new Set<string>();
  let [sessions, quotaWaits] = [0, 0];
  let waitedForQuota = false;
  while (!ended.aborted) {
    const waiting = await waitingOf(client);
    const waitsForQuota = waiting.quota !== undefined;
    if (waitsForQuota && !waitedForQuota) {
      quotaWaits += 1;
      onEvent("waits for the next day's quota");
    }
    waitedForQuota = waitsForQuota;
    if (waiting.session !== undefined) {
      const apiSession = exchange.apiSession();
      const token = tokensOf(seed, exchange.account).sessionToken(clock());
      // Of `user:key` in base64, the key alone is as good as all of it.
      const [, key] = Buffer.from(token, 'base64').toString().split(':');
      for (const secret of [apiSession, token, key]) secrets.add(secret);
      const { code, stderr } = await user.pipe(apiSession, 'session', '--source', 'simulated');
      if (code === 0) sessions += 1;
      onEvent(code === 0 ? 'was handed a session' : `was refused a session: ${stderr.trim()}`);
    }
    await pause(200, undefined, { signal: ended }).catch(() => {});
  }
  return { sessions, quotaWaits, secrets };
}

/** What the runs wait for; nothing while nobody answers. */
async function waitingOf(client: Client): Promise<BackfillProgress['waiting']> {
  const asked = [runId, againId].map((name) =>
    client.workflow
      .getHandle(backfillWorkflowId(name))
      .query<BackfillProgress>('backfillProgress')
      .catch(() => ({ waiting: {} })),
  );
  const [first, second] = await Promise.all(asked);
  return { ...first.waiting, ...second.waiting };
}

/** Sessions that one request holds below the cap, about. */
const sessionsOfRequest: Readonly<Record<Interval, number>> = { '1d': 999, '5m': 13, '1m': 2 };

/** Requests that the work takes, about: symbols of late listing take fewer. */
async function expectedRequests({ symbols, intervals, from, to }: ChaosOptions): Promise<number> {
  const { calendar } = await readReference();
  const sessions = calendar.sessions(from, to).length;
  const each = intervals.map((interval) => Math.ceil(sessions / sessionsOfRequest[interval]));
  return symbols.length * each.reduce((sum, count) => sum + count, 0);
}
