import { DataError, InputError } from '../../shared/contracts/errors.ts';
import { ownStages } from '../../shared/contracts/pages.ts';
import {
  isEligible,
  type EligibleWindow,
  type Plan,
  type PlannedSeries,
  type PlannedStage,
  type TrainRequest,
} from '../../shared/contracts/plan.ts';
import type { Stage } from '../../shared/contracts/outcome.ts';
import { recipesOf } from '../../shared/domain/samples/recipes.ts';
import { digestOf } from '../../shared/runtime/files/digest.ts';
import type { WrittenPlan } from '../../shared/runtime/runs/plans.ts';
import { artifactKinds } from '../../shared/runtime/store/store.ts';
import type { World } from '../../shared/runtime/world.ts';
import { checkPlanToken, planTokenOf } from './plan-token.ts';
import { heldWindows, type ReplayedWindow } from './replayed-windows.ts';
import { checkEngines } from './window-engine.ts';
import { definitionsOf } from './window-keys.ts';

/**
 * The plan that an earlier run had of some windows, with the segments, actions and market context it
 * pins. Each of them is fitted again, also where its models are on disk: they are held against those.
 *
 * @throws InputError if code or libraries are not those that the plan was made by
 * @throws DataError if something it pins is damaged or gone
 */
export async function recordedPlan(
  world: World,
  before: WrittenPlan,
  replayed: readonly ReplayedWindow[],
  request: TrainRequest,
): Promise<Plan> {
  checkMakers(world, before, request);
  const names = new Set(replayed.map(({ planned }) => planned.window));
  const windows: Plan['windows'][number][] = [];
  for (const window of heldWindows(before.windows, names))
    windows.push(
      isEligible(window) ? await asRecorded(world, window, names.has(window.window)) : window,
    );
  await checkEngines(world, windows);
  const planToken = planTokenOf(windows);
  checkPlanToken(request.planToken, planToken);
  const { madeFor: _, request: __, replay: ___, ...plan } = before;
  const read = new Set(windows.filter(isEligible).flatMap(symbolsOf));
  const series = plan.series.filter(({ symbol }) => read.has(symbol));
  await checkPinned(world, series, plan);
  const actions = plan.actions.filter(({ symbol }) => read.has(symbol));
  return { ...plan, series, actions, windows, planToken };
}

/** @param isMeant - whether it is to be fitted again, or only what those stand on */
async function asRecorded(
  world: World,
  window: EligibleWindow,
  isMeant: boolean,
): Promise<EligibleWindow> {
  const own = ownStages(window);
  const stage = async (name: Stage): Promise<PlannedStage> => {
    const { key, predictionsKey } = window.stages[name];
    if (isMeant && own.includes(name))
      return { key, predictionsKey, trained: false, predicted: false };
    const trained = (await world.store.find(artifactKinds[name], key)) !== undefined;
    const predicted = (await world.store.find('predictions', predictionsKey)) !== undefined;
    return { key, predictionsKey, trained, predicted };
  };
  const stages = { teacher: await stage('teacher'), student: await stage('student') };
  const decision = own.every((name) => stages[name].trained) ? 'reuse' : 'train';
  return { ...window, decision, stages };
}

function symbolsOf({ symbol, members }: EligibleWindow): string[] {
  return members === undefined ? [symbol] : members.map((member) => member.symbol);
}

function checkMakers(
  { versions }: World,
  { versions: then, recipe, poolRecipe, definitions, request: asked }: WrittenPlan,
  request: TrainRequest,
): void {
  const recipes = recipesOf(request);
  const differs =
    digestOf(versions) !== digestOf(then)
      ? `libraries "${JSON.stringify(then)}", here are "${JSON.stringify(versions)}"`
      : digestOf(recipes) !==
          digestOf({ recipe, ...(poolRecipe === undefined ? {} : { poolRecipe }) })
        ? `another recipe "${asked.recipe}"`
        : definitions !== definitionsOf(recipes)
          ? 'other features or another converter'
          : undefined;
  if (differs !== undefined)
    throw new InputError(
      `the run was made by ${differs}: it cannot be repeated as recorded by this release; use the ` +
        'one that made it, or replay against the data of today',
    );
}

async function checkPinned(
  { bars, store }: World,
  series: readonly PlannedSeries[],
  { context }: Plan,
): Promise<void> {
  for (const pin of series) await bars.read(pin);
  for (const key of context?.keys ?? [])
    if ((await store.find('context', key)) === undefined)
      throw new DataError(
        `the market context "${key.slice(0, 8)}" that the plan pins is gone from the store; replay ` +
          'against the data of today',
      );
}
