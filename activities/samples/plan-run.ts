import { InputError } from '../../shared/contracts/errors.ts';
import { isPooledSymbol, isRunName } from '../../shared/contracts/ids.ts';
import { planCounts } from '../../shared/contracts/plan-counts.ts';
import { isEligible, type TrainRequest } from '../../shared/contracts/plan.ts';
import type { PlanRunInput, PlanSummary, ReplayRequest } from '../../shared/contracts/run.ts';
import type { EpochMs } from '../../shared/contracts/time.ts';
import { parseReplay, parseRequest } from '../../shared/runtime/parse-request.ts';
import { writeRunRequest } from '../../shared/runtime/runs/run-requests.ts';
import type { World } from '../../shared/runtime/world.ts';
import { storeContext } from '../../shared/runtime/store/context-store.ts';
import { planAndContext } from './make-plan.ts';
import { planReplay, type PlannedReplay } from './plan-replay.ts';
import {
  pagesOf,
  trainPages,
  windowsToExtend,
  windowsToTrain,
} from '../../shared/contracts/pages.ts';

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
  const asked = parsed(input);
  if (!isRunName(runId))
    throw new InputError(
      `"${runId}" cannot name a run; use letters, digits, ".", "_", "&" and "-"`,
    );
  const plan = await world.plans.made(runId, input.madeFor, async () => {
    const { plan: made, context, ...rest } = await planned(world, asked, startedAt);
    if (context !== undefined) await storeContext(world.store, context.parts, context.facts);
    const { replay } = asked;
    return { ...made, request: rest.request, ...(replay === undefined ? {} : { replay }) };
  });
  const { request, replay } = plan;
  await writeRunRequest(world.root, {
    schema: 1,
    runId,
    startedAt,
    request,
    ...(replay === undefined ? {} : { replay }),
  });
  const engines = new Set(plan.windows.filter(isEligible).map((window) => window.engine));
  return {
    runId,
    root: world.root.id,
    planToken: plan.planToken,
    asOf: plan.asOf,
    counts: planCounts(plan.windows),
    cost: windowsToTrain(plan).reduce((sum, { cost }) => sum + cost, 0),
    trainPages: trainPages(plan).length,
    pooledWindows: windowsToTrain(plan).filter(({ symbol }) => isPooledSymbol(symbol)).length,
    extendPages: pagesOf(windowsToExtend(plan)).length,
    engines: [...engines].toSorted(),
  };
}

/** What a run is asked: a request of its own, or a replay. */
type Asked =
  | { readonly request: TrainRequest; readonly replay?: undefined }
  | { readonly replay: ReplayRequest; readonly request?: undefined };

function parsed({ request, replay }: PlanRunInput): Asked {
  if ((request === undefined) === (replay === undefined))
    throw new InputError(
      'a run is started with "request" or with "replay", one of them; see train --help and ' +
        'replay --help',
    );
  return replay === undefined
    ? { request: parseRequest(request) }
    : { replay: parseReplay(replay) };
}

async function planned(
  world: World,
  { request, replay }: Asked,
  startedAt: EpochMs,
): Promise<Pick<PlannedReplay, 'plan' | 'context' | 'request'>> {
  if (replay !== undefined) return await planReplay(world, replay, startedAt);
  return { ...(await planAndContext(world, request, startedAt)), request };
}
