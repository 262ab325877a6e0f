import type { CalendarSpec, ScheduleOptions } from '@temporalio/client';
import { orchestratorQueue, retrainWorkflowId } from '../shared/contracts/ids.ts';
import type { NightlySchedule, RetrainInput, ScheduleDays } from '../shared/contracts/nightly.ts';
import { addDays, type EpochMs, type TradingDay } from '../shared/contracts/time.ts';
import type { Calendar } from '../shared/domain/market/calendar/calendar.ts';
import { digestOf } from '../shared/runtime/files/digest.ts';

/** What Temporal is told of a schedule of ours. */
export interface WantedSchedule {
  readonly scheduleId: string;
  readonly spec: Required<Pick<ScheduleOptions['spec'], 'calendars' | 'skip' | 'timezone'>>;
  readonly input: RetrainInput;
}

/** The memo by which our schedules are told from others: the data root they were applied for. */
export const ownMark = 'sensequantRoot';

/** What waits while another night runs is at most one; what the stack slept through is made up for. */
export const policies = { overlap: 'BUFFER_ONE', catchupWindow: 18 * 3_600_000 } as const;

type Month = Extract<CalendarSpec['month'], string>;
const months = [
  'JANUARY',
  'FEBRUARY',
  'MARCH',
  'APRIL',
  'MAY',
  'JUNE',
  'JULY',
  'AUGUST',
  'SEPTEMBER',
  'OCTOBER',
  'NOVEMBER',
  'DECEMBER',
] as const satisfies readonly Month[];

/** A schedule as `temporal-dev.yaml` has it, in Temporal's words. */
export function wantedSchedule(
  name: string,
  nightly: NightlySchedule,
  root: string,
  calendar: Calendar,
): WantedSchedule {
  const days = daysOf(nightly.on, calendar);
  const [hour, minute] = nightly.at.split(':').map(Number);
  const at = (day: CalendarSpec): CalendarSpec => ({ ...day, hour, minute });
  const spec = {
    calendars: days.on.map(at),
    skip: days.not.map(at),
    timezone: 'Asia/Kolkata',
  };
  return {
    scheduleId: name,
    spec,
    input: { ...nightly, schedule: name, root, days: digestOf(days).slice(0, 8) },
  };
}

/** The workflow that a schedule starts. */
export function actionOf({ scheduleId, input }: WantedSchedule): ScheduleOptions['action'] {
  return {
    type: 'startWorkflow',
    workflowType: 'retrain',
    workflowId: retrainWorkflowId(scheduleId),
    taskQueue: orchestratorQueue,
    args: [input],
    staticSummary: `${scheduleId}: ${input.train.recipe} ${input.train.interval}, ${input.on} ${input.at}`,
  };
}

/** The id of the workflow that a schedule starts for a moment. */
export function nightWorkflowId(name: string, at: EpochMs): string {
  return `${retrainWorkflowId(name)}-${new Date(at).toISOString().replace('.000', '')}`;
}

/** Days of the week and days by date on which a schedule runs, and days by date on which not. */
interface Days {
  readonly on: readonly CalendarSpec[];
  readonly not: readonly CalendarSpec[];
}

function daysOf(on: ScheduleDays, calendar: Calendar): Days {
  if (on !== 'sessions') return { on: [{ dayOfWeek: on.toUpperCase() as 'MONDAY' }], not: [] };
  const weekend: TradingDay[] = [];
  const closed: TradingDay[] = [];
  for (let day = calendar.from; day < calendar.to; day = addDays(day, 1)) {
    const isWeekday = ![0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
    const isSession = calendar.session(day) !== undefined;
    if (isSession && !isWeekday) weekend.push(day);
    if (!isSession && isWeekday) closed.push(day);
  }
  return {
    on: [{ dayOfWeek: { start: 'MONDAY', end: 'FRIDAY' } }, ...byMonth(weekend)],
    not: byMonth(closed),
  };
}

/** Days by date, those of a month together. */
function byMonth(days: readonly TradingDay[]): CalendarSpec[] {
  return [...Map.groupBy(days, (day) => day.slice(0, 7))].map(([month, all]) => ({
    year: Number(month.slice(0, 4)),
    month: months[Number(month.slice(5)) - 1],
    dayOfMonth: all.map((day) => Number(day.slice(8))),
  }));
}
