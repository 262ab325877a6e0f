import { InputError } from '../../shared/contracts/errors.ts';
import { windowId } from '../../shared/contracts/ids.ts';
import type { Stage } from '../../shared/contracts/outcome.ts';
import {
  isEligible,
  type EligibleWindow,
  type Plan,
  type PlannedAction,
  type PlannedSeries,
  type PlannedStage,
  type PlannedWindow,
  type TrainRequest,
} from '../../shared/contracts/plan.ts';
import type { Recipe } from '../../shared/contracts/recipe.ts';
import type { EpochMs } from '../../shared/contracts/time.ts';
import type { Bars } from '../../shared/domain/market/bars.ts';
import { classOf } from '../../shared/domain/market/instruments.ts';
import { decideWindows, type DecidedWindow } from '../../shared/domain/samples/decisions.ts';
import { featureSet } from '../../shared/domain/samples/features.ts';
import { recipeOf } from '../../shared/domain/samples/recipes.ts';
import { gridWindows } from '../../shared/domain/samples/windows.ts';
import { digestOf } from '../../shared/runtime/digest.ts';
import { artifactKinds } from '../../shared/runtime/store.ts';
import type { World } from '../../shared/runtime/world.ts';
import { barsUntil } from '../../shared/runtime/bars-until.ts';
import { marketOf } from '../../shared/runtime/market-moves.ts';
import { noEvidence } from '../../shared/runtime/reconciled.ts';
import { chosenSeries, dueSpan } from './chosen-series.ts';
import { chosenSymbols } from './chosen-symbols.ts';
import { symbolActions, usedActions } from './symbol-actions.ts';
import { windowKeys, type KeyParts, type StageKeys } from './window-keys.ts';

/**
 * Decides every window of a request from what is on disk. Reads bars and the store, writes nothing;
 * a damaged artifact is set aside and counts as absent. The same request over the same bars gives
 * the same decisions, whatever the order of the symbols, the lanes, or, where a symbol has one
 * series, `from`.
 *
 * @param now - decides the as-of day where the request names none: the last session closed by then
 * @throws InputError for an unknown symbol, or where inputs are not those of the plan looked at
 * @throws DataError if bars are damaged
 */
export async function makePlan(world: World, request: TrainRequest, now: EpochMs): Promise<Plan> {
  if (request.interval !== '1d')
    throw new InputError(`recipe "symbol" trains on interval "1d"; found "${request.interval}"`);
  const recipe = recipeOf(request);
  const asOf = request.asOf ?? world.calendar.lastClosedSession(now);
  const dueUntil = asOf < request.to ? asOf : request.to;
  const { calendar, versions } = world;
  const grid = gridWindows(recipe, request.from, request.to, calendar);
  const series: PlannedSeries[] = [];
  const windows: (PlannedWindow | EligibleWindow)[] = [];
  const pinned: PlannedAction[] = [];
  const table = await world.actions.table();
  const market = marketOf(world.bars, world.instruments, asOf);

  for (const symbol of await chosenSymbols(world, request)) {
    const instrument = world.instruments.find(symbol);
    const instrumentClass = classOf(instrument);
    const listed = instrument?.listed;
    const pin = await chosenSeries(world, {
      symbol,
      interval: request.interval,
      ...dueSpan(grid, dueUntil, listed),
      instrumentClass,
      minimumCoverage: recipe.minimumCoverage,
    });
    const bars = pin && (await barsUntil(world.bars, pin, asOf));
    const { actions, unconfirmed } = await symbolActions(bars, pin?.adjustment, table, market);
    const known = {
      ...(bars ? { bars } : {}),
      ...(listed ? { listed } : {}),
      actions,
      unconfirmed,
      instrumentClass,
    };
    const parts: KeyParts = {
      symbol,
      interval: request.interval,
      recipe,
      versions,
      engine: 'cpu',
      actions,
      ...(listed ? { listed } : {}),
    };
    if (pin) series.push({ ...pin, ...(await noEvidence(world.root, pin)) });
    const decisions = decideWindows(grid, known, { recipe, calendar, dueUntil });
    for (const decided of decisions) windows.push(await plannedWindow(world, decided, bars, parts));
    if (bars) pinned.push(...usedActions(actions, bars, decisions));
  }

  const planToken = digestOf(
    windows.map((window) => [
      window.window,
      window.reason ?? (isEligible(window) ? window.stages.student.predictionsKey : ''),
    ]),
  );
  if (request.planToken !== undefined && request.planToken !== planToken)
    throw new InputError(
      `the inputs changed since plan "${request.planToken.slice(0, 8)}" was looked at: now it is ` +
        `"${planToken.slice(0, 8)}"; look at the plan again`,
    );
  const { from, to } = request;
  return {
    schema: 3,
    planToken,
    asOf,
    from,
    to,
    recipe,
    versions,
    series,
    actions: pinned,
    windows,
  };
}

async function plannedWindow(
  world: World,
  decided: DecidedWindow,
  bars: Bars | undefined,
  parts: KeyParts,
): Promise<PlannedWindow | EligibleWindow> {
  const { grid, effectiveFrom } = decided;
  const { symbol, interval, engine, recipe } = parts;
  const window = {
    window: windowId(symbol, interval, grid.from, grid.to),
    symbol,
    interval,
    from: grid.from,
    to: grid.to,
    effectiveFrom,
    effectiveTo: grid.to,
    engine,
  };
  if (decided.skip !== undefined)
    return { ...window, decision: 'skip', reason: decided.skip, detail: decided.detail };
  if (bars === undefined) throw new InputError(`window "${window.window}" has no bars`);
  const keys = windowKeys(decided, bars, parts);
  const stages = {
    teacher: await plannedStage(world, 'teacher', keys.teacher),
    student: await plannedStage(world, 'student', keys.student),
  };
  return {
    ...window,
    decision: stages.teacher.trained && stages.student.trained ? 'reuse' : 'train',
    decisionDay: decided.grid.decisionDay,
    evaluateTo: grid.evaluateTo,
    rows: decided.rows,
    stages,
    cost: decided.rows * featureSet(recipe.features).length * mostRounds(recipe),
  };
}

async function plannedStage(world: World, stage: Stage, keys: StageKeys): Promise<PlannedStage> {
  const model = await world.store.find(artifactKinds[stage], keys.key);
  const predictions = await world.store.find('predictions', keys.predictionsKey);
  return { ...keys, trained: model !== undefined, predicted: predictions !== undefined };
}

/** Rounds of the dearest stage. Every fold counts as the final fit: an upper bound that compares. */
function mostRounds({ folds, teacher, student }: Recipe): number {
  const mixes = 1 + student.shares.length * student.temperatures.length;
  return Math.max(teacher.trees * (folds + 1), student.trees * (folds * mixes + 1));
}
