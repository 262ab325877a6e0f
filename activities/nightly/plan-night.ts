import type { BackfillRequest } from '../../shared/contracts/backfill.ts';
import { InputError } from '../../shared/contracts/errors.ts';
import type {
  NightPlan,
  PlanNightInput,
  RetrainInput,
  SkippedNight,
} from '../../shared/contracts/nightly.ts';
import type { TrainRequest } from '../../shared/contracts/plan.ts';
import { addDays, type EpochMs, type TradingDay } from '../../shared/contracts/time.ts';
import { clockOf, dayOf } from '../../shared/domain/market/calendar/exchange-time.ts';
import { machineMsUntil } from '../../shared/runtime/clock.ts';
import { parseBackfill, parseRequest } from '../../shared/runtime/parse-request.ts';
import { parseRetrain } from '../../shared/runtime/stack/schedule-config.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { claimedNight, nightName } from './night-files.ts';
import { exchangeMoment } from './night-times.ts';

/**
 * Decides a night: its as-of day from the time its schedule meant, never from the clock; what it
 * fetches and trains; and how long it has until the scores must be there. Takes its name in
 * `data/runs/`. Safe to repeat: the same night has the same name.
 *
 * @returns the plan; or a skip where the exchange held no session that day, or had not closed it
 * @throws InputError (final) if the request cannot be read, or lacks the as-of day of a start by hand
 */
export async function planNight(
  world: ComputeWorld,
  { request, madeFor, workflowId, scheduledFor }: PlanNightInput,
): Promise<NightPlan | SkippedNight> {
  const night = parseRetrain(request);
  const decided = asOfDay(world, night, scheduledFor);
  if ('skip' in decided) return decided;
  const { asOf } = decided;
  const { schedule, backfill } = night;
  const session = world.calendar.nextSession(asOf);
  const train = trainRequest(night, asOf);
  const fetched = backfill && backfillRequest(night, asOf);
  const clock = backfill === undefined ? () => world.now() : world.source(backfill.source).clock;
  const suffix = await claimedNight(world.root, { schema: 1, schedule, asOf, madeFor, workflowId });
  const deadline = exchangeMoment(session, night.deadline);
  const scoreAt = deadline - night.scoringMinutes * minuteMs;
  return {
    root: world.root.id,
    asOf,
    session,
    runId: nightName({ asOf, schedule }, suffix),
    backfillId: nightName({ asOf, schedule: `bars-${schedule}` }, suffix),
    train,
    ...(fetched === undefined ? {} : { backfill: fetched }),
    // A night that is made up for after its deadline has none to keep.
    ...(clock() < deadline ? { scoreInMs: machineMsUntil(clock, scoreAt) } : {}),
    lateInMs: (backfill?.lateAfterMinutes ?? 0) * minuteMs,
  };
}

const minuteMs = 60_000;

/** The session that a night learns up to, or why there is none. */
function asOfDay(
  { calendar }: ComputeWorld,
  { asOf, on, schedule }: RetrainInput,
  scheduledFor: string | undefined,
): { readonly asOf: TradingDay } | SkippedNight {
  if (asOf !== undefined) {
    if (calendar.session(asOf) !== undefined) return { asOf };
    throw new InputError(
      `as-of "${asOf}" is no session of the exchange; the one before is ` +
        `"${calendar.lastSessionBefore(asOf)}"`,
    );
  }
  if (scheduledFor === undefined)
    throw new InputError(
      `a retrain of "${schedule}" that is started by hand needs "asOf", the session to learn up to`,
    );
  const meant = Date.parse(scheduledFor) as EpochMs;
  const day = dayOf(meant);
  if (on !== 'sessions') return { asOf: calendar.lastClosedSession(meant) };
  const session = calendar.session(day);
  if (session === undefined) {
    const why = calendar.closure(day);
    const reason = `the exchange held no session on ${day}${why === undefined ? '' : `: ${why}`}`;
    return { skip: 'holiday', asOf: day, reason };
  }
  if (meant >= session.finalAt) return { asOf: day };
  const reason =
    `the session of ${day} ends at ${clockOf(session.finalAt)}, after this night's ` +
    `${clockOf(meant)}; its bars come with the next night`;
  return { skip: 'not-over', asOf: day, reason };
}

function trainRequest({ train, root }: RetrainInput, asOf: TradingDay): TrainRequest {
  const { lastDays, from, ...rest } = train;
  const first = from ?? addDays(asOf, -(lastDays ?? 0));
  return parseRequest({ ...rest, from: first, to: asOf, asOf, root });
}

function backfillRequest({ backfill, root }: RetrainInput, asOf: TradingDay): BackfillRequest {
  const { lateAfterMinutes: _, ...rest } = backfill ?? {};
  return parseBackfill({ ...rest, to: asOf, root });
}
