import type { EligibleWindow, Plan } from '../../shared/contracts/plan.ts';
import type { LaneResult } from '../../shared/contracts/run.ts';
import type { Manifest } from '../../shared/runtime/store.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import type { Step } from '../boundary.ts';

/** One stage's work on a window, timed from when it was begun. */
export interface StageWork {
  /** What every model's manifest says: of what it was made, where, and for whom. */
  facts(): Readonly<Record<string, unknown>>;
  /** What the lane answers, the model being stored. */
  result(model: Manifest): LaneResult;
}

/** Begins a stage's work. */
export function stageWork(
  world: ComputeWorld,
  { plan, window }: { readonly plan: Plan; readonly window: EligibleWindow },
  { origin }: Step,
): StageWork {
  const began = performance.now();
  const { lane, device } = world;
  const seconds = (): number => Math.round(performance.now() - began) / 1000;
  return {
    facts: () => ({
      window: window.window,
      effectiveFrom: window.effectiveFrom,
      decisionDay: window.decisionDay,
      series: plan.series.find(({ symbol }) => symbol === window.symbol),
      actions: plan.actions.filter(({ symbol }) => symbol === window.symbol),
      recipe: plan.recipe,
      versions: plan.versions,
      engine: window.engine,
      lane,
      device,
      seconds: seconds(),
      ...origin,
    }),
    result({ key, facts }) {
      // An earlier try of this very workflow may have been the one that made it.
      const outcome = facts.workflowId === origin.workflowId ? 'trained' : 'reused';
      return { outcome, lane, device, seconds: seconds(), artifact: key };
    },
  };
}
