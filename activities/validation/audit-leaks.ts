import type { Recipe } from '../../shared/contracts/recipe.ts';
import { symbolRecipe } from '../../shared/domain/samples/recipes.ts';
import {
  judgeLeaks,
  type ControlResult,
  type Findings,
} from '../../shared/domain/validation/leaks/controls.ts';
import { leakScenarios, type Scenarios } from '../../shared/domain/validation/leaks/scenarios.ts';
import type { ComputeThread } from '../../shared/runtime/compute-thread.ts';
import type { LeakJobs } from '../../shared/runtime/world.ts';

/** Recipes that have a fast path. */
export const auditedRecipes = [symbolRecipe.name] as const;

/** What to audit. */
export interface LeakAuditOptions {
  readonly recipe: (typeof auditedRecipes)[number];
  /** Random walks; other controls take a share of it. */
  readonly draws: number;
}

/** What an audit found. */
export interface LeakAudit {
  readonly recipe: string;
  readonly draws: number;
  readonly passed: boolean;
  readonly controls: readonly ControlResult[];
}

/** Which job a scenario's draws are for. */
const jobOf: Readonly<Record<keyof Scenarios, keyof LeakJobs>> = {
  walks: 'opinions',
  unpurged: 'opinions',
  coins: 'opinions',
  leaky: 'opinions',
  edges: 'opinions',
  exact: 'differences',
  late: 'refusals',
};

/**
 * Runs the leak controls of a recipe on simulated prices: reads no bars and writes nothing. The same
 * draws give the same numbers, whatever the threads.
 *
 * @param threads - one draw at a time each
 * @param report - told after each draw how many are done, and of how many
 * @throws InputError if draws are too few
 * @throws LaneError if a thread dies
 */
export async function auditLeaks(
  threads: readonly ComputeThread<LeakJobs>[],
  options: LeakAuditOptions,
  report: (done: number, all: number) => void,
): Promise<LeakAudit> {
  const recipe: Recipe = symbolRecipe;
  const scenarios = leakScenarios({ recipe, draws: options.draws });
  const names = Object.keys(scenarios) as (keyof Scenarios)[];
  const tasks = names.flatMap((name) => scenarios[name].map((draw) => ({ name, draw })));
  const outputs: unknown[] = [];
  let [next, done] = [0, 0];
  const work = async (thread: ComputeThread<LeakJobs>): Promise<void> => {
    while (next < tasks.length) {
      const index = next++;
      const { name, draw } = tasks[index];
      outputs[index] = await thread.run(jobOf[name], draw);
      report(++done, tasks.length);
    }
  };
  await Promise.all(threads.map(work));
  const found = Object.fromEntries(
    names.map((name) => [name, outputs.filter((_, index) => tasks[index].name === name)]),
  ) as unknown as Findings;
  const controls = judgeLeaks(recipe, scenarios.edges, found);
  return {
    recipe: `${recipe.name}@${recipe.version}`,
    draws: options.draws,
    passed: controls.every(({ passed }) => passed),
    controls,
  };
}
