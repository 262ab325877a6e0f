import { DataError } from '../../contracts/errors.ts';
import { actionKinds } from '../../contracts/plan.ts';
import {
  actionFault,
  actionSlot,
  type CorporateAction,
} from '../../domain/market/actions/actions.ts';
import { readTable } from './reference-table.ts';
import { dayIn, filled, symbolIn, wordIn } from './table-fields.ts';

/** Columns of a table of corporate actions, in this order. */
export const actionColumns = [
  'symbol',
  'ex_date',
  'kind',
  'price_factor',
  'volume_factor',
  'cash',
  'confirmed',
  'known_at',
  'source',
  'evidence',
] as const;

type ActionRow = Readonly<Record<(typeof actionColumns)[number], string>>;

/**
 * Reads a table of corporate actions, all of it or nothing.
 *
 * @throws DataError naming file and line: what was expected and what was found
 */
export async function readActionsCsv(file: string): Promise<CorporateAction[]> {
  const seen = new Set<string>();
  const rowOf = (row: ActionRow): CorporateAction => {
    const action = actionOf(row);
    if (seen.has(actionSlot(action)))
      throw new DataError(`"${action.symbol}" has two actions on "${action.exDate}"; join them`);
    seen.add(actionSlot(action));
    return action;
  };
  const rows = await readTable(file, { columns: actionColumns, rowOf });
  return rows.map(({ row }) => row);
}

function actionOf(row: ActionRow): CorporateAction {
  const action: CorporateAction = {
    symbol: symbolIn('symbol', row.symbol),
    exDate: dayIn('ex_date', row.ex_date),
    kind: wordIn('kind', actionKinds, row.kind),
    priceFactor: factorIn('price_factor', row.price_factor),
    volumeFactor: factorIn('volume_factor', row.volume_factor),
    cash: factorIn('cash', row.cash),
    confirmed: wordIn('confirmed', ['yes', 'no'], row.confirmed) === 'yes',
    knownAt: dayIn('known_at', row.known_at),
    source: filled('source', row.source),
    evidence: row.evidence,
  };
  const fault = actionFault(action);
  if (fault !== undefined) throw new DataError(fault);
  return action;
}

/** A number, or a fraction like `2/3`, which says it to the last digit. */
function factorIn(column: string, text: string): number {
  const [, over, under = '1'] = /^(\d+(?:\.\d+)?)(?:\/(\d+(?:\.\d+)?))?$/.exec(text) ?? [];
  if (over === undefined || Number(under) === 0)
    throw new DataError(
      `${column}: a number or a fraction like "2/3" was expected, "${text}" found`,
    );
  return Number(over) / Number(under);
}
