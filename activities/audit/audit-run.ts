import { InputError } from '../../shared/contracts/errors.ts';
import { isEligible, type EligibleWindow, type Plan } from '../../shared/contracts/plan.ts';
import { chance } from '../../shared/domain/market/simulated/chance.ts';
import type { ControlResult } from '../../shared/domain/validation/leaks/controls.ts';
import {
  judgeRun,
  type Reproduced,
} from '../../shared/domain/validation/leaks/run/run-controls.ts';
import {
  purgeCounts,
  rowCounts,
  type PurgeCounts,
  type RowCounts,
} from '../../shared/domain/validation/leaks/run/stored-rows.ts';
import { sumOf } from '../../shared/domain/validation/leaks/truncation.ts';
import type { ComputeThread } from '../../shared/runtime/compute/compute-thread.ts';
import { readPredictionTable } from '../../shared/runtime/store/prediction-table.ts';
import type { TrainingJobs, World } from '../../shared/runtime/world.ts';
import { predictedWindows } from '../validation/predicted-windows.ts';
import {
  added,
  fittedAgain,
  reproducedWindow,
  type ReproducedWindow,
  type StoredWindow,
} from './reproduced-window.ts';
import { outOfFoldAucs, outOfSampleAucs, shuffledAuc } from './run-aucs.ts';
import { storedStages } from './stored-windows.ts';

/** Which run is audited, and how closely. */
export interface RunAuditOptions {
  readonly runId: string;
  /** Windows whose rows, names and predictions are made again, at least 1. */
  readonly windows: number;
  /** Windows whose models are fitted again, at least 0. */
  readonly refits: number;
}

/** What an audit of a run found. */
export interface RunAudit {
  readonly runId: string;
  readonly recipe: string;
  readonly passed: boolean;
  readonly seconds: number;
  /** Windows that were looked at closely. */
  readonly windows: readonly string[];
  /** Why no model was fitted again; absent where some were. */
  readonly notFitted?: string;
  readonly controls: readonly ControlResult[];
}

/**
 * Applies leak controls to a run that exists: to its plan, its stored rows, and its models. Reads what
 * the plan pins and writes nothing, but a damaged artifact is set aside, as by every look.
 *
 * @param compute - a thread that owns LightGBM
 * @param report - told how many windows are done, and of how many
 * @throws InputError if there is no such run, or none of its windows has models
 * @throws DataError if bars or files are damaged
 */
export async function auditRun(
  world: World,
  compute: ComputeThread<TrainingJobs>,
  { runId, windows, refits }: RunAuditOptions,
  report: (done: number, all: number) => void,
): Promise<RunAudit> {
  const began = performance.now();
  if (windows < 1)
    throw new InputError(`"${windows}" windows show nothing; look at "1" closely at least`);
  const plan = await world.plans.read(runId);
  const looked = await lookedAt(world, compute, { plan, runId, windows }, report);
  const { close, reproduced } = looked;
  const notFitted = whyNotFitted(world, plan, close, refits);
  let models = none;
  for (const window of notFitted === undefined ? close.slice(0, refits) : [])
    models = added(models, await fittedAgain(world, compute, window));
  const together = (of: 'names' | 'trained' | 'predictions'): Reproduced =>
    reproduced.map((one) => one[of]).reduce(added, none);
  const table = await readPredictionTable((await predictedWindows(world, runId, plan)).found);
  const shuffled = shuffledAuc(table, plan.recipe, runId);
  const controls = judgeRun({
    eligible: looked.eligible,
    read: looked.rows.length,
    sampled: close.length,
    rows: looked.rows,
    purge: looked.purge,
    truncation: sumOf(reproduced.map(({ truncation }) => truncation)),
    names: together('names'),
    trained: together('trained'),
    predictions: together('predictions'),
    ...(notFitted === undefined && { models }),
    ...(shuffled && { shuffled }),
    aucs: [...outOfSampleAucs(table), ...outOfFoldAucs(close.flatMap(({ stored }) => [...stored]))],
  });
  const { name, version } = plan.recipe;
  return {
    runId,
    recipe: `${name}@${version}`,
    passed: controls.every(({ passed }) => passed),
    seconds: (performance.now() - began) / 1000,
    windows: close.map(({ window }) => window.window),
    ...(notFitted === undefined ? {} : { notFitted }),
    controls,
  };
}

const none: Reproduced = { compared: 0, different: 0 };

interface Looked {
  readonly eligible: number;
  readonly rows: readonly RowCounts[];
  readonly purge: readonly PurgeCounts[];
  readonly close: readonly StoredWindow[];
  readonly reproduced: readonly ReproducedWindow[];
}

/** Counts the rows of every window that has models, and makes a random few of them again. */
async function lookedAt(
  world: World,
  compute: ComputeThread<TrainingJobs>,
  { plan, runId, windows }: { readonly plan: Plan; readonly runId: string; windows: number },
  report: (done: number, all: number) => void,
): Promise<Looked> {
  const eligible = shuffledBy(runId, plan.windows.filter(isEligible));
  const rows: RowCounts[] = [];
  const purge: PurgeCounts[] = [];
  const close: StoredWindow[] = [];
  const reproduced: ReproducedWindow[] = [];
  for (const [index, window] of eligible.entries()) {
    report(index, eligible.length);
    const stored = await storedStages(world, plan, window);
    if (stored.length === 0) continue;
    rows.push(rowCounts(stored[0]));
    purge.push(...stored.map(purgeCounts));
    if (close.length >= windows) continue;
    close.push({ plan, window, stored });
    reproduced.push(await reproducedWindow(world, compute, { plan, window, stored }));
  }
  if (close.length === 0)
    throw new InputError(
      `run "${runId}" has no models to audit: its "${eligible.length}" windows failed or have not ` +
        `started`,
    );
  return { eligible: eligible.length, rows, purge, close, reproduced };
}

/** In a random order, the same one for a run. */
function shuffledBy(runId: string, windows: readonly EligibleWindow[]): readonly EligibleWindow[] {
  const lot = new Map(windows.map((one) => [one, chance(`${runId} ${one.window}`).uniform()]));
  return windows.toSorted((a, b) => (lot.get(a) ?? 0) - (lot.get(b) ?? 0));
}

/** Why models cannot be fitted again, byte by byte. */
function whyNotFitted(
  { versions }: World,
  plan: Plan,
  close: readonly StoredWindow[],
  refits: number,
): string | undefined {
  if (refits === 0) return 'none was asked for';
  if (versions.lightgbm !== plan.versions.lightgbm)
    return `they were fitted by LightGBM "${plan.versions.lightgbm}", and this is "${versions.lightgbm}"`;
  if (close.slice(0, refits).some(({ window }) => window.engine !== 'cpu'))
    return 'they were fitted on a GPU, whose models are not the same byte by byte';
  return undefined;
}
