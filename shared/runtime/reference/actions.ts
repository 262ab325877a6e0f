import path from 'node:path';
import { DataError } from '../../contracts/errors.ts';
import { isTradingDay, type TradingDay } from '../../contracts/time.ts';
import {
  actionFault,
  actionSlot,
  inOrder,
  type CorporateAction,
} from '../../domain/market/actions/actions.ts';
import type { Suspect } from '../../domain/market/actions/detector.ts';
import type { Instruments } from '../../domain/market/instruments/instrument-lookup.ts';
import { isSymbol } from '../../domain/market/instruments/instruments.ts';
import type { ActionTable, PriceMove } from '../../domain/market/actions/unconfirmed.ts';
import { readActionsCsv } from './actions-csv.ts';
import type { DataRoot } from '../data-root.ts';
import { readJson, writeWhole } from '../files/files.ts';
import { carriedReference } from './reference.ts';

/** The table that the project carries. */
export const carriedActions = path.join(carriedReference, 'corporate-actions.csv');

/** A gap that the detector proposes to look at. */
export interface Proposal extends Suspect {
  readonly symbol: string;
  /** Folder of the series it was found in. */
  readonly series: string;
}

/** What the last search of a data root found. */
export interface Proposals {
  readonly schema: 1;
  /** The last session whose bars were searched. */
  readonly asOf: TradingDay;
  readonly proposals: readonly Proposal[];
}

/**
 * Corporate actions: those the project carries, and over them those of the data root. All of them
 * are read and recorded under today's tickers, whatever the instrument was called on their day.
 */
export interface Actions {
  /**
   * All that is known, in order of days. What the data root says of a symbol's day stands before what
   * the project carries.
   *
   * @throws DataError if a file is damaged
   */
  table(): Promise<ActionTable>;
  /**
   * Adds to the data root's own table, whole or not at all; what it said before of the same days goes.
   *
   * @throws DataError if an action cannot be, or the table is damaged
   */
  record(added: Partial<ActionTable>): Promise<void>;
  /** What was proposed last; undefined where nobody has searched. */
  proposals(): Promise<Proposals | undefined>;
  /** Replaces what was proposed. */
  propose(found: Omit<Proposals, 'schema'>): Promise<void>;
}

/**
 * Opens the corporate actions of a data root.
 *
 * @param instruments - know today's ticker of one that a table names
 * @param carried - a table in place of the project's own
 */
export function openActions(
  root: DataRoot,
  instruments: Pick<Instruments, 'current'>,
  carried: string = carriedActions,
): Actions {
  const folder = path.join(root.path, 'actions');
  const tableFile = path.join(folder, 'table.json');
  const proposalsFile = path.join(folder, 'proposals.json');
  const renamed = <Row extends { readonly symbol: string }>(
    rows: readonly Row[],
    dayOf: (row: Row) => TradingDay,
  ): Row[] => rows.map((row) => ({ ...row, symbol: instruments.current(row.symbol, dayOf(row)) }));
  const current = ({ actions, moves }: ActionTable): ActionTable => ({
    actions: renamed(actions, ({ exDate }) => exDate),
    moves: renamed(moves, ({ day }) => day),
  });
  const own = async (): Promise<ActionTable> =>
    current(ownTable(tableFile, await readJson(tableFile)));

  return {
    async table() {
      const facts = current({ actions: await readActionsCsv(carried), moves: [] });
      const { actions, moves } = await own();
      const bySlot = new Map([...facts.actions, ...actions].map((one) => [actionSlot(one), one]));
      return { actions: inOrder(bySlot.values()), moves };
    },
    async record(added) {
      const known = await own();
      const { actions, moves } = current({ actions: [], moves: [], ...added });
      const said = new Set(actions.map(actionSlot));
      const moved = new Set(moves.map(moveSlot));
      const table = {
        schema: 1,
        actions: inOrder([
          ...known.actions.filter(
            (one) => !said.has(actionSlot(one)) && !moved.has(actionSlot(one)),
          ),
          ...actions,
        ]),
        moves: [
          ...known.moves.filter((one) => !said.has(moveSlot(one)) && !moved.has(moveSlot(one))),
          ...moves,
        ],
      };
      await writeWhole(tableFile, `${JSON.stringify(ownTable(tableFile, table), null, 1)}\n`);
    },
    async proposals() {
      const value = await readJson(proposalsFile);
      if (value === undefined) return undefined;
      if (isProposals(value))
        return { ...value, proposals: renamed(value.proposals, ({ day }) => day) };
      throw new DataError(`"${proposalsFile}" holds no proposals; run "actions propose" again`);
    },
    async propose(found) {
      const value: Proposals = { schema: 1, ...found };
      await writeWhole(proposalsFile, `${JSON.stringify(value, null, 1)}\n`);
    },
  };
}

function moveSlot({ symbol, day }: PriceMove): string {
  return `${symbol} ${day} price`;
}

/** The table as it lies on disk, every record checked; an absent one is empty. */
function ownTable(file: string, value: unknown): ActionTable & { readonly schema: 1 } {
  if (value === undefined) return { schema: 1, actions: [], moves: [] };
  const { schema, actions, moves } = (value ?? {}) as Partial<Record<string, unknown>>;
  const fault = (what: string): DataError =>
    new DataError(`"${file}" is no table of corporate actions: ${what}; restore it`, { file });
  if (schema !== 1 || !Array.isArray(actions) || !Array.isArray(moves))
    throw fault('schema "1" with actions and moves was expected');
  for (const action of actions as CorporateAction[]) {
    const { symbol, exDate } = action;
    const wrong = isPlaced(symbol, exDate)
      ? actionFault(action)
      : 'a symbol and a day were expected';
    if (wrong !== undefined) throw fault(`"${symbol}" "${exDate}": ${wrong}`);
  }
  for (const { symbol, day } of moves as PriceMove[])
    if (!isPlaced(symbol, day)) throw fault(`"${symbol}" "${day}" is no symbol and day`);
  return { schema, actions, moves };
}

function isPlaced(symbol: unknown, day: unknown): boolean {
  return (
    typeof symbol === 'string' && isSymbol(symbol) && typeof day === 'string' && isTradingDay(day)
  );
}

function isProposals(value: unknown): value is Proposals {
  const { schema, asOf, proposals } = (value ?? {}) as Partial<Record<keyof Proposals, unknown>>;
  return schema === 1 && typeof asOf === 'string' && Array.isArray(proposals);
}
