import { InputError } from '../../shared/contracts/errors.ts';
import { readActionsCsv } from '../../shared/runtime/reference/actions-csv.ts';
import { placeFaults, type ActionWorld } from './placed-action.ts';

/** What an import of actions brought. */
export interface ActionImport {
  readonly actions: number;
  readonly confirmed: number;
  readonly symbols: number;
}

/** Faults told at most. */
const mostFaults = 20;

/**
 * Adds a table of corporate actions to the data root's own, whole or not at all, under today's
 * tickers.
 *
 * @param file - CSV with the columns of `data/reference/corporate-actions.csv`
 * @throws DataError naming file and line, if a row is no action
 * @throws InputError naming every symbol that nobody knows and every day that is no session
 */
export async function importActions(world: ActionWorld, file: string): Promise<ActionImport> {
  const actions = (await readActionsCsv(file)).map((one) => ({
    ...one,
    symbol: world.instruments.current(one.symbol, one.exDate),
  }));
  if (actions.length === 0) throw new InputError(`"${file}" holds no actions`);
  const onDisk = await world.bars.symbols('1d');
  const faults = actions.flatMap(({ symbol, exDate }) =>
    placeFaults(world, onDisk, symbol, exDate).map((fault) => `"${symbol}" "${exDate}": ${fault}`),
  );
  if (faults.length > 0) {
    const rest = faults.length - mostFaults;
    throw new InputError(
      [
        `"${file}" is not imported:`,
        ...faults.slice(0, mostFaults),
        ...(rest > 0 ? [`and "${rest}" more`] : []),
      ].join('\n'),
    );
  }
  await world.actions.record({ actions });
  return {
    actions: actions.length,
    confirmed: actions.filter(({ confirmed }) => confirmed).length,
    symbols: new Set(actions.map(({ symbol }) => symbol)).size,
  };
}
