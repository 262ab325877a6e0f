import {
  ScheduleNotFoundError,
  type CalendarSpec,
  type CalendarSpecDescription,
  type ScheduleDescription,
  type ScheduleHandle,
} from '@temporalio/client';
import { InputError } from '../shared/contracts/errors.ts';
import type { RetrainInput } from '../shared/contracts/nightly.ts';
import type { Temporal } from '../shared/runtime/stack/client.ts';
import type { DataRoot } from '../shared/runtime/data-root.ts';
import { actionOf, ownMark, policies, type WantedSchedule } from './schedule-spec.ts';

/** What applying would do, or did, to one schedule. */
export interface ScheduleChange {
  readonly schedule: string;
  readonly change: 'create' | 'update' | 'remove' | 'none';
  /** What is different, a line each: `train.lastDays 400 -> 500`. */
  readonly lines: readonly string[];
}

/** A schedule of ours as the server has it. */
export interface OwnSchedule {
  readonly name: string;
  readonly handle: ScheduleHandle;
  readonly described: ScheduleDescription;
  readonly input: RetrainInput;
}

/**
 * Makes the schedules of a data root those that are wanted. What others made in the namespace is left
 * alone, whatever its name.
 *
 * @param dryRun - only say what would be done
 * @throws InputError if a wanted name is taken by a schedule of somebody else's
 */
export async function applySchedules(
  temporal: Temporal,
  root: DataRoot,
  wanted: readonly WantedSchedule[],
  dryRun: boolean,
): Promise<readonly ScheduleChange[]> {
  // Asked for one by one: the server's list lags behind.
  const there = await Promise.all(
    wanted.map(async ({ scheduleId }) => {
      const described = await describedSchedule(temporal, scheduleId);
      const own = described && ownOf(temporal, root, described);
      if (described !== undefined && own === undefined)
        throw new InputError(
          `a schedule "${scheduleId}" exists and was not made by this data root; rename yours in ` +
            'temporal-dev.yaml, or remove that one',
        );
      return own;
    }),
  );
  const changes: ScheduleChange[] = [];
  for (const [index, one] of wanted.entries()) {
    const before = there[index];
    const lines = before === undefined ? [] : differences(before, one);
    const change = before === undefined ? 'create' : lines.length > 0 ? 'update' : 'none';
    changes.push({ schedule: one.scheduleId, change, lines });
    if (!dryRun && change !== 'none') await written(temporal, root, one, before);
  }
  for (const { name, handle } of await ownSchedules(temporal, root)) {
    if (wanted.some(({ scheduleId }) => scheduleId === name)) continue;
    changes.push({ schedule: name, change: 'remove', lines: [] });
    if (!dryRun) await handle.delete();
  }
  return changes;
}

/** Makes a schedule, or makes one that is there what it should be. */
async function written(
  { client }: Temporal,
  root: DataRoot,
  wanted: WantedSchedule,
  before: OwnSchedule | undefined,
): Promise<void> {
  const { scheduleId, spec } = wanted;
  const action = actionOf(wanted);
  if (before === undefined) {
    const memo = { [ownMark]: root.id };
    await client.schedule.create({ scheduleId, spec, action, policies, memo });
  } else await before.handle.update(({ state }) => ({ spec, action, policies, state }));
}

/** The schedules that a data root has made, in order of the alphabet. */
export async function ownSchedules(temporal: Temporal, root: DataRoot): Promise<OwnSchedule[]> {
  const found: OwnSchedule[] = [];
  for await (const { scheduleId, memo } of temporal.client.schedule.list())
    if (memo?.[ownMark] === root.id) {
      const one = await ownSchedule(temporal, root, scheduleId);
      if (one !== undefined) found.push(one);
    }
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** A schedule that a data root has made; undefined where there is none of this name. */
export async function ownSchedule(
  temporal: Temporal,
  root: DataRoot,
  name: string,
): Promise<OwnSchedule | undefined> {
  const described = await describedSchedule(temporal, name);
  return described && ownOf(temporal, root, described);
}

/** A schedule of whoever made it; undefined where there is none of this name. */
async function describedSchedule(
  { client }: Temporal,
  name: string,
): Promise<ScheduleDescription | undefined> {
  try {
    return await client.schedule.getHandle(name).describe();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

function ownOf(
  { client }: Temporal,
  root: DataRoot,
  described: ScheduleDescription,
): OwnSchedule | undefined {
  if (described.memo?.[ownMark] !== root.id) return undefined;
  const { scheduleId: name } = described;
  const [input] = (described.action.args ?? []) as readonly RetrainInput[];
  return { name, handle: client.schedule.getHandle(name), described, input };
}

/** What applying would change of a schedule, also where somebody changed it by hand. */
function differences({ described, input }: OwnSchedule, wanted: WantedSchedule): string[] {
  const { calendars = [], skip = [], timezone } = described.spec;
  const isMeant =
    timezone === wanted.spec.timezone &&
    sameDays(calendars, wanted.spec.calendars) &&
    sameDays(skip, wanted.spec.skip);
  const { overlap, catchupWindow } = described.policies;
  const [before, after] = [flat(input), flat(wanted.input)];
  return [
    ...[...new Set([...before.keys(), ...after.keys()])]
      .filter((field) => before.get(field) !== after.get(field))
      .map((field) => `${field} ${before.get(field) ?? 'none'} -> ${after.get(field) ?? 'none'}`),
    ...(isMeant ? [] : ['times are not those of the file and the calendar']),
    ...(overlap === policies.overlap && catchupWindow === policies.catchupWindow
      ? []
      : [`policies ${policyText(described.policies)} -> ${policyText(policies)}`]),
  ];
}

function policyText({
  overlap,
  catchupWindow,
}: Pick<ScheduleDescription['policies'], 'overlap' | 'catchupWindow'>): string {
  return `${overlap}, ${catchupWindow / 3_600_000} h`;
}

/** Fields by path, their values as text. */
function flat(value: unknown, path = ''): Map<string, string> {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return new Map(value === undefined ? [] : [[path, JSON.stringify(value)]]);
  const inside = Object.entries(value).flatMap(([name, field]) => [
    ...flat(field, path === '' ? name : `${path}.${name}`),
  ]);
  return new Map(inside);
}

function sameDays(
  described: readonly CalendarSpecDescription[],
  wanted: readonly CalendarSpec[],
): boolean {
  const sorted = (all: readonly (CalendarSpec | CalendarSpecDescription)[]): string =>
    all.map(daysText).toSorted().join('\n');
  return sorted(described) === sorted(wanted);
}

/** A calendar in one line, whoever wrote it: the server fills in what was left out. */
function daysText(one: CalendarSpec | CalendarSpecDescription): string {
  const { year, month, dayOfMonth, dayOfWeek, hour, minute } = one;
  const parts = { year, month, dayOfMonth, dayOfWeek, hour, minute };
  return Object.entries(parts)
    .map(([name, part]) => [name, partText(part)] as const)
    .filter(([, text]) => text !== '' && !everything.has(text))
    .map(([name, text]) => `${name}=${text}`)
    .join(' ');
}

const everything = new Set(['1-31', 'JANUARY-DECEMBER', 'SUNDAY-SATURDAY', '*']);

function partText(part: unknown): string {
  const all = part === undefined ? [] : Array.isArray(part) ? part : [part];
  return all
    .map((one: unknown) => {
      if (one === null || typeof one !== 'object') return String(one);
      const { start, end = start } = one as { readonly start: unknown; readonly end?: unknown };
      return start === end ? String(start) : `${String(start)}-${String(end)}`;
    })
    .join();
}
