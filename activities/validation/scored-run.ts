import { InputError } from '../../shared/contracts/errors.ts';
import { stages } from '../../shared/contracts/outcome.ts';
import type { Plan } from '../../shared/contracts/plan.ts';
import { addDays } from '../../shared/contracts/time.ts';
import { adjustedBars } from '../../shared/domain/market/actions/adjustment.ts';
import { dayStart } from '../../shared/domain/market/calendar/exchange-time.ts';
import { baselineNames, baselineScores } from '../../shared/domain/validation/baselines.ts';
import type { Arm } from '../../shared/domain/validation/evidence.ts';
import {
  completeTable,
  pickedTable,
  type CompleteTable,
  type ScoredTable,
} from '../../shared/domain/validation/scored-rows.ts';
import { barsUntil } from '../../shared/runtime/bars/bars-until.ts';
import {
  readPredictionTable,
  type PredictedRows,
} from '../../shared/runtime/store/prediction-table.ts';
import type { RequestedPlan } from '../../shared/runtime/runs/plans.ts';
import type { SealedCounts } from '../../shared/runtime/store/row-seals.ts';
import type { World } from '../../shared/runtime/world.ts';
import {
  predictedWindows,
  type PredictedWindows,
  type PredictionsWorld,
} from './predicted-windows.ts';
import type { PlanSeal } from './sealed-rows.ts';

/** A run's out-of-sample rows with what models and baselines make of them. */
export interface ScoredRun {
  readonly plan: RequestedPlan;
  readonly table: CompleteTable;
  readonly windows: number;
  /** Eligible windows without predictions. */
  readonly missing: number;
  readonly spans: PredictedWindows['spans'];
  readonly stale: number;
  readonly seal: PlanSeal;
  /** What of the rows is sealed and left out. */
  readonly sealed: SealedCounts;
  /** Rows that a student has scored and that may be seen, by symbol. */
  readonly scored: ReadonlyMap<string, number>;
}

/** What reading a run's rows needs of the world. */
export type ScoredRunWorld = Pick<World, 'plans' | 'bars'> & PredictionsWorld;

/**
 * Reads what the models of a run said out of sample, and scores the same rows by the baselines, from
 * the bars its plan pins.
 *
 * @param holdout - judges the sessions after its freeze date alone; it must be open
 * @throws InputError if there is no such run or holdout, or it has no predictions
 * @throws DataError if bars or predictions are damaged
 */
export async function scoredRun(
  world: ScoredRunWorld,
  runId: string,
  holdout?: string,
): Promise<ScoredRun> {
  const plan = await world.plans.read(runId);
  const { found, ...told } = await predictedWindows(world, runId, plan);
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
  const { symbol, scores, sealed } = predicted;
  const seen = symbol.filter((_, row) => !Number.isNaN(scores.student[row]));
  const scored = new Map(
    [...Map.groupBy(seen, (name) => name)].map(([name, all]) => [name, all.length]),
  );
  const judged = holdout === undefined ? table : heldOut(table, told.seal, holdout);
  return { plan, table: completeTable(judged), windows: found.length, sealed, scored, ...told };
}

/**
 * The rows of sessions after the freeze date of a holdout: what it was sealed for.
 *
 * @throws InputError if the run's configuration has no such holdout, or nobody has opened it
 */
function heldOut(table: ScoredTable, { holdouts }: PlanSeal, name: string): ScoredTable {
  const found = holdouts.find((one) => one.name === name);
  if (found === undefined)
    throw new InputError(`no holdout "${name}" is of this run's configuration; see: holdout list`, {
      name,
    });
  if (found.opened === undefined)
    throw new InputError(
      `holdout "${name}" is sealed; "holdout open ${name} --why ..." opens it, for good`,
      { name },
    );
  const from = dayStart(addDays(found.freeze, 1));
  return pickedTable(
    table,
    [...table.rows.ts.keys()].filter((row) => table.rows.ts[row] >= from),
  );
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
