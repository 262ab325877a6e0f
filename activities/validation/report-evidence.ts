import type { SpanCounts, SpanRows } from '../../shared/contracts/span-counts.ts';
import type { Interval } from '../../shared/contracts/time.ts';
import { dayOf } from '../../shared/domain/market/calendar/exchange-time.ts';
import { tablesBy } from '../../shared/domain/validation/scored-rows.ts';
import {
  defaultBootstrapOptions,
  type BootstrapOptions,
} from '../../shared/domain/validation/statistics/stationary-bootstrap.ts';
import type { SealedCounts } from '../../shared/runtime/store/row-seals.ts';
import type { World } from '../../shared/runtime/world.ts';
import {
  againstEvidence,
  evidenceOptions,
  groupEvidence,
  trustEvidence,
  trustSets,
  type AgainstEvidence,
  type GroupEvidence,
  type TrustEvidence,
} from './evidence-sets.ts';
import type { Holdout } from './holdouts.ts';
import { scoredRun, type ScoredRun, type ScoredRunWorld } from './scored-run.ts';
import { survivorsOf, type Survivors } from './survivors.ts';

/** What rows can be grouped by. */
export const groupings = ['symbol', 'sector', 'month'] as const;
export type Grouping = (typeof groupings)[number];

/** Whose evidence is weighed. */
export interface EvidenceRequest {
  readonly runId: string;
  /** Another run, whose students are compared with this one's on the rows both have. */
  readonly against?: string;
  /** Judges the sessions after the freeze date of an opened holdout alone. */
  readonly holdout?: string;
  /** Groups whose students are judged one by one. */
  readonly by?: Grouping;
  /** Default: what headlines are drawn by. */
  readonly bootstrap?: BootstrapOptions;
}

/** Rows of the evaluation spans, which the grid fixes, whatever models exist. */
export interface SpanEvidence extends SpanCounts {
  /** Rows that a student has scored and that may be seen. */
  readonly scored: number;
  readonly symbols: Readonly<Record<string, SpanRows & { readonly scored: number }>>;
  /** Windows without a model that the one before can serve a step late. Never evidence. */
  readonly staleWindows: number;
}

/** What a run's out-of-sample predictions are worth. NaN says nothing, `null` in JSON. */
export interface RunEvidence {
  readonly runId: string;
  /** Whose sealed sessions alone are judged; absent where all are. */
  readonly holdout?: string;
  readonly recipe: string;
  readonly interval: Interval;
  readonly horizon: number;
  readonly lags: number;
  readonly bootstrap: BootstrapOptions;
  readonly windows: number;
  readonly missing: number;
  /** Rows of the evaluation spans, with a model or without. */
  readonly spans: SpanEvidence;
  /** The pool holds whoever is left of it: nobody who left the market before counts. */
  readonly survivors?: Survivors;
  /** Holdouts of this configuration, sealed and opened. */
  readonly holdouts: readonly Holdout[];
  /** What the one that seals now keeps back; absent where nothing is sealed. */
  readonly sealed?: SealedCounts & Pick<Holdout, 'name' | 'freeze'>;
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
  world: ScoredRunWorld & Pick<World, 'instruments'>,
  { runId, against, by, holdout, bootstrap = defaultBootstrapOptions }: EvidenceRequest,
): Promise<RunEvidence> {
  const run = await scoredRun(world, runId, holdout);
  const { plan, table, windows, missing } = run;
  const options = evidenceOptions(plan, bootstrap);
  const survivors = survivorsOf(world.instruments, plan);
  const sets = await trustSets(world, plan, table);
  return {
    runId,
    ...(holdout === undefined ? {} : { holdout }),
    recipe: plan.recipe.name,
    interval: plan.request.interval,
    horizon: plan.recipe.horizon,
    lags: options.lags,
    bootstrap,
    windows,
    missing,
    spans: spanEvidence(run),
    ...sealEvidence(run),
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

function spanEvidence({ spans, scored, stale }: ScoredRun): SpanEvidence {
  const symbols = Object.entries(spans.symbols).map(
    ([symbol, rows]) => [symbol, { ...rows, scored: scored.get(symbol) ?? 0 }] as const,
  );
  return {
    ...spans,
    scored: [...scored.values()].reduce((sum, rows) => sum + rows, 0),
    symbols: Object.fromEntries(symbols),
    staleWindows: stale,
  };
}

function sealEvidence({
  seal: { holdouts, sealed },
  sealed: counts,
}: ScoredRun): Pick<RunEvidence, 'holdouts' | 'sealed'> {
  if (sealed === undefined) return { holdouts };
  return { holdouts, sealed: { name: sealed.name, freeze: sealed.freeze, ...counts } };
}
