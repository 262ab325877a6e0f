import path from 'node:path';
import { InputError } from '../../shared/contracts/errors.ts';
import { stages, type Stage } from '../../shared/contracts/outcome.ts';
import { isEligible, type EligibleWindow } from '../../shared/contracts/plan.ts';
import { judgedWindows, spanCounts, type SpanCounts } from '../../shared/contracts/span-counts.ts';
import { staleWindows } from '../../shared/contracts/stale-windows.ts';
import type { RequestedPlan } from '../../shared/runtime/runs/plans.ts';
import type { PredictedWindow } from '../../shared/runtime/store/prediction-table.ts';
import type { Store } from '../../shared/runtime/store/store.ts';
import type { World } from '../../shared/runtime/world.ts';
import { planSeal, type PlanSeal } from './sealed-rows.ts';

/** The windows of a run that have out-of-sample predictions. */
export interface PredictedWindows {
  /** Each with what of its rows is sealed. */
  readonly found: readonly PredictedWindow[];
  /** Eligible windows without predictions of any stage: failed, or not started. */
  readonly missing: number;
  /** Rows of the evaluation spans, with a model or without. */
  readonly spans: SpanCounts;
  /** Windows without a model whose span that of the window before could serve: `stale`. */
  readonly stale: number;
  readonly seal: PlanSeal;
}

/** What looking for predictions needs of the world. */
export type PredictionsWorld = Pick<World, 'store' | 'root' | 'calendar'>;

/**
 * Looks for the predictions of a run's windows in the store; a damaged artifact is set aside and
 * counts as missing. Pooled windows that residual students stand on are evidence of another recipe.
 *
 * @throws InputError if there are none
 * @throws DataError if the ledger is damaged
 */
export async function predictedWindows(
  world: PredictionsWorld,
  runId: string,
  plan: RequestedPlan,
): Promise<PredictedWindows> {
  const seal = await planSeal(world, plan);
  const eligible = judgedWindows(plan).filter(isEligible);
  const found: PredictedWindow[] = [];
  for (const window of eligible) {
    const predicted = await predictedWindow(world.store, window);
    if (Object.keys(predicted.files).length > 0)
      found.push(seal.sealed === undefined ? predicted : { ...predicted, seal: seal.sealed.rows });
  }
  if (found.length === 0)
    throw new InputError(
      `run "${runId}" has no predictions: its "${eligible.length}" windows failed or have not started`,
    );
  const served = new Set(
    found.filter(({ files }) => files.student !== undefined).map(({ window }) => window),
  );
  const hasModel = ({ window }: EligibleWindow): boolean => served.has(window);
  return {
    found,
    missing: eligible.length - found.length,
    spans: spanCounts(plan, hasModel),
    stale: staleWindows(plan, hasModel).length,
    seal,
  };
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
