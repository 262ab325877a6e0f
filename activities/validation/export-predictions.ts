import path from 'node:path';
import { InputError } from '../../shared/contracts/errors.ts';
import { stages, type Stage } from '../../shared/contracts/outcome.ts';
import type { SpanCounts } from '../../shared/contracts/span-counts.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { dayOf } from '../../shared/domain/market/calendar/exchange-time.ts';
import { baseRate, logLoss } from '../../shared/domain/validation/metrics.ts';
import {
  aucInterval,
  defaultAucIntervalOptions,
  type AucInterval,
} from '../../shared/domain/validation/statistics/auc-interval.ts';
import {
  writePredictionTable,
  type PredictedWindow,
  type TableFormat,
} from '../../shared/runtime/store/prediction-table.ts';
import type { RowsSeal, SealedCounts } from '../../shared/runtime/store/row-seals.ts';
import type { World } from '../../shared/runtime/world.ts';
import type { Holdout } from './holdouts.ts';
import { predictedWindows, type PredictionsWorld } from './predicted-windows.ts';

/** Whose predictions go where. */
export interface ExportRequest {
  readonly runId: string;
  /** Ends in `.csv` or `.parquet`, which is its format. */
  readonly file: string;
  /** What served spans without a model a step late, to be written instead of the predictions. */
  readonly stale?: readonly PredictedWindow[];
}

/** What the predictions of one stage's models are worth, pooled over all windows. */
export interface PooledScores extends AucInterval {
  /** Nats a sample. */
  readonly logLoss: number;
  /** Of the base rate of the same rows, which no model could know. */
  readonly constantLogLoss: number;
}

/** What was exported. NaN stands where there is too little to say, `null` in JSON. */
export interface PredictionsExport extends Readonly<Record<Stage, PooledScores>> {
  readonly runId: string;
  readonly file: string;
  /** `stale`: of students that served the span after their own, which has no model. */
  readonly kind: 'scored' | 'stale';
  readonly rows: number;
  readonly windows: number;
  /** Eligible windows without predictions of any stage: failed, or not started. */
  readonly missing: number;
  /** Exported windows that lack those of one stage. */
  readonly incomplete: number;
  readonly symbols: number;
  /** Days of the first and of the last row. */
  readonly from: TradingDay;
  readonly to: TradingDay;
  /** Share of known labels that are 1. */
  readonly baseRate: number;
  /** Rows of the evaluation spans, and those that no model was there for: they are not written. */
  readonly spans: Omit<SpanCounts, 'symbols'>;
  /** Holdouts of this configuration, sealed and opened. */
  readonly holdouts: readonly Holdout[];
  /** What the one that seals now keeps back; absent where nothing is sealed. */
  readonly sealed?: SealedCounts & Pick<Holdout, 'name' | 'freeze'>;
}

/**
 * Writes the out-of-sample predictions of a run's windows as one table, a row a window and session,
 * and judges them over all windows together.
 *
 * Reads the plan and the store; a damaged artifact is set aside and counts as missing. The file
 * appears whole or not at all, and the same predictions give the same bytes.
 *
 * @throws InputError if there is no such run, it has no predictions, or the file cannot be made
 * @throws LaneError if the disk is full
 * @see docs/decisions/0007-auc-of-short-windows.md
 */
export async function exportPredictions(
  world: PredictionsWorld & Pick<World, 'plans'>,
  { runId, file, stale }: ExportRequest,
): Promise<PredictionsExport> {
  const format = formatOf(file);
  const predicted = await predictedWindows(world, runId, await world.plans.read(runId));
  const { holdouts, sealed: seal } = predicted.seal;
  const found = stale === undefined ? predicted.found : staleFound(runId, stale, seal?.rows);
  const { rows, symbols, sealed } = await writePredictionTable(file, format, found);
  const { ts, label, teacher, student } = rows;
  const [times, labels] = [Float64Array.from(ts), Int8Array.from(label)];
  const days = times.toSorted();
  const lacks = found.filter(({ files }) => Object.keys(files).length < stages.length);
  const { symbols: _, ...spans } = predicted.spans;
  return {
    runId,
    file,
    kind: stale === undefined ? 'scored' : 'stale',
    rows: ts.length,
    windows: found.length,
    missing: predicted.missing,
    incomplete: stale === undefined ? lacks.length : 0,
    symbols,
    from: dayOf(days[0]),
    to: dayOf(days[days.length - 1]),
    baseRate: baseRate(labels),
    spans,
    holdouts,
    ...(seal === undefined ? {} : { sealed: { name: seal.name, freeze: seal.freeze, ...sealed } }),
    teacher: pooledScores(times, labels, Float64Array.from(teacher)),
    student: pooledScores(times, labels, Float64Array.from(student)),
  };
}

function formatOf(file: string): TableFormat {
  const ending = path.extname(file);
  if (ending === '.csv') return 'csv';
  if (ending === '.parquet') return 'parquet';
  throw new InputError(`"${file}" must end in ".csv" or ".parquet": the ending says the format`);
}

function pooledScores(
  ts: Float64Array,
  labels: Int8Array,
  probabilities: Float64Array,
): PooledScores {
  const judged = labels.map((label, row) => (Number.isNaN(probabilities[row]) ? -1 : label));
  const constant = new Float64Array(judged.length).fill(baseRate(judged));
  return {
    ...aucInterval(ts, labels, probabilities, defaultAucIntervalOptions),
    logLoss: logLoss(labels, probabilities),
    constantLogLoss: logLoss(judged, constant),
  };
}

function staleFound(
  runId: string,
  stale: readonly PredictedWindow[],
  seal: RowsSeal | undefined,
): readonly PredictedWindow[] {
  if (stale.length === 0)
    throw new InputError(
      `run "${runId}" has nothing stale: each of its windows without a model comes after another ` +
        `one, or after none`,
    );
  return seal === undefined ? stale : stale.map((window) => ({ ...window, seal }));
}
