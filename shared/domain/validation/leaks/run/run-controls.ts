import type { ControlResult } from '../controls.ts';
import { counted, type Statistic } from '../statistic.ts';
import type { Differences } from '../truncation.ts';
import type { PurgeCounts, RowCounts } from './stored-rows.ts';

/** An AUC of stored rows, where chance may have moved it. */
export interface AucFound {
  readonly name: string;
  readonly auc: number;
  readonly low: number;
  readonly high: number;
  readonly rows: number;
}

/** What was compared of a run, and how much of it differed. */
export interface Reproduced {
  readonly compared: number;
  readonly different: number;
}

/** What was found of a run that exists. */
export interface RunFindings {
  /** Eligible windows, those with models that were read, and those that were looked at closely. */
  readonly eligible: number;
  readonly read: number;
  readonly sampled: number;
  readonly rows: readonly RowCounts[];
  readonly purge: readonly PurgeCounts[];
  readonly truncation: Differences;
  /** Names of models, by bars cut at the decision. */
  readonly names: Reproduced;
  /** Values of rows that trained, by bars cut at the decision. */
  readonly trained: Reproduced;
  readonly predictions: Reproduced;
  /** Models fitted again on bars cut at the decision; absent where this machine cannot. */
  readonly models?: Reproduced;
  readonly shuffled?: AucFound;
  readonly aucs: readonly AucFound[];
}

/** Daily bars alone never told more: above it, something of later was known. */
const believable = 0.6;

/** Judges a run by its own stored rows; every number says of how many. */
export function judgeRun(found: RunFindings): ControlResult[] {
  const of = (rows: keyof RowCounts): number => sum(found.rows.map((one) => one[rows]));
  const folds = (rows: keyof PurgeCounts): number => sum(found.purge.map((one) => one[rows]));
  const { truncation, names, trained, predictions, models, shuffled } = found;
  const read = `${found.read} of ${found.eligible} windows read`;
  const looked = `${found.sampled} windows looked at closely`;
  return [
    control('stored-rows', `every row that trained had ended by its decision (${read})`, [
      none('rows that trained with a label of later', of('late'), of('trained')),
      none('rows that trained outside of the window', of('outside'), of('trained')),
      none('judged rows of a session that trained', of('judgedTrained'), of('judged')),
      none('judged rows outside of the span', of('judgedOutside'), of('judged')),
    ]),
    control('purge', 'no fold learnt from a label that overlaps its test block', [
      none('rows learnt that overlap', folds('overlapping'), folds('learnt')),
      none('opinions that are misplaced', folds('misplaced'), of('trained')),
      counted('rows purged', folds('purged'), {
        expected: `more than 0 beside ${folds('learnt')}`,
        passed: folds('purged') > 0,
      }),
    ]),
    control('truncation', `bars of later change nothing that was known (${looked})`, [
      none('features that differ', truncation.features.different, truncation.features.compared),
      none('labels that differ', truncation.labels.different, truncation.labels.compared),
      none('stored values of rows that differ', trained.different, trained.compared),
      none('names of models that differ', names.different, names.compared),
      ...(models === undefined
        ? []
        : [none('models fitted again that differ', models.different, models.compared)]),
    ]),
    control('predictions', 'stored models say again what is stored', [
      none('predictions that differ', predictions.different, predictions.compared),
    ]),
    control('shuffled-labels', 'scores tell no labels of other days, nor more than bars can', [
      ...(shuffled === undefined ? [] : [holdsChance(shuffled)]),
      ...found.aucs.map(believed),
    ]),
  ];
}

function control(name: string, claim: string, statistics: readonly Statistic[]): ControlResult {
  return { name, claim, statistics, passed: statistics.every(({ passed }) => passed) };
}

function none(name: string, found: number, of: number): Statistic {
  const passed = found === 0 && of > 0;
  return counted(name, found, { expected: `0 of ${of}`, passed });
}

function holdsChance({ name, auc, low, high }: AucFound): Statistic {
  const passed = low <= 0.5 && high >= 0.5;
  return { name, value: auc, low, high, expected: 'holds 0.5', passed };
}

/** Few rows leave no interval: then nothing is said of them. */
function believed({ name, auc, low, high, rows }: AucFound): Statistic {
  const expected = `not above ${believable}, ${rows} rows`;
  return { name, value: auc, low, high, expected, passed: !(low > believable) };
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
