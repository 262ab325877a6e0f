import { exchangeZone } from '../shared/runtime/exchange-time.ts';
import type { Temporal } from '../shared/runtime/stack/client.ts';
import type { NightOfDay } from './missed-nights.ts';
import { tableText } from './output.ts';
import { workflowStatus } from './run-client.ts';
import type { OwnSchedule, ScheduleChange } from './schedule-client.ts';

/** `2025-01-31 20:00`, at the exchange. */
const clock = new Intl.DateTimeFormat('sv-SE', {
  timeZone: exchangeZone,
  dateStyle: 'short',
  timeStyle: 'short',
});
const signs = { create: '+', update: '~', remove: '-', none: '=' } as const;

/** What applying did, or would do: a line a schedule, its differences below. */
export function changesText(changes: readonly ScheduleChange[], dryRun: boolean): string {
  if (changes.length === 0)
    return 'temporal-dev.yaml has no schedules, and none was applied before';
  return [
    ...changes.flatMap(({ schedule, change, lines }) => [
      `${signs[change]} ${schedule} ${change === 'none' ? 'is as wanted' : change}`,
      ...lines.map((line) => `    ${line}`),
    ]),
    ...(dryRun ? ['nothing was done'] : []),
  ].join('\n');
}

/** A schedule as `schedule list` shows it. */
export interface ScheduleRow {
  readonly schedule: string;
  readonly at: string;
  readonly on: string;
  readonly paused: boolean;
  readonly note?: string;
  /** ISO 8601; absent where there is none. */
  readonly next?: string;
  /** The workflow it started last, and how that stands. */
  readonly last?: string;
  readonly lastStatus?: string;
  readonly missedCatchup: number;
}

/** Gathers what is shown of a schedule. */
export async function scheduleRow(
  temporal: Temporal,
  { name, described, input }: OwnSchedule,
): Promise<ScheduleRow> {
  const { info, state } = described;
  const [next] = info.nextActionTimes;
  const last = info.recentActions.at(-1)?.action.workflow.workflowId;
  const lastStatus = last === undefined ? undefined : await workflowStatus(temporal, last);
  return {
    schedule: name,
    at: input.at,
    on: input.on,
    paused: state.paused,
    ...(state.note === undefined || state.note === '' ? {} : { note: state.note }),
    ...(next === undefined ? {} : { next: next.toISOString() }),
    ...(last === undefined ? {} : { last }),
    ...(lastStatus === undefined ? {} : { lastStatus }),
    missedCatchup: info.numActionsMissedCatchupWindow,
  };
}

/** Schedules for a person. */
export function schedulesText(rows: readonly ScheduleRow[]): string {
  if (rows.length === 0) return 'no schedule was applied; see: schedule apply --dry-run';
  return tableText(
    ['schedule', 'on', 'at', 'next', 'last', 'ended'],
    rows.map((row) => [
      row.schedule,
      row.on,
      row.at,
      row.paused
        ? `paused: ${row.note ?? ''}`
        : row.next === undefined
          ? 'none'
          : clock.format(Date.parse(row.next)),
      row.last ?? 'none',
      row.lastStatus ?? '',
    ]),
  );
}

/** Nights for a person: those that were missed, and how many were not. */
export function nightsText(nights: readonly NightOfDay[], isFilled: boolean): string {
  const missed = nights.filter(({ state }) => state === 'missed');
  const running = nights.filter(({ state }) => state === 'running');
  return [
    `${nights.length} nights, ${missed.length} missed${running.length > 0 ? `, ${running.length} running` : ''}`,
    ...(isFilled && missed.length > 0 ? ['begun to make up for them, one after the other:'] : []),
    ...missed.map(({ day, status }) => `  ${day} ${status ?? 'never ran'}`),
  ].join('\n');
}
