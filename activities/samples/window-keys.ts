import type { Stage } from '../../shared/contracts/outcome.ts';
import type { PlannedAction, PlannedStage, Versions } from '../../shared/contracts/plan.ts';
import type { Engine, Recipe } from '../../shared/contracts/recipe.ts';
import type { Interval, TradingDay } from '../../shared/contracts/time.ts';
import { barColumns, type Bars } from '../../shared/domain/market/bars.ts';
import { actionsWithin, type BarRange } from '../../shared/domain/market/adjustment.ts';
import type { DecidedWindow } from '../../shared/domain/samples/decisions.ts';
import { featureSet } from '../../shared/domain/samples/features.ts';
import { converterVersion } from '../../shared/domain/training/onnx/convert.ts';
import { digestOf, sha256 } from '../../shared/runtime/digest.ts';

/** A window that will have models. */
export type Trainable = Extract<DecidedWindow, { skip?: never }>;

/** What a window's results depend on, besides the rows it reads. */
export interface KeyParts {
  readonly symbol: string;
  readonly interval: Interval;
  readonly listed?: TradingDay;
  readonly recipe: Recipe;
  readonly engine: Engine;
  readonly versions: Versions;
  /** Corporate actions the symbol's bars are read with; those inside a window's rows enter its key. */
  readonly actions: readonly PlannedAction[];
}

/** Names of a stage's artifacts, 64 hex digits each. */
export type StageKeys = Pick<PlannedStage, 'key' | 'predictionsKey'>;

/**
 * Names a window's artifacts by everything that can change them: the canonical columns of every row
 * read, the corporate actions inside them, the recipe with every option, versions and engine. A model's name ends at its decision
 * point; its predictions have a name of their own, which changes when sessions are added. What only
 * a student depends on is no part of its teacher's name.
 */
export function windowKeys(
  decided: Trainable,
  bars: Bars,
  parts: KeyParts,
): Readonly<Record<Stage, StageKeys>> {
  const { grid, effectiveFrom, ranges } = decided;
  const { actions, ...others } = parts;
  const { student, ...recipe } = parts.recipe;
  const { lightgbm, onnxruntime } = parts.versions;
  const teacherKey = digestOf({
    artifact: 'teacher',
    ...others,
    recipe,
    versions: { lightgbm },
    features: featureSet(parts.recipe.features).map(({ name, version }) => `${name}@${version}`),
    from: grid.from,
    to: grid.to,
    effectiveFrom,
    decisionDay: grid.decisionDay,
    bars: columnsDigest(bars, ranges.teacher),
    ...actionsPart(actions, bars, ranges.teacher),
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
    bars: columnsDigest(bars, ranges.predictions),
    ...actionsPart(actions, bars, ranges.predictions),
  };
  return {
    teacher: { key: teacherKey, predictionsKey: digestOf({ ...evaluated, teacherKey }) },
    student: {
      key: studentKey,
      predictionsKey: digestOf({ ...evaluated, studentKey, versions: { onnxruntime } }),
    },
  };
}

/** The actions that change something inside the rows; nothing where there are none. */
function actionsPart(
  actions: readonly PlannedAction[],
  bars: Bars,
  range: BarRange,
): { readonly actions?: readonly PlannedAction[] } {
  const inside = actionsWithin(actions, bars, range);
  return inside.length > 0 ? { actions: inside } : {};
}

/** Digest of rows `[start, end)`: values only, so that compaction of files changes no name. */
function columnsDigest(bars: Bars, { start, end }: BarRange): string {
  return sha256(
    ...barColumns.map((name) => {
      const column = bars[name].subarray(start, end);
      return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
    }),
  );
}
