import type {
  AgainstEvidence,
  GroupEvidence,
  TrustEvidence,
} from '../activities/validation/evidence-sets.ts';
import type { RunEvidence } from '../activities/validation/report-evidence.ts';
import type { Trust } from '../activities/validation/series-trust.ts';
import type {
  ArmEvidence,
  PairEvidence,
  PanelEvidence,
} from '../shared/domain/validation/evidence.ts';
import type { Estimate } from '../shared/domain/validation/statistics/stationary-bootstrap.ts';
import { armWords, pairWords } from '../activities/validation/evidence-words.ts';
import { holdoutLines } from './holdout-words.ts';
import { tableText } from './output.ts';
import { noModelSymbols, noModelWords } from './span-words.ts';
import { survivorWords } from './survivor-words.ts';

const trustWords: Readonly<Record<Trust, string>> = {
  checked: 'raw bars, or bars that agree with raw ones',
  unchecked: 'nothing to hold the bars against',
  failed: 'bars that differ from raw ones: no evidence, shown for what they do to it',
};

/** Evidence for a person: a table a set of rows, then what it means. */
export function evidenceText(evidence: RunEvidence): string {
  const { sets, against, by } = evidence;
  return [
    ...headLines(evidence),
    ...sets.flatMap((set) => ['', ...setLines(set)]),
    ...(against === undefined
      ? []
      : ['', `${evidence.runId} against ${against.runId}`, ...againstLines(against.sets)]),
    ...(by === undefined ? [] : ['', `students by ${by.grouping}`, groupTable(by.groups)]),
  ].join('\n');
}

const count = new Intl.NumberFormat('en');

function headLines(evidence: RunEvidence): string[] {
  const { bootstrap, unknown, unscored, silent, missing, survivors } = evidence;
  return [
    `run        ${evidence.runId}, recipe ${evidence.recipe}, ${evidence.interval}, labels of ` +
      `${evidence.horizon} bars, ${count.format(evidence.windows)} windows`,
    ...(evidence.holdout === undefined
      ? []
      : [`judged     sessions after the freeze date of holdout ${evidence.holdout} alone`]),
    `intervals  ${100 * bootstrap.confidence} % of ${count.format(bootstrap.draws)} resamples of ` +
      `blocks of ${bootstrap.meanBlock} sessions; t with ${evidence.lags} lags`,
    ...(missing > 0 ? [`missing    ${count.format(missing)} windows have no predictions`] : []),
    ...spanLines(evidence),
    ...holdoutLines(evidence),
    ...(survivors === undefined ? [] : [`survivors  ${survivorWords(survivors)}`]),
    `left out   ${count.format(unknown)} rows whose label has not ended, ${count.format(unscored)} ` +
      `that a model or a baseline has no score of`,
    ...silent.map((arm) => `no scores  ${arm}`),
  ];
}

/** Rows of spans without a model: none of them is in any figure. */
function spanLines({ spans }: RunEvidence): string[] {
  const words = noModelWords(spans);
  if (words === undefined) return [];
  const symbols = noModelSymbols(spans);
  const { staleWindows } = spans;
  return [
    `no model   ${words}`,
    ...(symbols === undefined ? [] : [`           ${symbols}`]),
    ...(staleWindows === 0
      ? []
      : [
          `           the window before can serve ${count.format(staleWindows)} of these spans, a step ` +
            `late: "export predictions --stale"; it is no evidence`,
        ]),
  ];
}

function setLines(set: TrustEvidence): string[] {
  const { trust, effective, equalWeight, drift } = set;
  return [
    `${trust}: ${trustWords[trust]}`,
    `${sizeWords(set)}, worth ${count.format(Math.round(effective.size))} independent ones ` +
      `(${effective.symbols.toFixed(1)} symbols a session, correlated ${effective.correlation.toFixed(2)})`,
    `base rate ${set.baseRate.toFixed(3)}; equal weight returns ${bps(equalWeight)} bp a label`,
    armTable(set.arms),
    ...set.arms.filter(({ probability }) => probability).map((arm) => armWords(arm)),
    ...(set.pairs.length > 0 ? [pairTable(set.pairs), ...set.pairs.map(pairWords)] : []),
    ...(drift === undefined
      ? []
      : [
          `drift of the student's scores, last 21 sessions: PSI ${drift.stability.newest.toFixed(2)} ` +
            `(usual up to ${drift.stability.usual.toFixed(2)}), KS ${drift.smirnov.newest.toFixed(2)} ` +
            `(up to ${drift.smirnov.usual.toFixed(2)})`,
        ]),
  ];
}

/** Models of two runs on the rows that both have: a table a stage and trust, and what it means. */
export function againstLines(sets: readonly AgainstEvidence[]): string[] {
  return sets.length === 0 ? ['no row is in both runs'] : sets.flatMap(comparedLines);
}

function comparedLines(set: AgainstEvidence): string[] {
  return [
    `${set.trust}, ${set.stage}s: ${sizeWords(set)}`,
    ...(set.differing > 0
      ? [`${count.format(set.differing)} rows are of other bars and left out`]
      : []),
    ...(set.sameLabels ? [] : ['the labels differ: ranks are compared, probabilities are not']),
    armTable(set.arms),
    pairTable(set.pairs),
    ...(set.isSame ? [`both say the very same of every row`] : set.pairs.map(pairWords)),
  ];
}

function sizeWords({
  rows,
  sessions,
  symbols,
}: Pick<PanelEvidence, 'rows' | 'sessions' | 'symbols'>) {
  return `${count.format(rows)} rows of ${count.format(symbols)} symbols and ${count.format(sessions)} sessions`;
}

function armTable(arms: readonly ArmEvidence[]): string {
  return tableText(
    ['arm', 'rank IC', 't', 'ICIR', 'AUC', 'log loss', 'ECE', 'top tenth'],
    arms.map(({ arm, rankIc, auc, topTenth, probability }) => [
      arm,
      decimals(rankIc, 4),
      number(rankIc.t, 2),
      number(rankIc.ratio, 3),
      decimals(auc, 3),
      probability === undefined ? '' : decimals(times(probability.excess, 1000), 1),
      probability === undefined ? '' : decimals(probability.calibrationError, 3),
      bps(topTenth),
    ]),
  );
}

function pairTable(pairs: readonly PairEvidence[]): string {
  return tableText(
    ['less', 'rank IC', 't', 'AUC', 'log loss', 'top tenth'],
    pairs.map(({ arm, against, rankIc, auc, logLoss, topTenth }) => [
      `${arm} - ${against}`,
      decimals(rankIc, 4),
      number(rankIc.t, 2),
      decimals(auc, 3),
      logLoss === undefined ? '' : decimals(times(logLoss, 1000), 1),
      bps(topTenth),
    ]),
  );
}

function groupTable(groups: readonly GroupEvidence[]): string {
  return tableText(
    ['rows of', 'group', 'rows', 'sessions', 'symbols', 'rank IC', 't', 'AUC', 'log loss'],
    groups.map(({ trust, group, rows, sessions, symbols, student }) => [
      trust,
      group,
      rows,
      sessions,
      symbols,
      decimals(student.rankIc, 4),
      number(student.rankIc.t, 2),
      decimals(student.auc, 3),
      student.probability === undefined ? '' : decimals(times(student.probability.excess, 1000), 1),
    ]),
  );
}

function times({ value, low, high }: Estimate, factor: number): Estimate {
  return { value: factor * value, low: factor * low, high: factor * high };
}

function bps(fractions: Estimate): string {
  return decimals(times(fractions, 10_000), 1);
}

function decimals({ value, low, high }: Estimate, digits: number): string {
  if (Number.isNaN(value)) return 'none';
  const interval = Number.isNaN(low)
    ? 'too few sessions'
    : `${number(low, digits)}, ${number(high, digits)}`;
  return `${number(value, digits)} [${interval}]`;
}

function number(value: number, digits: number): string {
  if (Number.isNaN(value)) return 'none';
  const text = value.toFixed(digits);
  // A rounded nothing has no sign.
  return Number(text) === 0 ? text.replace('-', '') : text;
}
