import { windowId } from '../../shared/contracts/ids.ts';
import type { Detail, SkipReason, Stage } from '../../shared/contracts/outcome.ts';
import type { EligibleWindow, PlannedStage, PlannedWindow } from '../../shared/contracts/plan.ts';
import type { Recipe } from '../../shared/contracts/recipe.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { recipeFeatures } from '../../shared/domain/samples/recipes.ts';
import type { JudgedSpan } from '../../shared/domain/samples/decisions.ts';
import type { GridWindow } from '../../shared/domain/samples/windows.ts';
import { artifactKinds } from '../../shared/runtime/store/store.ts';
import type { World } from '../../shared/runtime/world.ts';
import type { CommonParts, StageKeys, WindowKeys } from './window-keys.ts';

/** A window as every plan names it. */
export type NamedWindow = Omit<PlannedWindow, 'decision' | 'reason' | 'detail'>;

/** Names a window of the grid. */
export function namedWindow(
  grid: GridWindow,
  effectiveFrom: TradingDay,
  { symbol, interval, engine }: CommonParts,
): NamedWindow {
  return {
    window: windowId(symbol, interval, grid.from, grid.to),
    symbol,
    interval,
    from: grid.from,
    to: grid.to,
    effectiveFrom,
    effectiveTo: grid.to,
    engine,
  };
}

/** A window that is not trained; its evaluation span is there all the same, once it is due. */
export function skippedWindow(
  window: NamedWindow,
  [reason, detail]: readonly [SkipReason, Detail],
  { decisionDay, evaluateTo }: GridWindow,
  spans: Spans,
): PlannedWindow {
  const skipped = { ...window, decision: 'skip', reason, detail } as const;
  if (reason === 'not-due' || decisionDay === undefined) return skipped;
  return { ...skipped, decisionDay, evaluateTo, ...judgedParts(spans) };
}

/** What is judged in a window's span, by symbol. */
export type Spans = ReadonlyMap<string, JudgedSpan>;

function judgedParts(spans: Spans): Pick<PlannedWindow, 'judged' | 'unread'> {
  const counts = (
    of: (span: JudgedSpan) => number,
  ): Readonly<Record<string, number>> | undefined => {
    const some = [...spans].map(([symbol, span]) => [symbol, of(span)] as const);
    const found = some.filter(([, rows]) => rows > 0);
    return found.length === 0 ? undefined : Object.fromEntries(found);
  };
  const judged = counts((span) => span.judged);
  const unread = counts((span) => span.unread);
  return { ...(judged && { judged }), ...(unread && { unread }) };
}

/**
 * A window with models: trained or reused by what is on disk.
 *
 * @param own - stages that are the window's own to train
 */
export async function windowWithModels(
  world: World,
  window: NamedWindow,
  keys: WindowKeys,
  facts: {
    readonly grid: GridWindow & { readonly decisionDay: TradingDay };
    readonly rows: number;
    readonly recipe: Recipe;
    readonly own: readonly Stage[];
    readonly spans: Spans;
    readonly readTo?: TradingDay | undefined;
  },
): Promise<EligibleWindow> {
  const { grid, rows, recipe, own, spans, readTo } = facts;
  const stages = {
    teacher: await plannedStage(world, 'teacher', keys.teacher),
    student: await plannedStage(world, 'student', keys.student),
  };
  return {
    ...window,
    decision: own.every((stage) => stages[stage].trained) ? 'reuse' : 'train',
    decisionDay: grid.decisionDay,
    evaluateTo: grid.evaluateTo,
    ...judgedParts(spans),
    ...(readTo && { readTo }),
    rows,
    stages,
    cost: windowCost(rows, recipe, own),
  };
}

/** What a window's dearest stage costs at most, in rows × features × rounds. */
export function windowCost(rows: number, recipe: Recipe, own: readonly Stage[]): number {
  return rows * recipeFeatures(recipe).length * mostRounds(recipe, own);
}

async function plannedStage(world: World, stage: Stage, keys: StageKeys): Promise<PlannedStage> {
  const model = await world.store.find(artifactKinds[stage], keys.key);
  const predictions = await world.store.find('predictions', keys.predictionsKey);
  return { ...keys, trained: model !== undefined, predicted: predictions !== undefined };
}

/** Rounds of the dearest stage. Every fold counts as the final fit: an upper bound that compares. */
export function mostRounds({ folds, teacher, student }: Recipe, own: readonly Stage[]): number {
  const mixes = 1 + student.shares.length * student.temperatures.length;
  const distilled = student.trees * (folds * mixes + 1);
  return own.includes('teacher') ? Math.max(teacher.trees * (folds + 1), distilled) : distilled;
}
