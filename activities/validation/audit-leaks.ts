import { recipeNames, type RecipeName } from '../../shared/contracts/recipe.ts';
import { auditedRecipes } from '../../shared/domain/validation/leaks/audited.ts';
import {
  judgeLeaks,
  type ControlResult,
  type Findings,
} from '../../shared/domain/validation/leaks/controls.ts';
import { leakScenarios, type Scenarios } from '../../shared/domain/validation/leaks/scenarios.ts';
import type { ComputeThread } from '../../shared/runtime/compute/compute-thread.ts';
import type { LeakJobs } from '../../shared/runtime/world.ts';

/** What to audit. */
export interface LeakAuditOptions {
  readonly recipe: RecipeName | 'all';
  /** Random walks of each recipe; other controls take a share of it. */
  readonly draws: number;
}

/** What the controls of a recipe found. */
export interface RecipeAudit {
  readonly recipe: string;
  readonly passed: boolean;
  /** Seconds of one thread, summed over the draws. */
  readonly seconds: number;
  readonly controls: readonly ControlResult[];
}

/** What an audit found. */
export interface LeakAudit {
  readonly draws: number;
  readonly passed: boolean;
  readonly recipes: readonly RecipeAudit[];
}

/** Which job a scenario's draws are for. */
const jobOf: Readonly<Record<keyof Scenarios, keyof LeakJobs>> = {
  walks: 'opinions',
  unpurged: 'opinions',
  coins: 'opinions',
  softened: 'opinions',
  inSample: 'opinions',
  leaky: 'opinions',
  edges: 'opinions',
  exact: 'differences',
  late: 'refusals',
};

/**
 * Runs the leak controls of recipes on simulated prices: reads no bars and writes nothing. The same
 * draws give the same numbers, whatever the threads.
 *
 * @param threads - one draw at a time each
 * @param report - told after each draw how many are done, and of how many
 * @throws InputError if draws are too few
 * @throws LaneError if a thread dies
 */
export async function auditLeaks(
  threads: readonly ComputeThread<LeakJobs>[],
  { recipe, draws }: LeakAuditOptions,
  report: (done: number, all: number) => void,
): Promise<LeakAudit> {
  const audited = recipeNames
    .filter((name) => recipe === 'all' || recipe === name)
    .map((name) => ({ name, scenarios: leakScenarios({ audited: auditedRecipes[name], draws }) }));
  const tasks = audited.flatMap(({ name, scenarios }) =>
    scenarioNames(scenarios).flatMap((scenario) =>
      scenarios[scenario].map((draw) => ({ name, scenario, draw })),
    ),
  );
  const outputs: unknown[] = [];
  const seconds: number[] = [];
  let [next, done] = [0, 0];
  const work = async (thread: ComputeThread<LeakJobs>): Promise<void> => {
    while (next < tasks.length) {
      const index = next++;
      const { scenario, draw } = tasks[index];
      const began = performance.now();
      outputs[index] = await thread.run(jobOf[scenario], draw);
      seconds[index] = (performance.now() - began) / 1000;
      report(++done, tasks.length);
    }
  };
  await Promise.all(threads.map(work));
  const recipes = audited.map(({ name, scenarios }): RecipeAudit => {
    const isOf = (index: number, scenario?: string): boolean =>
      tasks[index].name === name && (scenario ?? tasks[index].scenario) === tasks[index].scenario;
    const found = Object.fromEntries(
      scenarioNames(scenarios).map((scenario) => [
        scenario,
        outputs.filter((_, index) => isOf(index, scenario)),
      ]),
    ) as unknown as Findings;
    const controls = judgeLeaks(auditedRecipes[name], scenarios.edges, found);
    const { version } = auditedRecipes[name].recipe;
    return {
      recipe: `${name}@${version}`,
      passed: controls.every(({ passed }) => passed),
      seconds: seconds.reduce((sum, one, index) => (isOf(index) ? sum + one : sum), 0),
      controls,
    };
  });
  return { draws, passed: recipes.every(({ passed }) => passed), recipes };
}

function scenarioNames(scenarios: Scenarios): (keyof Scenarios)[] {
  return Object.keys(scenarios) as (keyof Scenarios)[];
}
