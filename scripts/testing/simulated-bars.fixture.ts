import type { EpochMs, TradingDay } from '../../shared/contracts/time.ts';
import { simulatedExchange } from '../../shared/domain/market/simulated/simulated-bars.ts';
import { simulatedInstrument } from '../../shared/domain/market/simulated/simulated-instrument.ts';
import { soundBars } from '../../shared/runtime/bars/bar-receipt.ts';
import { openBarStore } from '../../shared/runtime/bars/bar-store.ts';
import { openDataRoot } from '../../shared/runtime/data-root.ts';
import { readReference } from '../../shared/runtime/reference/reference.ts';

/**
 * Fills a data root with daily bars of the simulated exchange from 2020-10-01 on, as a backfill from
 * it would: for what needs bars and not the way they come.
 *
 * @param to - the day after the last
 */
export async function storeSimulated(
  dataRoot: string,
  symbols: readonly string[],
  to = '2025-01-01' as TradingDay,
): Promise<void> {
  const { calendar, instruments } = await readReference();
  const exchange = simulatedExchange({
    seed: 7,
    calendar,
    from: '2020-10-01' as TradingDay,
    to,
    instruments: symbols.map((symbol) => simulatedInstrument(symbol, instruments.find(symbol))),
  });
  const store = openBarStore(await openDataRoot(dataRoot));
  const receipt = { fetch: 'backfill/simulated', receivedAt: Date.now() as EpochMs };
  for (const symbol of symbols)
    await store.append(
      { symbol, interval: '1d', source: 'simulated', adjustment: 'raw' },
      soundBars(exchange.daily(symbol)),
      receipt,
    );
  store.close();
}
