import path from 'node:path';
import { isPooledSymbol } from '../../shared/contracts/ids.ts';
import { isEligible, type EligibleWindow } from '../../shared/contracts/plan.ts';
import { addDays, type TradingDay } from '../../shared/contracts/time.ts';
import { gridWindows, type GridWindow } from '../../shared/domain/samples/windows.ts';
import type { WrittenPlan } from '../../shared/runtime/runs/plans.ts';
import type { World } from '../../shared/runtime/world.ts';

/** The student that speaks for a symbol on a day. */
export interface ServingModel {
  readonly window: EligibleWindow;
  /** First day of the symbol's rows in it. */
  readonly effectiveFrom: TradingDay;
  /** Path of its `model.onnx`. */
  readonly model: string;
  /** Sessions since its decision point. */
  readonly ageSessions: number;
  /** Whether its evaluation span is over, and the next window has no model. */
  readonly isStale: boolean;
}

/** Why nothing speaks for a symbol. */
export interface NoModel {
  /** Decision day of the newest model there is, where there is any. */
  readonly newest?: TradingDay;
}

/** Finds who speaks for a symbol. */
export type ServingModels = (symbol: string) => Promise<ServingModel | NoModel>;

/**
 * Opens the students of a plan as they serve on a day: of each symbol the newest one that was decided
 * by then and is in the store. It serves one step longer than its evaluation span, stale, where the
 * next one is missing; then no more.
 *
 * @see quant.md 2.2
 */
export function servingModels(world: World, plan: WrittenPlan, asOf: TradingDay): ServingModels {
  const { calendar, store } = world;
  const grid = gridWindows(plan.recipe, plan.from, later(plan.to, asOf), calendar);
  const eligible = plan.windows
    .filter(isEligible)
    .filter(({ decisionDay }) => decisionDay <= asOf)
    // Pooled windows that residual students stand on do not speak themselves.
    .filter(({ symbol }) => plan.poolRecipe === undefined || !isPooledSymbol(symbol))
    .toSorted((a, b) => (a.decisionDay < b.decisionDay ? 1 : -1));
  const trained = new Map<string, Promise<boolean>>();
  const hasStudent = (key: string): Promise<boolean> => {
    const found = trained.get(key) ?? store.find('students', key).then((one) => one !== undefined);
    trained.set(key, found);
    return found;
  };

  return async (symbol) => {
    for (const window of eligible) {
      const effectiveFrom = startIn(window, symbol);
      const { key } = window.stages.student;
      if (effectiveFrom === undefined || !(await hasStudent(key))) continue;
      const isStale = window.evaluateTo <= asOf;
      if (isStale && !(asOf < spanAfter(grid, window))) return { newest: window.decisionDay };
      return {
        window,
        effectiveFrom,
        model: path.join(store.folder('students', key), 'model.onnx'),
        ageSessions: calendar.sessions(addDays(window.decisionDay, 1), addDays(asOf, 1)).length,
        isStale,
      };
    }
    return {};
  };
}

/** Where a symbol's rows begin in a window; undefined where it has none. */
function startIn(
  { symbol: own, effectiveFrom, members }: EligibleWindow,
  symbol: string,
): TradingDay | undefined {
  if (members === undefined) return own === symbol ? effectiveFrom : undefined;
  return members.find((member) => member.symbol === symbol)?.effectiveFrom;
}

/** End of the evaluation span after a window's own. */
function spanAfter(grid: readonly GridWindow[], { evaluateTo }: EligibleWindow): TradingDay {
  return grid.find(({ decisionDay }) => decisionDay === evaluateTo)?.evaluateTo ?? evaluateTo;
}

function later(a: TradingDay, b: TradingDay): TradingDay {
  return a > b ? a : b;
}
