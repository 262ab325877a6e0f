import { InputError } from '../../shared/contracts/errors.ts';
import { stages } from '../../shared/contracts/outcome.ts';
import {
  isEligible,
  type EligibleWindow,
  type Plan,
  type PlannedWindow,
} from '../../shared/contracts/plan.ts';
import type { FailedWindow, ReplayRequest } from '../../shared/contracts/run.ts';
import { pageRecords } from '../../shared/runtime/runs/page-records.ts';
import { readWindowList } from '../../shared/runtime/runs/run-requests.ts';
import type { World } from '../../shared/runtime/world.ts';

/** A window of an earlier run, as that run planned it and left it. */
export interface ReplayedWindow {
  readonly planned: PlannedWindow | EligibleWindow;
  readonly ended: 'failed' | 'notStarted' | 'done' | 'reused' | 'skipped';
  /** What it failed of. */
  readonly failure?: FailedWindow;
}

/**
 * The windows of a run that a replay means, in the order of that run's plan.
 *
 * @throws InputError if there is no such run, it has no such window, or there is nothing to do again
 */
export async function replayedWindows(
  world: Pick<World, 'root' | 'plans'>,
  replay: ReplayRequest,
): Promise<ReplayedWindow[]> {
  const { of, reason, windows = 'failed' } = replay;
  const plan = await world.plans.read(of);
  const all = await endedWindows(world, of, plan);
  const named = await namedWindows(world, replay);
  const meant = named ? all.filter(({ planned }) => named.has(planned.window)) : byEnding();
  const chosen = meant.filter(({ failure }) => reason === undefined || failure?.class === reason);
  if (named !== undefined && meant.length < named.size) {
    const known = new Set(plan.windows.map(({ window }) => window));
    const unknown = [...named].filter((window) => !known.has(window));
    throw new InputError(
      `run "${of}" has no window "${unknown[0]}"; see those it has: ` +
        `npm run -s sensequant -- matrix ${of}`,
    );
  }
  if (chosen.length > 0) return chosen;
  const failed = all.filter(({ ended }) => ended === 'failed').length;
  throw new InputError(
    `run "${of}" has nothing to do again: "${failed}" windows failed` +
      `${reason === undefined ? '' : `, none of "${reason}"`}; see matrix ${of}`,
  );

  function byEnding(): ReplayedWindow[] {
    const wanted = windows === 'unfinished' ? ['failed', 'notStarted'] : ['failed'];
    return all.filter(({ ended }) => wanted.includes(ended));
  }
}

/** The windows of some names, and the pooled ones whose teachers they start from. */
export function heldWindows(all: Plan['windows'], names: ReadonlySet<string>): Plan['windows'] {
  const teachers = new Set(
    all.filter(({ window }) => names.has(window)).flatMap((one) => teacherOf(one) ?? []),
  );
  return all.filter(({ window }) => names.has(window) || teachers.has(window));
}

function teacherOf(window: PlannedWindow | EligibleWindow): string | undefined {
  return isEligible(window) ? window.teacherWindow : undefined;
}

/** How every window of a run ended. One that failed and was done later in the same run is done. */
async function endedWindows(
  { root }: Pick<World, 'root'>,
  runId: string,
  { windows }: Plan,
): Promise<ReplayedWindow[]> {
  const records = await pageRecords(root, runId);
  const done = new Set(
    records.flatMap((page) =>
      page.done.filter(([, stage]) => stage === stages.at(-1)).map(([window]) => window),
    ),
  );
  const failed = new Map(
    records.flatMap((page) => page.failed.map((entry) => [entry.window, entry] as const)),
  );
  return windows.map((planned): ReplayedWindow => {
    const failure = failed.get(planned.window);
    if (done.has(planned.window)) return { planned, ended: 'done' };
    if (failure !== undefined) return { planned, ended: 'failed', failure };
    if (planned.decision === 'train') return { planned, ended: 'notStarted' };
    return { planned, ended: planned.decision === 'reuse' ? 'reused' : 'skipped' };
  });
}

async function namedWindows(
  { root }: Pick<World, 'root'>,
  { windows, list }: ReplayRequest,
): Promise<ReadonlySet<string> | undefined> {
  if (list === undefined) return Array.isArray(windows) ? new Set(windows) : undefined;
  const listed = await readWindowList(root, list);
  if (listed !== undefined) return new Set(listed);
  throw new InputError(
    `the data root "${root.path}" has no list of windows "${list}"; name them again by --windows`,
  );
}
