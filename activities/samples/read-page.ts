import type { PageAsked } from '../../shared/contracts/control.ts';
import type { WindowSpec } from '../../shared/contracts/run.ts';
import { stages, type Stage } from '../../shared/contracts/outcome.ts';
import type { EligibleWindow } from '../../shared/contracts/plan.ts';
import type { World } from '../../shared/runtime/world.ts';
import { stagesToTrain, trainPages } from '../../shared/contracts/pages.ts';

/**
 * Reads what a batch must know of its windows: those of a page, or failed ones that are tried again
 * from the stage that failed.
 *
 * @returns at most 200 windows; the one answer that may be larger than 4 KiB (up to 64 KiB)
 * @throws InputError (final) if the data root has no such run, or it has no such window
 */
export async function readPage(world: World, asked: PageAsked): Promise<WindowSpec[]> {
  const { runId, page, retry } = asked;
  if (retry === undefined) {
    const plan = await world.plans.read(runId);
    return (trainPages(plan)[page - 1] ?? []).map((window) => spec(window));
  }
  return await Promise.all(
    retry.map(async ([name, from]) => spec((await world.plans.window(runId, name)).window, from)),
  );
}

function spec(eligible: EligibleWindow, first: Stage = stages[0]): WindowSpec {
  const { window, symbol, interval, from, to, engine, cost } = eligible;
  const left = stages.slice(stages.indexOf(first));
  const toDo = stagesToTrain(eligible).filter((stage) => left.includes(stage));
  return { window, symbol, interval, from, to, engine, cost, stages: toDo };
}
