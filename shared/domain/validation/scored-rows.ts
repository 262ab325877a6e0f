import { InputError } from '../../contracts/errors.ts';
import type { Arm } from './evidence.ts';
import type { JudgedRows } from './panel.ts';

/** Rows and what several arms make of them. */
export interface ScoredTable {
  readonly rows: JudgedRows;
  readonly arms: readonly Arm[];
}

/** A table whose rows every arm has scored, and how many could not stand in it. */
export interface CompleteTable extends ScoredTable {
  /** Rows whose label has not ended. */
  readonly unknown: number;
  /** Rows that some arm has no score of. */
  readonly unscored: number;
  /** Arms that have not scored a single row, and do not count. */
  readonly silent: readonly string[];
}

/**
 * Keeps the rows that can be compared: their label has ended, and every arm has scored them. An arm
 * that has scored none is left out instead.
 */
export function completeTable({ rows, arms }: ScoredTable): CompleteTable {
  const judged = [...rows.label.keys()].filter(
    (row) => rows.label[row] >= 0 && !Number.isNaN(rows.forwardReturn[row]),
  );
  const speaking = arms.filter(({ scores }) => judged.some((row) => !Number.isNaN(scores[row])));
  const kept = judged.filter((row) => speaking.every(({ scores }) => !Number.isNaN(scores[row])));
  return {
    ...pickedTable({ rows, arms: speaking }, kept),
    unknown: rows.label.length - judged.length,
    unscored: judged.length - kept.length,
    silent: arms.filter((arm) => !speaking.includes(arm)).map(({ name }) => name),
  };
}

/** The given rows of a table, in their order. */
export function pickedTable({ rows, arms }: ScoredTable, chosen: readonly number[]): ScoredTable {
  const picked = (column: Float64Array): Float64Array =>
    Float64Array.from(chosen, (row) => column[row]);
  return {
    rows: {
      ts: picked(rows.ts),
      symbol: chosen.map((row) => rows.symbol[row]),
      label: Int8Array.from(chosen, (row) => rows.label[row]),
      forwardReturn: picked(rows.forwardReturn),
    },
    arms: arms.map((arm) => ({ ...arm, scores: picked(arm.scores) })),
  };
}

/** A table split by something its rows have, in the order in which that first comes. */
export function tablesBy<Key extends string>(
  table: ScoredTable,
  keyOf: (row: number) => Key,
): Map<Key, ScoredTable> {
  const groups = Map.groupBy(table.rows.ts.keys(), keyOf);
  return new Map([...groups].map(([key, rows]) => [key, pickedTable(table, rows)]));
}

/** Windows that begin on either side of an action scale the same bars apart: their last digits differ. */
const lastDigits = 1e-9;

/** Two runs' rows of one symbol and time. */
export interface CommonRows extends ScoredTable {
  /** Rows that both have and whose return differs: their bars were not the same. */
  readonly differing: number;
  /** Whether both teach the same labels; else the other's scores are no probabilities here. */
  readonly sameLabels: boolean;
}

/**
 * The rows that two runs have in common, with one arm of each: of two runs over different bars
 * only rows with the same return are comparable.
 *
 * @param mine - name of the arm of the first table
 * @param theirs - name of the arm of the second, as it is called there, and here
 */
export function commonRows(
  table: ScoredTable,
  mine: string,
  other: ScoredTable,
  theirs: { readonly arm: string; readonly as: string },
): CommonRows {
  const arm = armNamed(table, mine);
  const otherArm = armNamed(other, theirs.arm);
  const keyOf = ({ ts, symbol }: JudgedRows, row: number): string => `${ts[row]} ${symbol[row]}`;
  const at = new Map([...other.rows.ts.keys()].map((row) => [keyOf(other.rows, row), row]));
  const pairs = [...table.rows.ts.keys()].flatMap((row) => {
    const met = at.get(keyOf(table.rows, row));
    return met === undefined ? [] : [[row, met] as const];
  });
  const equal = pairs.filter(
    ([row, met]) =>
      Math.abs(table.rows.forwardReturn[row] - other.rows.forwardReturn[met]) < lastDigits,
  );
  const sameLabels = equal.every(([row, met]) => table.rows.label[row] === other.rows.label[met]);
  const picked = pickedTable(
    { rows: table.rows, arms: [arm] },
    equal.map(([row]) => row),
  );
  const scores = Float64Array.from(equal, ([, met]) => otherArm.scores[met]);
  const isProbability = otherArm.isProbability && sameLabels;
  return {
    rows: picked.rows,
    arms: [...picked.arms, { name: theirs.as, scores, isProbability }],
    differing: pairs.length - equal.length,
    sameLabels,
  };
}

function armNamed({ arms }: ScoredTable, name: string): Arm {
  const found = arms.find((arm) => arm.name === name);
  if (found === undefined) throw new InputError(`there is no prediction of any "${name}"`);
  return found;
}
