import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Briefing } from '../../activities/nightly/briefing-facts.ts';
import type { RetrainReport } from '../../shared/contracts/nightly.ts';
import type { SessionScores } from '../../shared/contracts/scores.ts';
import { addDays, type EpochMs, type TradingDay } from '../../shared/contracts/time.ts';
import { scaledClock, systemClock, type ClockScale } from '../../shared/runtime/clock.ts';
import { readReference } from '../../shared/runtime/reference/reference.ts';
import { startExchange, type RunningExchange } from '../exchange/exchange.ts';
import { listed } from '../exchange/listed.ts';
import { nightWorkflowId } from '../schedule-spec.ts';
import type { CommandLine } from './command-line.ts';

/** What is simulated. */
export interface FortnightOptions {
  readonly symbols: readonly string[];
  /** Sessions of the exchange in `[from, to]` are its nights. */
  readonly from: TradingDay;
  readonly to: TradingDay;
  /** Nights that the stack sleeps through. */
  readonly missed: readonly TradingDay[];
  /** A bar that comes when it is asked for on another day of the exchange. */
  readonly late: { readonly symbol: string; readonly day: TradingDay };
  /** Channels, as the stack's file has them. */
  readonly notifications: Readonly<Record<string, object>>;
  readonly onEvent: (what: string) => void;
}

/** What one night came to. */
export interface Night {
  readonly day: TradingDay;
  readonly report: RetrainReport;
  /** Absent of a night that had nothing to do. */
  readonly briefing?: Briefing;
  readonly scores?: SessionScores;
  /** From its start to its end. */
  readonly seconds: number;
}

/** What a fortnight came to. */
export interface Fortnight {
  /** In the order in which they ran: those that were missed before the last. */
  readonly nights: readonly Night[];
  /** What `schedule missed` found. */
  readonly found: readonly string[];
  /** Requests that the exchange answered, before and for each night. */
  readonly requests: number;
}

interface Missed {
  readonly filled: readonly string[];
}

const schedule = 'nightly';
const at = '20:00';
const offset = '+05:30';

/**
 * Lives through a fortnight: applies a schedule and has it make up for its nights one after the other,
 * all but those that are missed and the last, each as of its own session; stops the stack, lets the
 * exchange come to the evening of the last session, starts the stack again, has the missed nights found
 * and filled, and lives through the last one. All nights but two are past their deadline: what they do
 * depends on their session alone.
 *
 * @param user - whose stack is not up yet; the stack stays up
 */
export async function fortnight(user: CommandLine, options: FortnightOptions): Promise<Fortnight> {
  const { symbols, from, to, missed, late, onEvent } = options;
  const { calendar, instruments } = await readReference();
  const sessions = calendar.sessions(from, addDays(to, 1));
  const [before, last] = sessions.slice(-2);
  let time = clockFrom(`${before}T21:00:00${offset}`);
  const exchange = await startExchange({
    calendar,
    instruments: listed(instruments, symbols),
    seed: 7,
    clock: () => scaledClock(time)(),
    faults: { at: [{ fault: 'late-day', ...late, interval: '1d' }] },
  });
  try {
    await user.configure({
      simulated: { url: exchange.url, clock: time },
      notifications: options.notifications,
      schedules: { [schedule]: nightlyOf(symbols) },
    });
    let client = await user.up();
    await user.json('schedule', 'apply');
    // Its own time may come while this runs.
    await user.json('schedule', 'pause', schedule, '--why', 'only what is made up for may run');
    await handOver(user, exchange);
    const nights: Night[] = [];
    const over = (night: Night): void => {
      nights.push(night);
      onEvent(nightText(night));
    };
    for (const day of sessions)
      if (day !== last && !missed.includes(day)) over(await lived(user, client, day));
    await user.type('down');
    time = clockFrom(`${last}T21:00:00${offset}`);
    await user.configure({ simulated: { url: exchange.url, clock: time } });
    client = await user.up();
    await handOver(user, exchange);
    const fill = ['--from', from, '--to', before, '--fill'];
    const { filled } = await user.json<Missed>('schedule', 'missed', schedule, ...fill);
    for (const day of filled as TradingDay[]) over(await ended(user, client, day));
    over(await lived(user, client, last));
    return { nights, found: filled, requests: exchange.calls().total };
  } finally {
    await exchange.stop();
  }
}

/** A clock of the exchange that shows a time now, and goes on as this machine's. */
function clockFrom(exchange: string): ClockScale {
  return { real: systemClock(), exchange: Date.parse(exchange) as EpochMs, scale: 1 };
}

/** Windows that begin on Fridays and are decided on Tuesdays. */
const weekly = { anchor: '2021-12-31', stepDays: 7 } as const;

/** A schedule whose windows fall due every week. */
function nightlyOf(symbols: readonly string[]): object {
  return {
    at,
    train: { symbols, recipe: 'symbol', lastDays: 200, studentMix: 'hard', ...weekly },
    backfill: { source: 'simulated', symbols, from: '2023-06-01' },
    gate: { minimumCoverage: 0.98, minimumSymbols: 0.5 },
  };
}

async function handOver(user: CommandLine, exchange: RunningExchange): Promise<void> {
  await user.pipe(exchange.apiSession(), 'session', '--source', 'simulated');
}

/** Has the schedule make up for one night, as an operator may by hand. */
async function lived(user: CommandLine, client: Client, day: TradingDay): Promise<Night> {
  const meant = Date.parse(`${day}T${at}:00${offset}`);
  await client.schedule.getHandle(schedule).backfill({
    start: new Date(meant - 1000),
    end: new Date(meant + 1000),
    overlap: 'BUFFER_ALL',
  });
  return await ended(user, client, day);
}

/** Waits for a night's end, and reads what it left. */
async function ended(user: CommandLine, client: Client, day: TradingDay): Promise<Night> {
  const meant = Date.parse(`${day}T${at}:00${offset}`) as EpochMs;
  const handle = client.workflow.getHandle(nightWorkflowId(schedule, meant));
  while (!(await handle.describe().then(Boolean, () => false))) await pause(100);
  const report = (await handle.result()) as RetrainReport;
  const { startTime, closeTime } = await handle.describe();
  const seconds = ((closeTime?.getTime() ?? 0) - startTime.getTime()) / 1000;
  const { runId } = report;
  if (runId === undefined) return { day, report, seconds };
  const briefing = await user.json<Briefing>('briefing', runId);
  const scores = await user.json<SessionScores>('score', '--run', runId).catch(() => undefined);
  return { day, report, briefing, seconds, ...(scores && { scores }) };
}

/** A night in one line. */
function nightText({ day, report, briefing, seconds }: Night): string {
  if (briefing === undefined) return `${day} ${report.state}: ${report.reason ?? ''}`;
  const { training, backfill, scores, coverage } = briefing;
  return [
    `${day} ${report.state}`,
    `${backfill?.counts.added ?? 0} bars`,
    `${training?.counts.trained ?? 0} trained`,
    `${training?.counts.reused ?? 0} reused`,
    `${coverage?.lacking.length ?? 0} lacking`,
    `${scores?.scored ?? 0} scored`,
    `told ${report.told.join()}`,
    `${seconds.toFixed(1)} s`,
  ].join(', ');
}
