import type { Interval } from '../../shared/contracts/time.ts';
import { dayOf } from '../../shared/domain/market/exchange-time.ts';
import { tablesBy } from '../../shared/domain/validation/scored-rows.ts';
import {
  defaultBootstrapOptions,
  type BootstrapOptions,
} from '../../shared/domain/validation/statistics/stationary-bootstrap.ts';
import type { World } from '../../shared/runtime/world.ts';
import {
  againstEvidence,
  groupEvidence,
  trustEvidence,
  type AgainstEvidence,
  type GroupEvidence,
  type TrustEvidence,
} from './evidence-sets.ts';
import { scoredRun, type ScoredRunWorld } from './scored-run.ts';
import { seriesTrust, trusts, type Trust } from './series-trust.ts';
import { survivorsOf, type Survivors } from './survivors.ts';

/** What rows can be grouped by. */
export const groupings = ['symbol', 'sector', 'month'] as const;
export type Grouping = (typeof groupings)[number];

/** Whose evidence is weighed. */
export interface EvidenceRequest {
  readonly runId: string;
  /** Another run, whose students are compared with this one's on the rows both have. */
  readonly against?: string;
  /** Groups whose students are judged one by one. */
  readonly by?: Grouping;
  /** Default: what headlines are drawn by. */
  readonly bootstrap?: BootstrapOptions;
}

/** What a run's out-of-sample predictions are worth. NaN says nothing, `null` in JSON. */
export interface RunEvidence {
  readonly runId: string;
  readonly recipe: string;
  readonly interval: Interval;
  readonly horizon: number;
  readonly lags: number;
  readonly bootstrap: BootstrapOptions;
  readonly windows: number;
  readonly missing: number;
  /** Whose members were written down after decisions they were pooled for: whoever left is missing. */
  readonly survivors?: Survivors;
  /** Rows without a label as yet, and rows that a model or baseline has no score of. */
  readonly unknown: number;
  readonly unscored: number;
  /** Arms without a single score. */
  readonly silent: readonly string[];
  readonly sets: readonly TrustEvidence[];
  readonly against?: { readonly runId: string; readonly sets: readonly AgainstEvidence[] };
  readonly by?: { readonly grouping: Grouping; readonly groups: readonly GroupEvidence[] };
}

/**
 * Weighs the stored out-of-sample predictions of a run: models beside baselines, with intervals, on
 * rows kept apart by what `reconcile` found of the bars behind them. Writes nothing.
 *
 * @throws InputError if there is no such run, or it has no predictions
 * @throws DataError if bars or findings are damaged
 * @see quant.md 2.9; docs/decisions/0025-evidence-before-verdict.md
 */
export async function reportEvidence(
  world: ScoredRunWorld & Pick<World, 'root' | 'instruments'>,
  { runId, against, by, bootstrap = defaultBootstrapOptions }: EvidenceRequest,
): Promise<RunEvidence> {
  const { plan, table, windows, missing } = await scoredRun(world, runId);
  const { horizon } = plan.recipe;
  const { interval } = plan.request;
  // Intraday labels end within their session: the next one is another.
  const sessions = interval === '1d' ? horizon : 1;
  const options = { lags: 2 * sessions, horizon: sessions, bootstrap };
  const survivors = survivorsOf(world.instruments, plan);
  const trustOf = new Map<string, Trust>();
  for (const series of plan.series)
    trustOf.set(series.symbol, await seriesTrust(world.root, series));
  const byTrust = tablesBy(table, (row) => trustOf.get(table.rows.symbol[row]) ?? 'unchecked');
  const sets = trusts.flatMap((trust) => {
    const of = byTrust.get(trust);
    return of === undefined ? [] : [{ trust, table: of }];
  });
  return {
    runId,
    recipe: plan.recipe.name,
    interval,
    horizon,
    lags: options.lags,
    bootstrap,
    windows,
    missing,
    ...(survivors === undefined ? {} : { survivors }),
    unknown: table.unknown,
    unscored: table.unscored,
    silent: table.silent,
    sets: sets.map((set) => trustEvidence(set, options)),
    ...(against === undefined ? {} : { against: await againstRun(against) }),
    ...(by === undefined ? {} : { by: { grouping: by, groups: groupsBy(by) } }),
  };

  async function againstRun(other: string): Promise<NonNullable<RunEvidence['against']>> {
    const theirs = await scoredRun(world, other);
    return {
      runId: other,
      sets: sets.flatMap((set) => againstEvidence(set, theirs.table, other, options)),
    };
  }

  function groupsBy(grouping: Grouping): GroupEvidence[] {
    const sectorOf = (symbol: string): string =>
      world.instruments.find(symbol)?.sector ?? 'unknown sector';
    return sets.flatMap(({ trust, table: of }) => {
      const key = {
        symbol: (row: number) => of.rows.symbol[row],
        sector: (row: number) => sectorOf(of.rows.symbol[row]),
        month: (row: number) => dayOf(of.rows.ts[row]).slice(0, 7),
      }[grouping];
      return [...tablesBy(of, key)]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([group, rows]) => groupEvidence({ trust, group, table: rows }, options));
    });
  }
}
