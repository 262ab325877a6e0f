import { InputError } from '../../shared/contracts/errors.ts';
import { isRunName } from '../../shared/contracts/ids.ts';
import { planCounts } from '../../shared/contracts/plan-counts.ts';
import { isEligible } from '../../shared/contracts/plan.ts';
import type { PlanRunInput, PlanSummary } from '../../shared/contracts/run.ts';
import { parseRequest } from '../../shared/runtime/parse-request.ts';
import type { World } from '../../shared/runtime/world.ts';
import { storeContext } from '../../shared/runtime/context-store.ts';
import { planAndContext } from './make-plan.ts';
import { pagesOf, trainPages, windowsToExtend } from '../../shared/contracts/pages.ts';

/**
 * Plans a run and writes `data/runs/<runId>/plan.json`, which everything after it goes by, and the
 * market context that it pins. Safe to repeat: the first plan of a run stands.
 *
 * @returns counts and pages; the windows stay in the file
 * @throws InputError (final) if the request cannot be met or its name is taken
 * @throws DataError (final) if bars are damaged
 */
export async function planRun(world: World, input: PlanRunInput): Promise<PlanSummary> {
  const { runId, startedAt } = input;
  const request = parseRequest(input.request);
  if (!isRunName(runId))
    throw new InputError(
      `"${runId}" cannot name a run; use letters, digits, ".", "_", "&" and "-"`,
    );
  const plan = await world.plans.made(runId, input.madeFor, async () => {
    const { plan: made, context } = await planAndContext(world, request, startedAt);
    if (context !== undefined) await storeContext(world.store, context.parts, context.facts);
    return { ...made, request };
  });
  const engines = new Set(plan.windows.filter(isEligible).map((window) => window.engine));
  return {
    runId,
    root: world.root.id,
    planToken: plan.planToken,
    asOf: plan.asOf,
    counts: planCounts(plan.windows),
    trainPages: trainPages(plan).length,
    extendPages: pagesOf(windowsToExtend(plan)).length,
    engines: [...engines].toSorted(),
  };
}
