import { withoutName, type ComparedArms } from '../activities/samples/compared-arms.ts';
import { compareRuns, type RunComparison } from '../activities/validation/compare-runs.ts';
import { InputError } from '../shared/contracts/errors.ts';
import { isRunName } from '../shared/contracts/ids.ts';
import type { TrainRequest } from '../shared/contracts/plan.ts';
import type { RunReport } from '../shared/contracts/run.ts';
import type { Temporal } from '../shared/runtime/stack/client.ts';
import type { DataRoot } from '../shared/runtime/data-root.ts';
import { openPlans } from '../shared/runtime/runs/plans.ts';
import { leaveOnInterrupt } from './attend-run.ts';
import { comparisonText } from './comparison-text.ts';
import { exitCodeOf, followRun } from './follow-run.ts';
import { inWorld } from './in-world.ts';
import { answer, say } from './output.ts';
import { startRun, usualRunName, type StartedRun } from './run-client.ts';

/** What is compared, and how it is told. */
export interface CompareArmsOptions {
  readonly arms: ComparedArms;
  /** What both requests have besides: the same day for both, whenever they are started. */
  readonly stands: Required<Pick<TrainRequest, 'asOf' | 'root'>>;
  /** A name of the operator's own for the whole arm. */
  readonly name: string | undefined;
  readonly json: boolean | undefined;
}

/** How a comparison of two arms ended. */
export interface ComparedRuns {
  readonly families: readonly string[];
  readonly with: RunReport;
  readonly without: RunReport;
  /** Absent unless both runs completed. */
  readonly comparison?: RunComparison;
}

/**
 * Trains both arms as two durable runs, waits for their ends and compares what they said out of
 * sample. Arms that are open are attached to; Ctrl-C leaves both going.
 *
 * @throws the error that an arm failed of as a whole, once the other one has ended
 */
export async function compareArms(
  temporal: Temporal,
  root: DataRoot,
  { arms, stands, name, json }: CompareArmsOptions,
): Promise<void> {
  const { families } = arms;
  const base = name ?? usualRunName({ ...arms.with, ...stands });
  const names = [base, withoutName(base, families)];
  const tooLong = names.find((one) => !isRunName(one));
  if (tooLong !== undefined)
    throw new InputError(`"${tooLong}" is too long to name a run; shorten --name`);
  const plans = openPlans(root);
  const started: StartedRun[] = [];
  for (const [arm, request] of [arms.with, arms.without].entries())
    started.push(await startRun(temporal, plans, { ...request, ...stands }, names[arm]));
  const [whole, without] = started.map(({ runId }) => runId);
  leaveOnInterrupt(
    `runs ${whole} and ${without} go on; come back by the same command, or compare them later: ` +
      `npm run -s sensequant -- evidence ${whole} --against ${without}`,
  );
  for (const { runId, attached } of started)
    say(`${attached ? 'attached to' : 'started'} run ${runId}`);
  const ended = { families, ...(await bothEnds(temporal, root, whole, without)) };
  const compared = { ...ended, ...(await comparisonOf(ended)) };
  answer(json, { schema: 1, ...compared }, () => comparisonText(compared));
  process.exitCode = Math.max(exitCodeOf(ended.with), exitCodeOf(ended.without));
}

/** Waits for both, and then tells of the one that failed: the other is worth waiting for. */
async function bothEnds(
  temporal: Temporal,
  root: DataRoot,
  whole: string,
  without: string,
): Promise<Pick<ComparedRuns, 'with' | 'without'>> {
  const ends: (RunReport | undefined)[] = [];
  const faults: unknown[] = [];
  for (const runId of [whole, without]) {
    try {
      ends.push(await followRun(temporal, root, runId));
    } catch (error) {
      ends.push(undefined);
      faults.push(error);
      say(`run ${runId} failed as a whole: there is nothing to compare with`);
    }
  }
  const [first, second] = ends;
  if (first !== undefined && second !== undefined) return { with: first, without: second };
  for (const end of ends) if (end !== undefined) say(`run ${end.runId} ended ${end.state}`);
  throw faults[0];
}

/** Nothing unless both completed: the windows that were not done may be the ones that differ. */
async function comparisonOf(ended: ComparedRuns): Promise<Pick<ComparedRuns, 'comparison'>> {
  const { with: whole, without } = ended;
  if (whole.state !== 'completed' || without.state !== 'completed') return {};
  const comparison = await inWorld('compare', (world) =>
    compareRuns(world, { runId: whole.runId, against: without.runId }),
  );
  return { comparison };
}
