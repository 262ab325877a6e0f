import type { Engine, Recipe } from '../../shared/contracts/recipe.ts';
import type { Interval, TradingDay } from '../../shared/contracts/time.ts';
import { barColumns, type Bars } from '../../shared/domain/market/bars.ts';
import type { BarRange, DecidedWindow } from '../../shared/domain/samples/decisions.ts';
import { featureSet } from '../../shared/domain/samples/features.ts';
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
  readonly versions: Readonly<Record<string, string>>;
}

/** Names of a window's artifacts, 64 hex digits each. */
export interface WindowKeys {
  readonly teacherKey: string;
  readonly predictionsKey: string;
}

/**
 * Names a window's artifacts by everything that can change them: the canonical columns of every row
 * read, the recipe with every option, versions and engine. The teacher's name ends at its decision
 * point; its predictions have a name of their own, which changes when sessions are added.
 */
export function windowKeys(decided: Trainable, bars: Bars, parts: KeyParts): WindowKeys {
  const { grid, effectiveFrom, ranges } = decided;
  const teacherKey = digestOf({
    artifact: 'teacher',
    ...parts,
    features: featureSet(parts.recipe.features).map(({ name, version }) => `${name}@${version}`),
    from: grid.from,
    to: grid.to,
    effectiveFrom,
    decisionDay: grid.decisionDay,
    bars: columnsDigest(bars, ranges.teacher),
  });
  const predictionsKey = digestOf({
    artifact: 'predictions',
    teacherKey,
    evaluateTo: grid.evaluateTo,
    bars: columnsDigest(bars, ranges.predictions),
  });
  return { teacherKey, predictionsKey };
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
