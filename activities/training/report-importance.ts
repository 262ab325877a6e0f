import { stages, type Stage } from '../../shared/contracts/outcome.ts';
import { recipeFamilies } from '../../shared/domain/samples/recipes.ts';
import { gainShares, type GainShares } from '../../shared/domain/validation/gain-shares.ts';
import type { World } from '../../shared/runtime/world.ts';
import { storedModels } from './importance-models.ts';

/** What the features of a run's models were worth to them while they learnt. */
export interface RunImportance {
  readonly runId: string;
  readonly recipe: string;
  /** Name of the feature set, and the families left out of it. */
  readonly features: string;
  readonly without: readonly string[];
  /** By stage; absent where there is no model of it. */
  readonly gain: Readonly<Partial<Record<Stage, GainShares>>>;
  /** Models stored before manifests held their importance. */
  readonly unknown: number;
}

/**
 * Averages the importance by gain that the manifests of a run's models hold. Writes nothing, but a
 * damaged artifact is set aside, as by every look into the store.
 *
 * @throws InputError if there is no such run, or it has no models
 */
export async function reportImportance(
  world: Pick<World, 'plans' | 'store'>,
  runId: string,
): Promise<RunImportance> {
  const plan = await world.plans.read(runId);
  const models = await storedModels(world.store, runId, plan);
  const familyOf = recipeFamilies(plan.recipe);
  const known = models.flatMap(({ stage, facts }) => {
    const gains = facts.importance as Readonly<Record<string, number>> | undefined;
    return gains === undefined ? [] : [{ stage, gains }];
  });
  const byStage = stages.flatMap((stage) => {
    const of = known.filter((model) => model.stage === stage).map(({ gains }) => gains);
    return of.length === 0 ? [] : [[stage, gainShares(of, familyOf)] as const];
  });
  return {
    runId,
    recipe: plan.recipe.name,
    features: plan.recipe.features,
    without: plan.recipe.without,
    gain: Object.fromEntries(byStage),
    unknown: models.length - known.length,
  };
}
