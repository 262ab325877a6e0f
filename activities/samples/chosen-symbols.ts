import { InputError } from '../../shared/contracts/errors.ts';
import type { TrainRequest } from '../../shared/contracts/plan.ts';
import { unknownSymbol } from '../../shared/domain/market/instruments/instrument-lookup.ts';
import type { World } from '../../shared/runtime/world.ts';

/**
 * The symbols a request means, in order of the alphabet. `all` is every symbol that has bars;
 * indices are context and never trained. A former ticker means the current one.
 *
 * @throws InputError if a symbol has neither bars nor an instrument, or is an index, or none is left
 */
export async function chosenSymbols(
  world: Pick<World, 'bars' | 'instruments'>,
  request: TrainRequest,
): Promise<readonly string[]> {
  const onDisk = await world.bars.symbols(request.interval);
  const isIndex = (symbol: string): boolean => world.instruments.find(symbol)?.kind === 'index';
  if (request.symbols === 'all') {
    const trained = onDisk.filter((symbol) => !isIndex(symbol));
    if (trained.length > 0) return trained.toSorted();
    throw new InputError(
      `there are no bars of interval "${request.interval}" to train on; import some: ` +
        `sensequant import <folder>`,
    );
  }
  const asked = [
    ...new Set(request.symbols.map((symbol) => world.instruments.current(symbol))),
  ].toSorted();
  const faults = asked.flatMap((symbol) => {
    if (isIndex(symbol)) return [`"${symbol}" is an index: context, never trained`];
    return unknownSymbol(world.instruments, symbol, onDisk) ?? [];
  });
  if (faults.length > 0) throw new InputError(faults.join('\n'));
  return asked;
}
