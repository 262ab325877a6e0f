import {
  panelEvidence,
  type ArmEvidence,
  type EvidenceOptions,
  type PanelEvidence,
} from '../../shared/domain/validation/evidence.ts';
import { panelOf } from '../../shared/domain/validation/panel.ts';
import { scoreDrift, type ScoreDrift } from '../../shared/domain/validation/score-drift.ts';
import { commonRows, type ScoredTable } from '../../shared/domain/validation/scored-rows.ts';
import type { Trust } from './series-trust.ts';

/** Evidence of the rows whose bars are believed alike. */
export interface TrustEvidence extends PanelEvidence {
  readonly trust: Trust;
  /** Of the student's scores. */
  readonly drift?: ScoreDrift;
}

/** Two runs' students on the same rows of one trust. */
export interface AgainstEvidence extends PanelEvidence {
  readonly trust: Trust;
  readonly differing: number;
  readonly sameLabels: boolean;
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

/** This run's student less another's, on the rows both have; nothing where there are none. */
export function againstEvidence(
  { trust, table }: TrustSet,
  other: ScoredTable,
  name: string,
  options: EvidenceOptions,
): AgainstEvidence[] {
  const common = commonRows(table, 'student', other, { arm: 'student', as: name });
  if (common.rows.ts.length === 0) return [];
  const panel = panelOf(common.rows);
  const { differing, sameLabels } = common;
  const evidence = panelEvidence(panel, common.arms, [['student', name]], options);
  return [{ trust, differing, sameLabels, ...evidence }];
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
