import { stat } from 'node:fs/promises';
import type {
  BackfillPlanSummary,
  BackfillRequest,
  BackfillSpec,
  DaySpan,
} from '../../contracts/backfill.ts';
import { DataError } from '../../contracts/errors.ts';
import { codeOf, readJson } from '../files/files.ts';

/** A window of a backfill's plan, with the requests it begins with. */
export interface PlannedBackfill extends BackfillSpec {
  /** What the source calls the instrument. */
  readonly code: string;
  readonly spans: readonly DaySpan[];
}

/** One interval of a backfill as it lies on disk: made once, executed as it stands. */
export interface BackfillPlan {
  readonly schema: 1;
  readonly request: BackfillRequest;
  /** First execution of the run's workflow: a second run may not take the same name. */
  readonly madeFor: string;
  readonly windows: readonly PlannedBackfill[];
  readonly resting: BackfillPlanSummary['resting'];
}

/** A plan with its windows by their names. */
export interface ReadPlan {
  readonly plan: BackfillPlan;
  readonly windows: ReadonlyMap<string, PlannedBackfill>;
}

/** Plans kept in memory: each request of a run reads its plan, and one of minutes is 2 MB. */
const keptPlans = 3;
const kept = new Map<string, ReadPlan & { readonly stamp: string }>();

/**
 * Reads one interval's plan. What was read is kept for as long as the file is the same: do not write
 * to it.
 *
 * @returns undefined where there is no such file
 * @throws DataError if it is damaged
 */
export async function readBackfillPlan(file: string): Promise<ReadPlan | undefined> {
  const stamp = await stampOf(file);
  if (stamp === undefined) return undefined;
  const known = kept.get(file);
  if (known?.stamp === stamp) return known;
  const plan = (await readJson(file)) as BackfillPlan | null | undefined;
  if (plan?.schema !== 1)
    throw new DataError(
      `"${file}" is no plan of schema "1", which this version reads; start the backfill again`,
      { file },
    );
  const windows = new Map(plan.windows.map((window) => [window.window, window]));
  const read = { stamp, plan, windows };
  kept.delete(file);
  kept.set(file, read);
  for (const oldest of [...kept.keys()].slice(0, -keptPlans)) kept.delete(oldest);
  return read;
}

/** What changes with a file's content. */
async function stampOf(file: string): Promise<string | undefined> {
  try {
    const { ino, mtimeMs, size } = await stat(file);
    return `${ino} ${mtimeMs} ${size}`;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
