import path from 'node:path';
import type { Stage } from '../../shared/contracts/outcome.ts';
import { recipeOfWindow, type Plan } from '../../shared/contracts/plan.ts';
import { recipeFamilies } from '../../shared/domain/samples/recipes.ts';
import type { PermutedModel } from '../../shared/domain/training/importance-jobs.ts';
import type { PermutationOptions, PermutedLoss } from '../../shared/domain/training/permutation.ts';
import {
  permutedShares,
  type PermutedShares,
} from '../../shared/domain/validation/permuted-shares.ts';
import type { ComputeThread } from '../../shared/runtime/compute/compute-thread.ts';
import { readParquet } from '../../shared/runtime/files/duckdb.ts';
import { artifactKinds } from '../../shared/runtime/store/store.ts';
import type { ImportanceJobs, World } from '../../shared/runtime/world.ts';
import { storedModels, type StoredModel } from './importance-models.ts';
import { permutationCost, type PermutationCost } from './permutation-cost.ts';
import { residualRows } from './residual-rows.ts';
import { memberInput, windowInput } from './window-bars.ts';

/** Which models, and how often. */
export interface PermuteRequest {
  readonly runId: string;
  /** Permutations of each test block, at least 1. */
  readonly repeats: number;
  /** At most so many models of each stage, evenly over the run's windows; absent: all. */
  readonly models?: number;
}

/** What the models of a run lose on rows they had not learnt from, where a family tells nothing. */
export interface PermutedImportance {
  readonly repeats: number;
  readonly cost: PermutationCost;
  readonly stages: Readonly<Partial<Record<Stage, PermutedShares>>>;
  /** The most that a prediction of a fold fitted now differs from the one that was stored. */
  readonly drift: number;
}

/** What a measurement is made with. */
export interface PermuteMeans {
  /** One model at a time each. */
  readonly threads: readonly ComputeThread<ImportanceJobs>[];
  /** Told what it will cost before it begins. */
  readonly onCost: (cost: PermutationCost) => void;
  /** Told after each model how many are done, and of how many. */
  readonly onProgress: (done: number, all: number) => void;
}

/**
 * Permutes families of features in the test blocks of the inner folds of a run's models, which are
 * fitted again for it from the bars the run's plan pins. Writes nothing: models and their names stay
 * as they are.
 *
 * @throws InputError if there is no such run, or it has no models
 * @throws DataError if bars or models are damaged
 * @throws LaneError if a thread dies
 */
export async function permuteFamilies(
  world: World,
  { runId, repeats, models: most }: PermuteRequest,
  { threads, onCost, onProgress }: PermuteMeans,
): Promise<PermutedImportance> {
  const plan = await world.plans.read(runId);
  const all = await storedModels(world.store, runId, plan);
  const chosen = [...Map.groupBy(all, ({ stage }) => stage).values()].flatMap((of) =>
    spread(of, most ?? of.length),
  );
  const columns = [...recipeFamilies(plan.recipe)];
  const families = [...new Set(columns.map(([, family]) => family))].map((family) => ({
    family,
    columns: columns.flatMap(([, of], column) => (of === family ? [column] : [])),
  }));
  const options: PermutationOptions = { families, repeats, seed: 1 };
  const cost = permutationCost(
    plan,
    chosen,
    { families: families.length, repeats },
    threads.length,
  );
  onCost(cost);
  const losses: PermutedLoss[] = [];
  let drift = 0;
  let [next, done] = [0, 0];
  const work = async (thread: ComputeThread<ImportanceJobs>): Promise<void> => {
    while (next < chosen.length) {
      const index = next++;
      const model = await permutedModel(world, plan, chosen[index]);
      const loss = await thread.run('permute', { model, options });
      losses[index] = loss;
      drift = Math.max(drift, await driftOf(world, chosen[index], loss));
      onProgress(++done, chosen.length);
    }
  };
  await Promise.all(threads.map(work));
  const names = families.map(({ family }) => family);
  const byStage = [...Map.groupBy(chosen.keys(), (index) => chosen[index].stage)].map(
    ([stage, indices]) =>
      [
        stage,
        permutedShares(
          names,
          indices.map((index) => losses[index]),
        ),
      ] as const,
  );
  return { repeats, cost, stages: Object.fromEntries(byStage), drift };
}

/** So many of a list, evenly over it. */
function spread<T>(all: readonly T[], most: number): T[] {
  const count = Math.min(most, all.length);
  return Array.from({ length: count }, (_, k) => all[Math.floor((k * all.length) / count)]);
}

/** What a stored model's folds are fitted from. */
async function permutedModel(
  world: World,
  plan: Plan,
  { window, stage }: StoredModel,
): Promise<PermutedModel> {
  if (window.teacherWindow !== undefined) {
    const folder = world.store.folder('teachers', window.stages.teacher.key);
    return {
      stage: 'residual',
      member: await memberInput(world, plan, window),
      recipe: recipeOfWindow(plan, window),
      learnt: await residualRows(path.join(folder, 'out-of-fold.parquet'), window.symbol),
    };
  }
  const input = await windowInput(world, plan, window);
  if (stage === 'teacher') return { stage, input };
  const folder = world.store.folder('students', window.stages.student.key);
  const { target } = await readParquet(path.join(folder, 'out-of-fold.parquet'), ['target']);
  return { stage, input, targets: Float32Array.from(target) };
}

async function driftOf(
  { store }: World,
  { window, stage }: StoredModel,
  { outOfFold }: PermutedLoss,
): Promise<number> {
  const folder = store.folder(artifactKinds[stage], window.stages[stage].key);
  const stored = await readParquet(path.join(folder, 'out-of-fold.parquet'), ['probability']);
  return outOfFold.reduce((most, said, row) => {
    const apart = Math.abs(said - stored.probability[row]);
    return apart > most ? apart : most;
  }, 0);
}
