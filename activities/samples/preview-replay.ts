import type { Detail, SkipReason } from '../../shared/contracts/outcome.ts';
import { planCounts } from '../../shared/contracts/plan-counts.ts';
import type { Decision, PlanCounts } from '../../shared/contracts/plan.ts';
import type { FailedWindow, ReplayRequest } from '../../shared/contracts/run.ts';
import type { EpochMs, Interval, TradingDay } from '../../shared/contracts/time.ts';
import type { World } from '../../shared/runtime/world.ts';
import { changedInputs, type InputKind } from './changed-inputs.ts';
import { planReplay } from './plan-replay.ts';
import type { ReplayedWindow } from './replayed-windows.ts';

/** One window of a replay: how it ended, what is done with it now, and what changed meanwhile. */
export interface PreviewedWindow {
  readonly window: string;
  readonly symbol: string;
  readonly from: TradingDay;
  readonly to: TradingDay;
  /** Absent for a pooled window that is held because others stand on it. */
  readonly ended?: ReplayedWindow['ended'];
  readonly failure?: Pick<FailedWindow, 'stage' | 'class' | 'message'>;
  readonly decision: Decision;
  readonly reason?: SkipReason;
  readonly detail?: Detail;
  readonly changed: readonly InputKind[];
}

/** What a replay would do. */
export interface ReplayPreview {
  readonly of: string;
  readonly asOf: TradingDay;
  readonly interval: Interval;
  readonly asRecorded: boolean;
  readonly planToken: string;
  readonly counts: PlanCounts;
  readonly windows: readonly PreviewedWindow[];
}

/**
 * Shows what a replay would do, and what changed since the run that it replays. Writes nothing.
 *
 * @throws InputError if there is nothing to do again
 * @throws DataError if bars are damaged
 */
export async function previewReplay(
  world: World,
  replay: ReplayRequest,
  now: EpochMs,
): Promise<ReplayPreview> {
  const { plan, before, windows: replayed } = await planReplay(world, replay, now);
  const changes = changedInputs(world, before, plan);
  const were = new Map(replayed.map((one) => [one.planned.window, one]));
  const windows: PreviewedWindow[] = [];
  for (const again of plan.windows) {
    const was = were.get(again.window);
    const { window, symbol, from, to, decision, reason, detail } = again;
    const planned = was?.planned ?? before.windows.find((one) => one.window === window);
    windows.push({
      window,
      symbol,
      from,
      to,
      ...(was === undefined ? {} : { ended: was.ended }),
      ...(was?.failure === undefined ? {} : { failure: failureOf(was.failure) }),
      decision,
      ...(reason === undefined ? {} : { reason }),
      ...(detail === undefined ? {} : { detail }),
      changed: planned === undefined ? [] : await changes(planned, again),
    });
  }
  return {
    of: replay.of,
    asOf: plan.asOf,
    interval: before.request.interval,
    asRecorded: replay.asRecorded === true,
    planToken: plan.planToken,
    counts: planCounts(plan.windows),
    windows,
  };
}

function failureOf({
  stage,
  class: name,
  message,
}: FailedWindow): NonNullable<PreviewedWindow['failure']> {
  return { stage, class: name, message };
}
