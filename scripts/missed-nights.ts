import path from 'node:path';
import { exchangeDay, exchangeMoment } from '../activities/nightly/night-times.ts';
import type { RetrainInput } from '../shared/contracts/nightly.ts';
import { addDays, type TradingDay } from '../shared/contracts/time.ts';
import type { Calendar } from '../shared/domain/market/calendar/calendar.ts';
import type { Temporal } from '../shared/runtime/stack/client.ts';
import { runFolder, type DataRoot } from '../shared/runtime/data-root.ts';
import { readJson } from '../shared/runtime/files/files.ts';
import { workflowStatus, type RunStatus } from './run-client.ts';
import type { OwnSchedule } from './schedule-client.ts';
import { nightWorkflowId } from './schedule-spec.ts';

/** How the night of a day stands. */
export interface NightOfDay {
  readonly day: TradingDay;
  readonly workflowId: string;
  /** `missed` where nothing ran, or what ran did not end by itself. */
  readonly state: 'ran' | 'running' | 'missed';
  /** Of a workflow that did not end by itself. */
  readonly status?: RunStatus;
}

/** Days to look at. */
export interface NightSpan {
  readonly from: TradingDay;
  /** Day after the last. */
  readonly to: TradingDay;
}

/** Where nights are looked for. */
export interface NightsContext {
  readonly temporal: Temporal;
  readonly root: DataRoot;
  readonly calendar: Calendar;
}

/**
 * Compares the nights that a schedule should have had with those it had: the sessions of the calendar,
 * or the days of its week, whose time has come, each asked for by the id that its workflow would
 * have. A night that was started by hand counts, by its as-of day; so does one that the server has
 * forgotten, by the briefing it left.
 */
export async function nightsOf(
  { temporal, root, calendar }: NightsContext,
  { name, input }: OwnSchedule,
  span: NightSpan,
): Promise<readonly NightOfDay[]> {
  const byHand = await doneByAsOf(temporal, name, span);
  const nights: NightOfDay[] = [];
  for (const day of meantDays(input, calendar, span)) {
    const workflowId = nightWorkflowId(name, exchangeMoment(day, input.at));
    const status = await workflowStatus(temporal, workflowId);
    const asOf = input.on === 'sessions' ? day : calendar.lastSessionBefore(addDays(day, 1));
    if (status === 'RUNNING') nights.push({ day, workflowId, state: 'running' });
    else if (status === 'COMPLETED' || byHand.has(asOf) || (await hasBriefing(root, asOf, name)))
      nights.push({ day, workflowId, state: 'ran' });
    else
      nights.push({
        day,
        workflowId,
        state: 'missed',
        ...(status === undefined ? {} : { status }),
      });
  }
  return nights;
}

/** Has a schedule make up for nights, one after the other, each as of its own day. */
export async function fillNights(
  { handle, input }: OwnSchedule,
  days: readonly TradingDay[],
): Promise<void> {
  if (days.length === 0) return;
  await handle.backfill(
    days.map((day) => {
      const at = exchangeMoment(day, input.at);
      const [start, end] = [new Date(at - 1000), new Date(at + 1000)];
      return { start, end, overlap: 'BUFFER_ALL' as const };
    }),
  );
}

/** The days on which a schedule was to run. */
function meantDays(
  { on }: Pick<RetrainInput, 'on'>,
  calendar: Calendar,
  { from, to }: NightSpan,
): readonly TradingDay[] {
  if (on === 'sessions') return calendar.sessions(from, to);
  const days: TradingDay[] = [];
  for (let day = from; day < to; day = addDays(day, 1))
    if (weekday.format(new Date(`${day}T12:00:00Z`)).toLowerCase() === on) days.push(day);
  return days;
}

const weekday = new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' });

/** As-of days of a schedule's nights that ended by themselves, however they were started. */
async function doneByAsOf(
  { client }: Temporal,
  name: string,
  { from, to }: NightSpan,
): Promise<ReadonlySet<string>> {
  const query =
    `WorkflowType = 'retrain' AND ExecutionStatus = 'Completed' AND ` +
    `AsOf >= '${addDays(from, -7)}T00:00:00Z' AND AsOf < '${to}T00:00:00Z'`;
  const done = new Set<string>();
  for await (const { workflowId, searchAttributes } of client.workflow.list({ query })) {
    const [asOf] = searchAttributes.AsOf ?? [];
    if (workflowId.startsWith(`retrain/${name}-`) && asOf instanceof Date)
      done.add(asOf.toISOString().slice(0, 10));
  }
  return done;
}

async function hasBriefing(root: DataRoot, asOf: TradingDay, name: string): Promise<boolean> {
  const file = path.join(runFolder(root, `${asOf}-${name}`), 'briefing.json');
  const briefing = (await readJson(file)) as { readonly state?: string } | undefined;
  return briefing !== undefined && briefing.state !== 'cancelled';
}

/** The days to look at where none are named: since the schedule was made, two weeks at most. */
export function usualSpan({ described, input }: OwnSchedule, now: number): NightSpan {
  const today = exchangeDay(now);
  const made = exchangeDay(described.info.createdAt.getTime());
  const earliest = addDays(today, -14);
  // Today's night counts once its time has come.
  const to = now >= exchangeMoment(today, input.at) ? addDays(today, 1) : today;
  return { from: made > earliest ? made : earliest, to };
}
