import { isPooledSymbol } from './ids.ts';
import type { Detail, SkipReason, Stage } from './outcome.ts';
import type { Engine, Recipe, RecipeName, StudentMix } from './recipe.ts';
import type { Interval, TradingDay } from './time.ts';

/** What an operator asks for: names and references, never a resolved list where `all` will do. */
export interface TrainRequest {
  /** `all`, or symbols. */
  readonly symbols: 'all' | readonly string[];
  readonly interval: Interval;
  /** A run holds the grid's windows that start in `[from, to]`. */
  readonly from: TradingDay;
  /** Windows whose decision point lies after it are not due. */
  readonly to: TradingDay;
  readonly recipe: RecipeName;
  /** Whose members are pooled, e.g. `nifty100`. Default: the symbols of the request with bars. */
  readonly universe?: string;
  /** The last session whose bars may be read. Default: the last one closed when the run starts. */
  readonly asOf?: TradingDay;
  /** Name of the feature set. */
  readonly features?: string;
  /** Families of it that are left out. */
  readonly without?: readonly string[];
  /** Of recipes whose grid counts days. */
  readonly windowDays?: number;
  readonly stepDays?: number;
  /** Of recipes whose grid counts sessions. */
  readonly windowSessions?: number;
  readonly stepSessions?: number;
  readonly anchor?: TradingDay;
  readonly horizon?: number;
  /** Default: `auto`. */
  readonly studentMix?: StudentMix;
  /** The data root that the request was made for; workers of another refuse it. */
  readonly root?: string;
  /** The token of a plan that was looked at: the run is refused if its inputs have changed since. */
  readonly planToken?: string;
}

/** A symbol's bars as a plan reads them: one series, its segments by name. */
export interface PlannedSeries {
  readonly symbol: string;
  readonly interval: Interval;
  /** Folder of the series, `<source>-<adjustment>`. */
  readonly series: string;
  readonly adjustment: 'raw' | 'vendor' | 'unknown';
  /** Segments in the order of precedence: where times meet, a later one wins. */
  readonly segments: readonly string[];
  /** First day of trading; absent where unknown. */
  readonly listed?: TradingDay;
  /** What `reconcile` found wrong with its prices: what they train is no evidence. Absent for nothing. */
  readonly noEvidence?: readonly string[];
}

/** What an event does to a symbol's bars. */
export const actionKinds = ['split', 'bonus', 'rights', 'demerger', 'dividend'] as const;
export type ActionKind = (typeof actionKinds)[number];

/** A corporate action as bars are read with it: what enters a window's key. */
export interface PlannedAction {
  readonly symbol: string;
  /** The first day that trades without what the action gives. */
  readonly exDate: TradingDay;
  readonly kind: ActionKind;
  /** Price after over price before: 0.2 where one share becomes five. */
  readonly priceFactor: number;
  /** Shares after over shares before: 5 where one share becomes five; 1 where their number stays. */
  readonly volumeFactor: number;
  /** Rupees paid a share. */
  readonly cash: number;
}

/** What will be done with a window. */
export type Decision = 'train' | 'reuse' | 'skip';

/** One window of the matrix with its decision. */
export interface PlannedWindow {
  readonly window: string;
  readonly symbol: string;
  readonly interval: Interval;
  /** Nominal span `[from, to)`. */
  readonly from: TradingDay;
  readonly to: TradingDay;
  /** Where a listing clips it. */
  readonly effectiveFrom: TradingDay;
  readonly effectiveTo: TradingDay;
  readonly engine: Engine;
  readonly decision: Decision;
  readonly reason?: SkipReason;
  readonly detail?: Detail;
  /** The last session before `to`: what is learnt was known at its close. Absent while not due. */
  readonly decisionDay?: TradingDay;
  /** End of the evaluation span (exclusive), whatever models exist; fixed by the grid. */
  readonly evaluateTo?: TradingDay;
  /** Rows of that span up to the as-of day by symbol, with a model or without; absent for none. */
  readonly judged?: Readonly<Record<string, number>>;
  /** Of them, those that no model may read: from a gap on that nobody has explained. */
  readonly unread?: Readonly<Record<string, number>>;
  /** Members of its universe that a pooled window leaves out, and why. */
  readonly absent?: Readonly<Record<string, SkipReason>>;
}

/** One stage of a window: what its results are called and which of them exist. */
export interface PlannedStage {
  /** Names of the model and of its predictions, 64 hex digits each. */
  readonly key: string;
  readonly predictionsKey: string;
  /** Whether they are on disk already. */
  readonly trained: boolean;
  readonly predicted: boolean;
}

/** A window that has or will have models: what its fits read and what their results are called. */
export interface EligibleWindow extends PlannedWindow {
  readonly decision: 'train' | 'reuse';
  readonly decisionDay: TradingDay;
  readonly evaluateTo: TradingDay;
  /** Labelled rows that train. */
  readonly rows: number;
  readonly stages: Readonly<Record<Stage, PlannedStage>>;
  /** What the dearest of its stages costs at most, in rows × features × rounds. */
  readonly cost: number;
  /** Whose rows a pooled window learns from; absent where a window holds one symbol. */
  readonly members?: readonly PooledMember[];
  /** The first day that is not read, a gap nobody has explained; absent where all is read. */
  readonly readTo?: TradingDay;
  /** The pooled window whose teacher a residual student starts from; absent for one of its own. */
  readonly teacherWindow?: string;
}

/** A symbol in a pooled window. */
export interface PooledMember {
  readonly symbol: string;
  /** The window's first day, or its listing. */
  readonly effectiveFrom: TradingDay;
  /** Labelled rows that train. */
  readonly rows: number;
  /** The first day that is not read, a gap nobody has explained; absent where all is read. */
  readonly readTo?: TradingDay;
}

/** Versions of libraries that can change a result. */
export interface Versions {
  readonly lightgbm: string;
  readonly onnxruntime: string;
}

/** The market context that features read: one universe's, whatever symbols are trained. */
export interface PlannedContext {
  readonly universe: string;
  /** Names of its years in the store, in order. */
  readonly keys: readonly string[];
  /** Sectors of the universe's symbols, where known. */
  readonly sectors: Readonly<Record<string, string>>;
}

/** The matrix of a run: every window with exactly one decision. Written once, executed as it stands. */
export interface Plan {
  readonly schema: 5;
  /** Digest of the inputs of every window; equal tokens mean equal work and equal results. */
  readonly planToken: string;
  readonly asOf: TradingDay;
  readonly from: TradingDay;
  readonly to: TradingDay;
  readonly recipe: Recipe;
  /** Of the pooled windows that residual ones stand on; absent where there are none. */
  readonly poolRecipe?: Recipe;
  readonly versions: Versions;
  /** Digest of the versions of features and converter, which are part of every name. */
  readonly definitions?: string;
  readonly series: readonly PlannedSeries[];
  /** The confirmed corporate actions inside the rows that some window reads. */
  readonly actions: readonly PlannedAction[];
  /** Absent where no feature reads it. */
  readonly context?: PlannedContext;
  readonly windows: readonly (PlannedWindow | EligibleWindow)[];
}

/** Whether a window has or will have models. */
export function isEligible(window: PlannedWindow | EligibleWindow): window is EligibleWindow {
  return window.decision !== 'skip';
}

/** The recipe that a plan's window is fitted by. */
export function recipeOfWindow(
  { recipe, poolRecipe }: Pick<Plan, 'recipe' | 'poolRecipe'>,
  window: PlannedWindow,
): Recipe {
  return isPooledSymbol(window.symbol) ? (poolRecipe ?? recipe) : recipe;
}

/** Windows a plan counts by decision and reason. */
export interface PlanCounts {
  readonly windows: number;
  readonly train: number;
  readonly reuse: number;
  readonly skip: Readonly<Partial<Record<SkipReason, number>>>;
  /** Models to train and to reuse, by stage. */
  readonly stages: Readonly<Record<Stage, { readonly train: number; readonly reuse: number }>>;
}
