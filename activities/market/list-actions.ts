import { InputError } from '../../shared/contracts/errors.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import type { CorporateAction } from '../../shared/domain/market/actions/actions.ts';
import { showsAction } from '../../shared/domain/market/actions/adjustment.ts';
import { firstAtOrAfter, type Bars } from '../../shared/domain/market/bars/bars.ts';
import { dayStart } from '../../shared/domain/market/calendar/exchange-time.ts';
import { unknownSymbol } from '../../shared/domain/market/instruments/instrument-lookup.ts';
import type { PriceMove } from '../../shared/domain/market/actions/unconfirmed.ts';
import type { Proposal } from '../../shared/runtime/reference/actions.ts';
import type { ActionWorld } from './placed-action.ts';

/** What raw bars say of an action. */
export interface BarsSay {
  /** Open on the ex-date over the close before. */
  readonly gap: number;
  /** Whether that lies nearer to the action's factor than to 1; only such an action is applied. */
  readonly shown: boolean;
}

/** An action with what the data root's raw bars say of it; nothing where they do not reach there. */
export interface ListedAction extends CorporateAction {
  readonly bars?: BarsSay;
}

/** All that a data root knows of corporate actions. */
export interface ActionList {
  readonly actions: readonly ListedAction[];
  readonly moves: readonly PriceMove[];
  /** Gaps found by the last search that nobody has answered yet, and the day it reached. */
  readonly proposals: readonly Proposal[];
  readonly proposedAsOf?: TradingDay;
}

/**
 * Lists the corporate actions of a data root with their evidence.
 *
 * @param symbols - those of these symbols only, under former tickers too; all where absent
 * @throws InputError naming every symbol that nobody knows
 * @throws DataError if bars or the table are damaged
 */
export async function listActions(
  { actions, bars, instruments }: Omit<ActionWorld, 'calendar'>,
  symbols?: readonly string[],
): Promise<ActionList> {
  const asked = symbols?.map((symbol) => instruments.current(symbol));
  const onDisk = await bars.symbols('1d');
  const faults = asked?.flatMap((symbol) => unknownSymbol(instruments, symbol, onDisk) ?? []) ?? [];
  if (faults.length > 0) throw new InputError(faults.join('\n'));
  const isAsked = ({ symbol }: { readonly symbol: string }): boolean =>
    asked?.includes(symbol) ?? true;
  const table = await actions.table();
  const found = await actions.proposals();
  const listed: ListedAction[] = [];
  for (const action of table.actions.filter(isAsked)) {
    const pin = await bars.series(action.symbol, '1d');
    const said = pin?.adjustment === 'raw' ? barsSay(await bars.read(pin), action) : undefined;
    listed.push({ ...action, ...(said === undefined ? {} : { bars: said }) });
  }
  const answered = new Set([
    ...table.actions
      .filter(({ confirmed }) => confirmed)
      .map((one) => `${one.symbol} ${one.exDate}`),
    ...table.moves.map(({ symbol, day }) => `${symbol} ${day}`),
  ]);
  return {
    actions: listed,
    moves: table.moves.filter(isAsked),
    proposals: (found?.proposals ?? []).filter(
      (one) => isAsked(one) && !answered.has(`${one.symbol} ${one.day}`),
    ),
    ...(found === undefined ? {} : { proposedAsOf: found.asOf }),
  };
}

/** What raw bars say of an action; undefined where they have no bar on its day or none before. */
export function barsSay(bars: Bars, action: CorporateAction): BarsSay | undefined {
  const start = dayStart(action.exDate);
  const at = firstAtOrAfter(bars, start);
  if (at === 0 || bars.ts[at] !== start) return undefined;
  return { gap: bars.open[at] / bars.close[at - 1], shown: showsAction(bars, action) };
}
