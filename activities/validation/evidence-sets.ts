import { stages, type Stage } from '../../shared/contracts/outcome.ts';
import type { Plan } from '../../shared/contracts/plan.ts';
import { differenceOf, type Difference } from '../../shared/domain/validation/difference.ts';
import {
  panelEvidence,
  type ArmEvidence,
  type EvidenceOptions,
  type PanelEvidence,
} from '../../shared/domain/validation/evidence.ts';
import { panelOf } from '../../shared/domain/validation/panel.ts';
import { scoreDrift, type ScoreDrift } from '../../shared/domain/validation/score-drift.ts';
import {
  commonRows,
  tablesBy,
  type ScoredTable,
} from '../../shared/domain/validation/scored-rows.ts';
import type { BootstrapOptions } from '../../shared/domain/validation/statistics/stationary-bootstrap.ts';
import type { RequestedPlan } from '../../shared/runtime/runs/plans.ts';
import type { World } from '../../shared/runtime/world.ts';
import { seriesTrust, trusts, type Trust } from './series-trust.ts';

/** Evidence of the rows whose bars are believed alike. */
export interface TrustEvidence extends PanelEvidence {
  readonly trust: Trust;
  /** Of the student's scores. */
  readonly drift?: ScoreDrift;
}

/** Two runs' models of one stage on the same rows of one trust. */
export interface AgainstEvidence extends PanelEvidence {
  readonly trust: Trust;
  readonly stage: Stage;
  readonly differing: number;
  readonly sameLabels: boolean;
  /** Whether both said the very same of every row. */
  readonly isSame: boolean;
  /** What this run's model has over the other's. */
  readonly difference: Difference;
}

/** A group's student. */
export interface GroupEvidence extends Pick<PanelEvidence, 'rows' | 'sessions' | 'symbols'> {
  readonly trust: Trust;
  readonly group: string;
  readonly student: ArmEvidence;
}

/** Rows whose bars are believed alike. */
export interface TrustSet {
  readonly trust: Trust;
  readonly table: ScoredTable;
}

/** How the rows of a plan are weighed: intraday labels end within their session, and the next is another. */
export function evidenceOptions(
  { recipe, request }: Pick<RequestedPlan, 'recipe' | 'request'>,
  bootstrap: BootstrapOptions,
): EvidenceOptions {
  const sessions = request.interval === '1d' ? recipe.horizon : 1;
  return { lags: 2 * sessions, horizon: sessions, bootstrap };
}

/** A run's rows, kept apart by what `reconcile` found of the bars behind them; best first. */
export async function trustSets(
  { root }: Pick<World, 'root'>,
  plan: Plan,
  table: ScoredTable,
): Promise<TrustSet[]> {
  const trustOf = new Map<string, Trust>();
  for (const series of plan.series) trustOf.set(series.symbol, await seriesTrust(root, series));
  const byTrust = tablesBy(table, (row) => trustOf.get(table.rows.symbol[row]) ?? 'unchecked');
  return trusts.flatMap((trust) => {
    const of = byTrust.get(trust);
    return of === undefined ? [] : [{ trust, table: of }];
  });
}

/** All arms, and the student less its teacher and less every baseline. */
export function trustEvidence({ trust, table }: TrustSet, options: EvidenceOptions): TrustEvidence {
  const panel = panelOf(table.rows);
  const student = table.arms.find(({ name }) => name === 'student');
  const others = table.arms.filter(({ name }) => name !== 'student').map(({ name }) => name);
  const pairs = others.map((name) => ['student', name] as const);
  const drift = student && scoreDrift(panel, student.scores);
  return {
    trust,
    ...panelEvidence(panel, table.arms, student ? pairs : [], options),
    ...(drift === undefined ? {} : { drift }),
  };
}

/** Stages in the order of what they are worth: what is served comes first. */
const comparedStages = stages.toReversed();

/**
 * This run's models less another's, a stage at a time, on the rows both have; nothing of a stage that
 * one of them has no predictions of, and nothing where there are no such rows.
 */
export function againstEvidence(
  { trust, table }: TrustSet,
  other: ScoredTable,
  name: string,
  options: EvidenceOptions,
): AgainstEvidence[] {
  const speaks = ({ arms }: ScoredTable, stage: Stage) => arms.some((arm) => arm.name === stage);
  const compared = comparedStages.filter((stage) => speaks(table, stage) && speaks(other, stage));
  return compared.flatMap((stage) => {
    const common = commonRows(table, stage, other, { arm: stage, as: name });
    if (common.rows.ts.length === 0) return [];
    const { differing, sameLabels, arms } = common;
    const evidence = panelEvidence(panelOf(common.rows), arms, [[stage, name]], options);
    const [mine, theirs] = arms.map(({ scores }) => scores);
    const isSame = mine.every((score, row) => score === theirs[row]);
    const difference = differenceOf(evidence.pairs[0]);
    return [{ trust, stage, differing, sameLabels, isSame, difference, ...evidence }];
  });
}

/** The student of a group of rows, where there is one. */
export function groupEvidence(
  { trust, group, table }: TrustSet & { readonly group: string },
  options: EvidenceOptions,
): GroupEvidence[] {
  const arms = table.arms.filter(({ name }) => name === 'student');
  const {
    rows,
    sessions,
    symbols,
    arms: judged,
  } = panelEvidence(panelOf(table.rows), arms, [], options);
  return judged.map((student) => ({ trust, group, rows, sessions, symbols, student }));
}
