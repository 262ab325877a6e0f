import path from 'node:path';
import type { Stage } from '../../shared/contracts/outcome.ts';
import { recipeOfWindow, type EligibleWindow, type Plan } from '../../shared/contracts/plan.ts';
import { addDays } from '../../shared/contracts/time.ts';
import { dayStart } from '../../shared/domain/market/calendar/exchange-time.ts';
import type { WindowSpan } from '../../shared/domain/samples/sample-set.ts';
import type { FoldRows } from '../../shared/domain/training/cross-fit.ts';
import type { StoredRows } from '../../shared/domain/validation/leaks/run/stored-rows.ts';
import { readParquet, readSymbolRows, type Columns } from '../../shared/runtime/files/duckdb.ts';
import { artifactKinds } from '../../shared/runtime/store/store.ts';
import type { World } from '../../shared/runtime/world.ts';

/** What lies in the store of a stage of a window, with the labels its model learnt. */
export interface StoredStage extends StoredRows {
  readonly stage: Stage;
  readonly label: Int8Array;
  readonly forwardReturn: Float64Array;
}

/**
 * Reads the rows that a window's own models learnt and judged, stage by stage; a residual student's
 * teacher is its pool's. Every byte is checked.
 *
 * @returns nothing where a model or its predictions are missing
 * @throws DataError if a file is damaged
 */
export async function storedStages(
  { store }: Pick<World, 'store'>,
  plan: Plan,
  window: EligibleWindow,
): Promise<StoredStage[]> {
  const own: readonly Stage[] =
    window.teacherWindow === undefined ? ['teacher', 'student'] : ['student'];
  const { teacher } = window.stages;
  if ((await store.find('teachers', teacher.key)) === undefined) return [];
  const learnt = await learntRows(path.join(store.folder('teachers', teacher.key), file), window);
  const found: StoredStage[] = [];
  for (const stage of own) {
    const { key, predictionsKey } = window.stages[stage];
    const manifest = await store.find(artifactKinds[stage], key);
    if (manifest === undefined) return [];
    if ((await store.find('predictions', predictionsKey)) === undefined) return [];
    const opinions = path.join(store.folder(artifactKinds[stage], key), file);
    const { probability } = await readParquet(opinions, ['probability']);
    const judged = path.join(store.folder('predictions', predictionsKey), 'predictions.parquet');
    const { ts } = await readParquet(judged, ['ts']);
    const { foldScheme } = recipeOfWindow(plan, window);
    found.push({
      stage,
      span: storedSpan(plan, window),
      foldScheme,
      training: {
        ts: learnt.ts,
        labelEnd: learnt.labelEnd,
        probability: Float64Array.from(probability),
      },
      label: learnt.label,
      forwardReturn: learnt.forwardReturn,
      folds: manifest.facts.folds as readonly FoldRows[],
      judged: Float64Array.from(ts),
    });
  }
  return found;
}

const file = 'out-of-fold.parquet';

/** Rows as a window's models learnt them; of a residual student those with the teacher's opinion. */
async function learntRows(rowsFile: string, window: EligibleWindow) {
  const isResidual = window.teacherWindow !== undefined;
  const columns: Columns = isResidual
    ? await readSymbolRows(rowsFile, window.symbol)
    : await readParquet(rowsFile, ['ts', 'label', 'forwardReturn', 'labelEnd', 'probability']);
  const isLearnt = (_: number, row: number): boolean =>
    !isResidual || !Number.isNaN(columns.probability[row]);
  return {
    ts: Float64Array.from(columns.ts).filter(isLearnt),
    label: Int8Array.from(columns.label).filter(isLearnt),
    forwardReturn: Float64Array.from(columns.forwardReturn).filter(isLearnt),
    labelEnd: Float64Array.from(columns.labelEnd).filter(isLearnt),
  };
}

/** Where a window trains and is judged, from the days that its plan names. */
function storedSpan(plan: Plan, window: EligibleWindow): WindowSpan {
  // An intraday label is known at the decision day's close: what is judged begins a day later.
  const later = recipeOfWindow(plan, window).label.kind === 'intraday' ? 1 : 0;
  return {
    fromTs: dayStart(window.effectiveFrom),
    decisionEndTs: dayStart(addDays(window.decisionDay, 1)),
    evaluateFromTs: dayStart(addDays(window.decisionDay, later)),
    evaluateToTs: dayStart(addDays(window.evaluateTo, later)),
  };
}
