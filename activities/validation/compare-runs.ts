import type { Interval } from '../../shared/contracts/time.ts';
import {
  defaultBootstrapOptions,
  type BootstrapOptions,
} from '../../shared/domain/validation/statistics/stationary-bootstrap.ts';
import { digestOf } from '../../shared/runtime/files/digest.ts';
import type { World } from '../../shared/runtime/world.ts';
import {
  againstEvidence,
  evidenceOptions,
  trustSets,
  type AgainstEvidence,
} from './evidence-sets.ts';
import { scoredRun, type ScoredRunWorld } from './scored-run.ts';

/** Which runs. */
export interface CompareRequest {
  readonly runId: string;
  readonly against: string;
  /** Default: what headlines are drawn by. */
  readonly bootstrap?: BootstrapOptions;
}

/** What the models of one run have over those of another, on the rows that both have. */
export interface RunComparison {
  readonly runId: string;
  readonly against: string;
  readonly recipe: string;
  readonly interval: Interval;
  readonly horizon: number;
  readonly lags: number;
  readonly bootstrap: BootstrapOptions;
  /** Whether both read the same segments of bars and the same corporate actions. */
  readonly sameBars: boolean;
  /** By trust, best first; then students before teachers. Empty where no row is in both runs. */
  readonly sets: readonly AgainstEvidence[];
}

/**
 * Compares the stored out-of-sample predictions of two runs, model by model, as `evidence --against`
 * does and without judging either run alone. Writes nothing.
 *
 * @throws InputError if there is no such run, or it has no predictions
 * @throws DataError if bars or findings are damaged
 * @see docs/decisions/0028-paired-comparisons.md
 */
export async function compareRuns(
  world: ScoredRunWorld & Pick<World, 'root'>,
  { runId, against, bootstrap = defaultBootstrapOptions }: CompareRequest,
): Promise<RunComparison> {
  const { plan, table } = await scoredRun(world, runId);
  const other = await scoredRun(world, against);
  const options = evidenceOptions(plan, bootstrap);
  const barsOf = ({ series, actions }: typeof plan) =>
    digestOf([series.map(({ symbol, segments }) => [symbol, segments]), actions]);
  const sets = await trustSets(world, plan, table);
  return {
    runId,
    against,
    recipe: plan.recipe.name,
    interval: plan.request.interval,
    horizon: plan.recipe.horizon,
    lags: options.lags,
    bootstrap,
    sameBars: barsOf(plan) === barsOf(other.plan),
    sets: sets.flatMap((set) => againstEvidence(set, other.table, against, options)),
  };
}
