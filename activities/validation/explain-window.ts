import path from 'node:path';
import { InputError } from '../../shared/contracts/errors.ts';
import type { Stage } from '../../shared/contracts/outcome.ts';
import { stagesToTrain } from '../../shared/contracts/pages.ts';
import {
  isEligible,
  recipeOfWindow,
  type Plan,
  type PlannedSeries,
  type PlannedWindow,
  type PooledMember,
  type TrainRequest,
  type Versions,
} from '../../shared/contracts/plan.ts';
import type { Recipe } from '../../shared/contracts/recipe.ts';
import type { RunReport, RunState } from '../../shared/contracts/run.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { dayStart } from '../../shared/domain/market/calendar/exchange-time.ts';
import { nearestSymbols } from '../../shared/domain/market/instruments/instruments.ts';
import { recipesOf } from '../../shared/domain/samples/recipes.ts';
import { runFolder } from '../../shared/runtime/data-root.ts';
import { digestOf } from '../../shared/runtime/files/digest.ts';
import { failureFiles, type FailureEvidence } from '../../shared/runtime/runs/failure-files.ts';
import { readJson } from '../../shared/runtime/files/files.ts';
import { pageRecords } from '../../shared/runtime/runs/page-records.ts';
import type { World } from '../../shared/runtime/world.ts';
import { explainedStage, unscored, type ExplainedStage } from './explained-stage.ts';
import type { Holdout } from './holdouts.ts';
import { requestAgain } from './request-again.ts';
import { planSeal } from './sealed-rows.ts';

/** Which window of which run. */
export interface ExplainRequest {
  readonly runId: string;
  /** `RELIANCE/1d/2022-01-01..2022-06-30`. */
  readonly window: string;
}

/** Why a window ended so: what was decided, what became of it, and what its models stand on. */
export interface WindowExplanation extends PlannedWindow {
  readonly runId: string;
  /** Folder of the data root. */
  readonly root: string;
  readonly asOf: TradingDay;
  readonly recipe: Recipe;
  readonly versions: Versions;
  /** How the run ended; absent while it is open, or where it was cut off. */
  readonly state?: RunState;
  /** The bars that the plan reads; absent where there are none. */
  readonly series?: PlannedSeries;
  /** The rest of what the plan says of a window that has or will have models. */
  readonly rows?: number;
  /** The first day that is not read, a gap nobody has explained. */
  readonly readTo?: TradingDay;
  /** Of a pooled window: whose rows it holds. */
  readonly members?: readonly PooledMember[];
  /** The holdout that keeps its scores back, from the freeze date on; absent for none. */
  readonly sealedBy?: Pick<Holdout, 'name' | 'freeze'>;
  /** Whose teacher a residual student starts from. */
  readonly teacherWindow?: string;
  /** What the plan has fitted; the other stages are reused. */
  readonly toFit?: readonly Stage[];
  readonly stages?: Readonly<Record<Stage, ExplainedStage>>;
  /** What lanes wrote down as its stages failed on them, by time; those of a killed lane wrote nothing. */
  readonly evidence?: readonly FailureEvidence[];
  /** What plans this very window again. */
  readonly again: TrainRequest;
  /** What has changed since the plan was made, so that models would have other names now. */
  readonly changed: readonly ('recipe' | 'versions')[];
}

/**
 * Explains one window of a run from its plan, the outcomes its pages recorded and the store. Writes
 * nothing, but a damaged artifact is set aside, as by every look into the store.
 *
 * @throws InputError if there is no such run, or it has no such window: naming those it has
 */
export async function explainWindow(
  world: Pick<World, 'root' | 'plans' | 'store' | 'versions' | 'calendar'>,
  { runId, window: name }: ExplainRequest,
): Promise<WindowExplanation> {
  const plan = await world.plans.read(runId);
  const window = plan.windows.find((one) => one.window === name);
  if (window === undefined) throw new InputError(unknownWindow(plan, runId, name));
  const folder = runFolder(world.root, runId);
  const report = (await readJson(path.join(folder, 'report.json'))) as RunReport | undefined;
  const series = plan.series.find(({ symbol }) => symbol === window.symbol);
  const again = requestAgain(plan, window);
  const { asOf, versions } = plan;
  const recipe = recipeOfWindow(plan, window);
  const { decision, reason, detail } = window;
  const explained: WindowExplanation = {
    window: window.window,
    runId,
    root: world.root.path,
    asOf,
    ...(report === undefined ? {} : { state: report.state }),
    symbol: window.symbol,
    interval: window.interval,
    from: window.from,
    to: window.to,
    effectiveFrom: window.effectiveFrom,
    effectiveTo: window.effectiveTo,
    engine: window.engine,
    decision,
    ...(reason === undefined ? {} : { reason }),
    ...(detail === undefined ? {} : { detail }),
    recipe,
    versions,
    ...(series === undefined ? {} : { series }),
    again,
    ...(window.decisionDay === undefined ? {} : { decisionDay: window.decisionDay }),
    ...(window.evaluateTo === undefined ? {} : { evaluateTo: window.evaluateTo }),
    ...(window.judged === undefined ? {} : { judged: window.judged }),
    ...(window.unread === undefined ? {} : { unread: window.unread }),
    ...(window.absent === undefined ? {} : { absent: window.absent }),
    changed: [
      ...(digestOf(recipeAgain(again, window)) === digestOf(recipe) ? [] : (['recipe'] as const)),
      ...(digestOf(world.versions) === digestOf(versions) ? [] : (['versions'] as const)),
    ],
  };
  if (!isEligible(window)) return explained;

  const { rows, members, readTo, teacherWindow } = window;
  const records = await pageRecords(world.root, runId);
  const evidence = await failureFiles(world.root, runId).of(window.window);
  const { sealed } = await planSeal(world, plan);
  const reaches = dayStart(window.evaluateTo) > (sealed?.rows.labelsFrom ?? Infinity);
  const seal = reaches ? sealed : undefined;
  const stageOf = async (stage: Stage): Promise<ExplainedStage> =>
    unscored(
      await explainedStage(world.store, records, { window, recipe }, stage),
      window,
      seal?.freeze,
    );
  return {
    ...explained,
    rows,
    ...(members === undefined ? {} : { members }),
    ...(readTo === undefined ? {} : { readTo }),
    ...(teacherWindow === undefined ? {} : { teacherWindow }),
    toFit: stagesToTrain(window),
    ...(evidence.length === 0 ? {} : { evidence }),
    stages: {
      teacher: await stageOf('teacher'),
      student: await stageOf('student'),
    },
    ...(seal === undefined ? {} : { sealedBy: { name: seal.name, freeze: seal.freeze } }),
  };
}

/** What a request would fit a window by now. */
function recipeAgain(again: TrainRequest, window: PlannedWindow): Recipe {
  return recipeOfWindow(recipesOf(again), window);
}

/** Windows or symbols that an error names at most. */
const mostNamed = 40;

function unknownWindow({ windows }: Plan, runId: string, name: string): string {
  const unknown = `run "${runId}" has no window "${name}"`;
  const [symbol] = name.split('/');
  const own = windows.filter((window) => window.symbol === symbol);
  if (own.length > 0)
    return `${unknown}; of that symbol it has ${listed(own.map(({ window }) => window))}`;
  const symbols = [...new Set(windows.map((window) => window.symbol))];
  const near = nearestSymbols(symbol, symbols);
  return near.length > 0
    ? `${unknown}; did you mean ${listed(near)}?`
    : `${unknown}; its symbols are ${listed(symbols)}`;
}

function listed(names: readonly string[]): string {
  const some = names.slice(0, mostNamed).map((name) => `"${name}"`);
  const rest = names.length - some.length;
  return some.join(', ') + (rest > 0 ? ` and "${rest}" more` : '');
}
