import type { PageRef, WindowSpec } from '../../shared/contracts/run.ts';
import type { World } from '../../shared/runtime/world.ts';
import { stagesToTrain, trainPages } from '../../shared/contracts/pages.ts';

/**
 * Reads what a batch must know of its windows.
 *
 * @returns at most 200 windows; the one answer that may be larger than 4 KiB (up to 64 KiB)
 * @throws InputError (final) if the data root has no such run
 */
export async function readPage(world: World, page: PageRef): Promise<WindowSpec[]> {
  const plan = await world.plans.read(page.runId);
  return (trainPages(plan)[page.page - 1] ?? []).map((eligible) => {
    const { window, symbol, interval, from, to, engine, cost } = eligible;
    return { window, symbol, interval, from, to, engine, cost, stages: stagesToTrain(eligible) };
  });
}
