import type { Stage } from '../../shared/contracts/outcome.ts';
import type { PlannedAction, PlannedStage, Versions } from '../../shared/contracts/plan.ts';
import type { Engine, Recipe } from '../../shared/contracts/recipe.ts';
import type { Interval, TradingDay } from '../../shared/contracts/time.ts';
import { barColumns, type Bars } from '../../shared/domain/market/bars/bars.ts';
import { actionsWithin, type BarRange } from '../../shared/domain/market/actions/adjustment.ts';
import type { DecidedWindow } from '../../shared/domain/samples/decisions.ts';
import type { MarketContext } from '../../shared/domain/samples/features/feature.ts';
import type { DecidedMember, DecidedPool } from '../../shared/domain/samples/pooled-decisions.ts';
import { recipeFeatures, type Recipes } from '../../shared/domain/samples/recipes.ts';
import { converterVersion } from '../../shared/domain/training/onnx/convert.ts';
import { digestOf, sha256 } from '../../shared/runtime/files/digest.ts';

/** A window that will have models. */
export type Trainable = Extract<DecidedWindow, { skip?: never }>;
export type TrainablePool = Extract<DecidedPool, { skip?: never }>;

/** What a window's results depend on, besides the rows it reads. */
export interface CommonParts {
  readonly symbol: string;
  readonly interval: Interval;
  readonly recipe: Recipe;
  readonly engine: Engine;
  readonly versions: Versions;
  /** The market context at a symbol's bars; absent where no feature reads it. */
  readonly contextOf?: (bars: Bars) => MarketContext;
}

/** The same of a window that holds one symbol. */
export interface KeyParts extends CommonParts {
  readonly listed?: TradingDay;
  /** Corporate actions the symbol's bars are read with; those inside a window's rows enter its key. */
  readonly actions: readonly PlannedAction[];
}

/** Names of a stage's artifacts, 64 hex digits each. */
export type StageKeys = Pick<PlannedStage, 'key' | 'predictionsKey'>;
export type WindowKeys = Readonly<Record<Stage, StageKeys>>;

/**
 * Names a window's artifacts by everything that can change them: the canonical columns of every row
 * read, the corporate actions inside them, the recipe with every option, versions and engine. A
 * model's name ends at its decision point; its predictions have a name of their own, which changes
 * when sessions are added. What only a student depends on is no part of its teacher's name.
 */
export function windowKeys(decided: Trainable, bars: Bars, parts: KeyParts): WindowKeys {
  const { effectiveFrom, ranges } = decided;
  const { actions, listed, ...common } = parts;
  const known = listed === undefined ? {} : { listed };
  return keysOf(decided, common, {
    teacher: { ...known, effectiveFrom, ...rowsPart({ bars, actions }, ranges.teacher, common) },
    predictions: rowsPart({ bars, actions }, ranges.predictions, common),
  });
}

/**
 * Names a pooled window's artifacts: what each of its members would be named by, together. Who else
 * belongs to the universe changes nothing.
 */
export function pooledKeys(decided: TrainablePool, parts: CommonParts): WindowKeys {
  const each = (range: 'teacher' | 'predictions') =>
    decided.members.map(({ symbol, listed, effectiveFrom, bars, actions, ranges }) => ({
      symbol,
      ...(listed === undefined ? {} : { listed }),
      effectiveFrom,
      ...rowsPart({ bars, actions }, ranges[range], parts),
    }));
  return keysOf(decided, parts, {
    teacher: { members: each('teacher') },
    predictions: { members: each('predictions') },
  });
}

/**
 * Names the artifacts of a residual student: everything its bars can change is in the name of the
 * pooled teacher it starts from, of which the symbol is a member.
 */
export function residualKeys(
  teacher: StageKeys,
  member: Pick<DecidedMember, 'symbol'>,
  { recipe, engine, versions }: CommonParts,
): WindowKeys {
  const { teacher: _, ...own } = recipe;
  const studentKey = digestOf({
    artifact: 'student',
    teacherKey: teacher.key,
    symbol: member.symbol,
    recipe: own,
    engine,
    versions: { lightgbm: versions.lightgbm, converter: converterVersion },
  });
  return {
    teacher: { key: teacher.key, predictionsKey: teacher.predictionsKey },
    student: {
      key: studentKey,
      predictionsKey: digestOf({
        artifact: 'predictions',
        teacher: teacher.predictionsKey,
        studentKey,
        versions: { onnxruntime: versions.onnxruntime },
      }),
    },
  };
}

/** Digest of what enters every name of some recipes and is code: versions of features and converter. */
export function definitionsOf({ recipe, poolRecipe }: Recipes): string {
  const features = [recipe, ...(poolRecipe === undefined ? [] : [poolRecipe])].map((one) =>
    recipeFeatures(one).map(({ name, version }) => `${name}@${version}`),
  );
  return digestOf({ features, converter: converterVersion });
}

/** What a window's models and its predictions read. */
interface Read {
  readonly teacher: object;
  readonly predictions: object;
}

function keysOf(
  { grid }: Pick<Trainable, 'grid'>,
  { recipe, versions, symbol, interval, engine }: CommonParts,
  read: Read,
): WindowKeys {
  const { student, ...taught } = recipe;
  const { lightgbm, onnxruntime } = versions;
  const teacherKey = digestOf({
    artifact: 'teacher',
    symbol,
    interval,
    engine,
    recipe: taught,
    versions: { lightgbm },
    features: recipeFeatures(recipe).map(({ name, version }) => `${name}@${version}`),
    from: grid.from,
    to: grid.to,
    decisionDay: grid.decisionDay,
    ...read.teacher,
  });
  const studentKey = digestOf({
    artifact: 'student',
    teacherKey,
    student,
    versions: { converter: converterVersion },
  });
  const evaluated = {
    artifact: 'predictions',
    evaluateTo: grid.evaluateTo,
    ...read.predictions,
  };
  return {
    teacher: { key: teacherKey, predictionsKey: digestOf({ ...evaluated, teacherKey }) },
    student: {
      key: studentKey,
      predictionsKey: digestOf({ ...evaluated, studentKey, versions: { onnxruntime } }),
    },
  };
}

/** What is read of one symbol, as part of a name. */
interface RowsPart {
  readonly bars: string;
  /** Absent where none changes something inside the rows. */
  readonly actions?: readonly PlannedAction[];
  /** Absent where no feature reads it. */
  readonly context?: string;
}

function rowsPart(
  { bars, actions }: { readonly bars: Bars; readonly actions: readonly PlannedAction[] },
  range: BarRange,
  { contextOf }: Pick<CommonParts, 'contextOf'>,
): RowsPart {
  const inside = actionsWithin(actions, bars, range);
  const context = contextOf?.(bars);
  return {
    bars: columnsDigest(
      barColumns.map((name) => bars[name]),
      range,
    ),
    ...(inside.length > 0 ? { actions: inside } : {}),
    ...(context === undefined
      ? {}
      : {
          context: columnsDigest(
            contextColumns.map((name) => context[name]),
            range,
          ),
        }),
  };
}

const contextColumns = [
  'indexReturn',
  'breadth',
  'dispersion',
  'sectorReturn',
  'momentumRank',
  'reversalRank',
] as const satisfies readonly (keyof MarketContext)[];

/** Digest of rows `[start, end)`: values only, so that compaction of files changes no name. */
function columnsDigest(columns: readonly Float64Array[], { start, end }: BarRange): string {
  return sha256(
    ...columns.map((all) => {
      const column = all.subarray(start, end);
      return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
    }),
  );
}
