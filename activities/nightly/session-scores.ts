import { InputError } from '../../shared/contracts/errors.ts';
import type { TrainRequest } from '../../shared/contracts/plan.ts';
import type { ExcludedSymbol, ScoredSymbol, SessionScores } from '../../shared/contracts/scores.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { gridWindows } from '../../shared/domain/samples/windows.ts';
import { digestOf } from '../../shared/runtime/files/digest.ts';
import { scoreStudent } from '../../shared/runtime/onnx/onnx.ts';
import type { WrittenPlan } from '../../shared/runtime/runs/plans.ts';
import type { World } from '../../shared/runtime/world.ts';
import { chosenSymbols } from '../samples/chosen-symbols.ts';
import { planContext } from '../samples/plan-context.ts';
import { planMarket } from '../samples/plan-market.ts';
import { poolOf } from '../samples/pool-members.ts';
import { exclusion, lastRow, type Exclusion } from './scored-symbol.ts';
import {
  servingModels,
  type NoModel,
  type ServingModel,
  type ServingModels,
} from './serving-models.ts';

/** Whose models score which session. */
export interface ScoresRequest {
  /** The run that the scores are of. */
  readonly runId: string;
  /** Runs whose plans have the models, the one asked first in front; at least one. */
  readonly plans: readonly string[];
  /** Whom to score. Default: whom the first of the runs trains. */
  readonly symbols?: TrainRequest['symbols'];
  readonly asOf: TradingDay;
  readonly minimumTurnover: number;
}

/** Scores with what they follow from. */
export interface FoundScores {
  readonly scores: SessionScores;
  /** Digest of every model and every row of features that was scored, and of the exclusions. */
  readonly inputs: string;
}

/**
 * Scores the session after `asOf` by the newest students, through ONNX Runtime as whoever serves them
 * does, from the bars on disk up to that day. Writes nothing; the same bars and models give the same.
 *
 * @throws InputError if there is no such run, or it does not train daily bars
 * @throws DataError if bars or models are damaged
 * @see quant.md 2.12
 */
export async function sessionScores(
  world: World,
  { runId, plans, symbols: asked, asOf, minimumTurnover }: ScoresRequest,
): Promise<FoundScores> {
  const serving = lazyNights(world, plans, asOf);
  const { name: first, plan } = await serving(0);
  checkInterval(plan, first);
  const session = world.calendar.nextSession(asOf);
  const { market, contextOf, symbols } = await scoredMarket(world, plan, {
    asOf,
    ...(asked && { symbols: asked }),
  });
  const scored: Omit<ScoredSymbol, 'rank'>[] = [];
  const excluded: ExcludedSymbol[] = [];
  const inputs: unknown[] = [];
  for (const symbol of symbols) {
    const known = await market(symbol);
    const delisted = world.instruments.find(symbol)?.delisted;
    const about = { asOf, session, minimumTurnover, ...(delisted ? { delisted } : {}) };
    const found = exclusion(known, about) ?? (await modelOf(symbol));
    if (isExclusion(found)) exclude(symbol, found);
    else {
      const { name, plan: of, serves } = found;
      const { bars } = known;
      const row = bars && lastRow(of, { ...known, bars }, serves, contextOf);
      if (row === undefined || isExclusion(row)) exclude(symbol, row ?? ['no-bars', { bars: 0 }]);
      else {
        const columns = row.features.map((feature, j) => [feature, [row.values[j]]] as const);
        const [score] = await scoreStudent(serves.model, Object.fromEntries(columns));
        inputs.push([symbol, serves.window.stages.student.key, Array.from(row.values, String)]);
        const { window, decisionDay } = serves.window;
        const { ageSessions, isStale: stale } = serves;
        scored.push({ symbol, score, window, decisionDay, ageSessions, stale, run: name });
      }
    }
  }
  const ranked = scored
    .toSorted((a, b) => b.score - a.score || (a.symbol < b.symbol ? -1 : 1))
    .map(({ symbol, ...rest }, index) => ({ symbol, rank: index + 1, ...rest }));
  const scores: SessionScores = {
    schema: 1,
    runId,
    asOf,
    session,
    recipe: plan.recipe.name,
    interval: plan.request.interval,
    horizon: plan.recipe.horizon,
    minimumTurnover,
    scores: ranked,
    excluded,
  };
  return { scores, inputs: digestOf({ runId, asOf, inputs, excluded }) };

  function exclude(symbol: string, [reason, detail]: Exclusion): void {
    excluded.push({ symbol, reason, detail });
  }

  /** The first of the runs that has a model of a symbol. */
  async function modelOf(
    symbol: string,
  ): Promise<{ name: string; plan: WrittenPlan; serves: ServingModel } | Exclusion> {
    let newest: NoModel['newest'];
    for (const index of plans.keys()) {
      const { name, plan: of, models } = await serving(index);
      // Scores of two recipes cannot be ranked together.
      if (digestOf(of.recipe) !== digestOf(plan.recipe)) continue;
      const serves = await models(symbol);
      if ('model' in serves) return { name, plan: of, serves };
      newest ??= serves.newest;
    }
    return ['no-model', newest === undefined ? {} : { newest }];
  }
}

function isExclusion(found: object): found is Exclusion {
  return Array.isArray(found);
}

function checkInterval({ request: { interval } }: WrittenPlan, name: string): void {
  if (interval !== '1d')
    throw new InputError(
      `run "${name}" trains bars of "${interval}"; sessions are scored by daily bars alone`,
    );
}

/** The plans of some nights with who serves in each, read when they are first asked for. */
function lazyNights(world: World, names: readonly string[], asOf: TradingDay) {
  const read = new Map<number, Promise<Night>>();
  const night = async (name: string): Promise<Night> => {
    const plan = await world.plans.read(name);
    return { name, plan, models: servingModels(world, plan, asOf) };
  };
  return (index: number): Promise<Night> => {
    const found = read.get(index) ?? night(names[index]);
    read.set(index, found);
    return found;
  };
}

/** A plan and who serves in it. */
interface Night {
  readonly name: string;
  readonly plan: WrittenPlan;
  readonly models: ServingModels;
}

/** Whom to score, and what is known of them up to a day. */
async function scoredMarket(
  world: World,
  { request, recipe, from }: WrittenPlan,
  { asOf, symbols = request.symbols }: Pick<ScoresRequest, 'asOf' | 'symbols'>,
) {
  const grid = gridWindows(recipe, from, asOf, world.calendar);
  const market = await planMarket(world, request, {
    asOf,
    grid,
    dueUntil: asOf,
    minimumCoverage: recipe.minimumCoverage,
  });
  const pool = recipe.name === 'symbol' ? undefined : await poolOf(world, request, grid);
  const context = await planContext(world, { request, recipe, asOf }, market, pool);
  const isPool = recipe.name === 'pooled' || (pool !== undefined && symbols === 'all');
  const chosen = isPool
    ? (pool?.symbols ?? [])
    : await chosenSymbols(world, { ...request, symbols });
  return { market, contextOf: context?.of, symbols: chosen };
}
