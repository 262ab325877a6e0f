import path from 'node:path';
import { InputError } from '../../shared/contracts/errors.ts';
import { isPooledSymbol } from '../../shared/contracts/ids.ts';
import { stages, type Stage } from '../../shared/contracts/outcome.ts';
import { isEligible, type EligibleWindow, type Plan } from '../../shared/contracts/plan.ts';
import type { PredictedWindow } from '../../shared/runtime/prediction-table.ts';
import type { Store } from '../../shared/runtime/store.ts';

/** The windows of a run that have out-of-sample predictions. */
export interface PredictedWindows {
  readonly found: readonly PredictedWindow[];
  /** Eligible windows without predictions of any stage: failed, or not started. */
  readonly missing: number;
}

/**
 * Looks for the predictions of a run's windows in the store; a damaged artifact is set aside and
 * counts as missing. Pooled windows that residual students stand on are evidence of another recipe.
 *
 * @throws InputError if there are none
 */
export async function predictedWindows(
  store: Store,
  runId: string,
  { windows, poolRecipe }: Plan,
): Promise<PredictedWindows> {
  const eligible = windows
    .filter(isEligible)
    .filter(({ symbol }) => poolRecipe === undefined || !isPooledSymbol(symbol));
  const found: PredictedWindow[] = [];
  for (const window of eligible) {
    const predicted = await predictedWindow(store, window);
    if (Object.keys(predicted.files).length > 0) found.push(predicted);
  }
  if (found.length > 0) return { found, missing: eligible.length - found.length };
  throw new InputError(
    `run "${runId}" has no predictions: its "${eligible.length}" windows failed or have not started`,
  );
}

/** A window with the files that are there and sound. */
async function predictedWindow(
  store: Store,
  { symbol, window, stages: planned }: EligibleWindow,
): Promise<PredictedWindow> {
  const files: Partial<Record<Stage, string>> = {};
  for (const stage of stages) {
    const { predictionsKey } = planned[stage];
    if ((await store.find('predictions', predictionsKey)) === undefined) continue;
    files[stage] = path.join(store.folder('predictions', predictionsKey), 'predictions.parquet');
  }
  return { symbol, window, files };
}
