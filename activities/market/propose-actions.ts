import type { EpochMs, TradingDay } from '../../shared/contracts/time.ts';
import { suspects } from '../../shared/domain/market/actions/detector.ts';
import { barActions } from '../../shared/domain/market/actions/unconfirmed.ts';
import type { Proposal } from '../../shared/runtime/reference/actions.ts';
import { barsUntil } from '../../shared/runtime/bars/bars-until.ts';
import { marketOf } from '../../shared/runtime/reference/market-moves.ts';
import type { ActionWorld } from './placed-action.ts';

/** What a search for unknown actions found. */
export interface ActionSearch {
  /** The last session whose bars were searched. */
  readonly asOf: TradingDay;
  /** Symbols whose bars were searched: raw ones, and those of unknown adjustment. */
  readonly searched: number;
  /** Symbols left out: their bars were adjusted by a vendor. */
  readonly vendor: number;
  readonly proposals: readonly Proposal[];
}

/**
 * Searches the daily bars of a data root for corporate actions that nobody confirmed, and stores what
 * it finds as proposals, in place of what was proposed before. It confirms nothing.
 *
 * @param now - the last session closed by then is the last that is read
 * @throws DataError if bars or the table are damaged
 */
export async function proposeActions(world: ActionWorld, now: EpochMs): Promise<ActionSearch> {
  const asOf = world.calendar.lastClosedSession(now);
  const table = await world.actions.table();
  const market = marketOf(world.bars, world.instruments, asOf);
  const proposals: Proposal[] = [];
  let [searched, vendor] = [0, 0];
  for (const symbol of await world.bars.symbols('1d')) {
    const pin = await world.bars.series(symbol, '1d');
    if (pin === undefined || world.instruments.find(symbol)?.kind === 'index') continue;
    if (pin.adjustment === 'vendor') {
      vendor += 1;
      continue;
    }
    searched += 1;
    const { gaps } = barActions(await barsUntil(world.bars, pin, asOf), pin.adjustment, table);
    if (gaps.length === 0) continue;
    for (const suspect of suspects(gaps, await market(symbol)))
      proposals.push({ symbol, series: pin.series, ...suspect });
  }
  await world.actions.propose({ asOf, proposals });
  return { asOf, searched, vendor, proposals };
}
