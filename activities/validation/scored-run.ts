import { stages } from '../../shared/contracts/outcome.ts';
import type { Plan } from '../../shared/contracts/plan.ts';
import { adjustedBars } from '../../shared/domain/market/adjustment.ts';
import { baselineNames, baselineScores } from '../../shared/domain/validation/baselines.ts';
import type { Arm } from '../../shared/domain/validation/evidence.ts';
import {
  completeTable,
  type CompleteTable,
  type ScoredTable,
} from '../../shared/domain/validation/scored-rows.ts';
import { barsUntil } from '../../shared/runtime/bars-until.ts';
import { readPredictionTable, type PredictedRows } from '../../shared/runtime/prediction-table.ts';
import type { RequestedPlan } from '../../shared/runtime/plans.ts';
import type { World } from '../../shared/runtime/world.ts';
import { predictedWindows } from './predicted-windows.ts';

/** A run's out-of-sample rows with what models and baselines make of them. */
export interface ScoredRun {
  readonly plan: RequestedPlan;
  readonly table: CompleteTable;
  readonly windows: number;
  /** Eligible windows without predictions. */
  readonly missing: number;
}

/** What reading a run's rows needs of the world. */
export type ScoredRunWorld = Pick<World, 'plans' | 'store' | 'bars'>;

/**
 * Reads what the models of a run said out of sample, and scores the same rows by the baselines, from
 * the bars its plan pins.
 *
 * @throws InputError if there is no such run, or it has no predictions
 * @throws DataError if bars or predictions are damaged
 */
export async function scoredRun(world: ScoredRunWorld, runId: string): Promise<ScoredRun> {
  const plan = await world.plans.read(runId);
  const { found, missing } = await predictedWindows(world.store, runId, plan);
  const predicted = await readPredictionTable(found);
  const models = stages.map((name): Arm => ({
    name,
    scores: predicted.scores[name],
    isProbability: true,
  }));
  const table: ScoredTable = {
    rows: predicted,
    arms: [...models, ...(await baselineArms(world, plan, predicted))],
  };
  return { plan, table: completeTable(table), windows: found.length, missing };
}

async function baselineArms(
  { bars: store }: ScoredRunWorld,
  plan: Plan,
  { symbol, ts }: PredictedRows,
): Promise<Arm[]> {
  const arms = baselineNames.map((name) => ({
    name,
    scores: new Float64Array(ts.length).fill(NaN),
    isProbability: false,
  }));
  for (const [name, rows] of Map.groupBy(ts.keys(), (row) => symbol[row])) {
    const series = plan.series.find((one) => one.symbol === name);
    if (series === undefined) continue;
    const raw = await barsUntil(store, series, plan.asOf);
    const bars = adjustedBars(
      raw,
      plan.actions.filter((action) => action.symbol === name),
    );
    const scores = baselineScores(bars);
    const at = new Map([...bars.ts].map((stamp, index) => [stamp, index]));
    for (const row of rows)
      for (const arm of arms) arm.scores[row] = scores[arm.name][at.get(ts[row]) ?? -1] ?? NaN;
  }
  return arms;
}
