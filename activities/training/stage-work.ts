import { InvariantError } from '../../shared/contracts/errors.ts';
import { recipeOfWindow, type EligibleWindow, type Plan } from '../../shared/contracts/plan.ts';
import type { RequestedPlan } from '../../shared/runtime/runs/plans.ts';
import type { LaneResult } from '../../shared/contracts/run.ts';
import type { Manifest } from '../../shared/runtime/store/store.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import type { Step } from '../boundary.ts';

/** One stage's work on a window, timed from when it was begun. */
export interface StageWork {
  /** Whether what is stored already is fitted again, to be held against it. */
  readonly refits: boolean;
  /** What every model's manifest says: of what it was made, where, and for whom. */
  facts(): Readonly<Record<string, unknown>>;
  /** What the lane answers, the model being stored. */
  result(model: Manifest): Promise<LaneResult>;
}

/**
 * Begins a stage's work.
 *
 * @throws InvariantError if the window is named for another engine than this lane's
 */
export function stageWork(
  world: ComputeWorld,
  { plan, window }: { readonly plan: RequestedPlan; readonly window: EligibleWindow },
  { origin, signal }: Step,
): StageWork {
  const began = performance.now();
  const meter = world.meter();
  const { lane, device } = world;
  if ((device === 'cpu' ? 'cpu' : 'gpu') !== window.engine)
    throw new InvariantError(
      `window "${window.window}" is planned for engine "${window.engine}" and came to lane ` +
        `"${lane}" on device "${device}"`,
    );
  const seconds = (): number => Math.round(performance.now() - began) / 1000;
  return {
    refits: plan.replay?.asRecorded === true,
    facts: () => ({
      window: window.window,
      effectiveFrom: window.effectiveFrom,
      decisionDay: window.decisionDay,
      ...readFacts(plan, window),
      ...(plan.context === undefined ? {} : { context: plan.context }),
      recipe: recipeOfWindow(plan, window),
      versions: plan.versions,
      engine: window.engine,
      lane,
      device,
      seconds: seconds(),
      ...origin,
    }),
    async result({ key, facts }) {
      // An earlier try of this very workflow may have been the one that made it.
      const outcome = facts.workflowId === origin.workflowId ? 'trained' : 'reused';
      const usage = await meter.end(signal);
      return { outcome, lane, device, seconds: seconds(), artifact: key, usage };
    },
  };
}

/** The bars a model was made of: of its symbol, or of every member of its pool. */
function readFacts(plan: Plan, { symbol, members, absent, teacherWindow }: EligibleWindow) {
  if (members === undefined)
    return {
      series: plan.series.find((one) => one.symbol === symbol),
      actions: plan.actions.filter((action) => action.symbol === symbol),
      ...(teacherWindow === undefined ? {} : { teacherWindow }),
    };
  const names = new Set(members.map((member) => member.symbol));
  return {
    members,
    absent: absent ?? {},
    pool: plan.series.filter((one) => names.has(one.symbol)),
    actions: plan.actions.filter((action) => names.has(action.symbol)),
  };
}
