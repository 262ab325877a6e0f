import { InputError } from '../../shared/contracts/errors.ts';
import type { Plan, TrainRequest } from '../../shared/contracts/plan.ts';
import type { ReplayRequest } from '../../shared/contracts/run.ts';
import type { EpochMs } from '../../shared/contracts/time.ts';
import type { WrittenPlan } from '../../shared/runtime/runs/plans.ts';
import type { World } from '../../shared/runtime/world.ts';
import { planAndContext } from './make-plan.ts';
import type { ContextOfPlan } from './plan-context.ts';
import { recordedPlan } from './recorded-plan.ts';
import { heldWindows, replayedWindows, type ReplayedWindow } from './replayed-windows.ts';

/** A replay as it is decided now. */
export interface PlannedReplay {
  readonly plan: Plan;
  readonly context?: ContextOfPlan;
  /** What plans the same windows again. */
  readonly request: TrainRequest;
  /** The plan of the replayed run. */
  readonly before: WrittenPlan;
  /** Its windows that are done again. */
  readonly windows: readonly ReplayedWindow[];
}

/**
 * Decides what a replay does: the windows of an earlier run that it means, and the pooled windows
 * that they stand on, by what is on disk now or exactly as recorded. Writes nothing.
 *
 * @throws InputError if there is nothing to do again, or inputs are not those of the plan looked at
 * @throws DataError if bars are damaged
 */
export async function planReplay(
  world: World,
  replay: ReplayRequest,
  now: EpochMs,
): Promise<PlannedReplay> {
  const before = await world.plans.read(replay.of);
  const windows = await replayedWindows(world, replay);
  const request = requestOf(before, replay, windows);
  if (replay.asRecorded === true)
    return { plan: await recordedPlan(world, before, windows, request), request, before, windows };
  const names = new Set(windows.map(({ planned }) => planned.window));
  const made = await planAndContext(world, request, now, (all) => heldWindows(all, names));
  if (made.plan.windows.length === 0)
    throw new InputError(
      `none of the windows of run "${replay.of}" is on the grid any more; start a run of its own`,
    );
  return { ...made, request, before, windows };
}

function requestOf(
  { request, asOf }: WrittenPlan,
  { asOf: another, root, planToken }: ReplayRequest,
  windows: readonly ReplayedWindow[],
): TrainRequest {
  const { planToken: _, root: __, ...asked } = request;
  // A symbol that stands alone is decided the same whoever is asked for with it; a pool is not.
  const symbols =
    asked.recipe === 'symbol'
      ? [...new Set(windows.map(({ planned }) => planned.symbol))]
      : asked.symbols;
  return {
    ...asked,
    symbols,
    asOf: another ?? asOf,
    ...(root === undefined ? {} : { root }),
    ...(planToken === undefined ? {} : { planToken }),
  };
}
