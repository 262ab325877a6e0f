import type { ReplayPreview } from '../activities/samples/preview-replay.ts';
import type { ReplayRequest } from '../shared/contracts/run.ts';
import type { TradingDay } from '../shared/contracts/time.ts';
import type { Temporal } from '../shared/runtime/stack/client.ts';
import type { DataRoot } from '../shared/runtime/data-root.ts';
import { digestOf } from '../shared/runtime/files/digest.ts';
import type { Plans } from '../shared/runtime/runs/plans.ts';
import { runRequests, writeWindowList } from '../shared/runtime/runs/run-requests.ts';
import { startTraining, type StartedRun } from './run-client.ts';

/** Replays come after what is asked for now and what a night needs. */
const replayPriority = 4;
/** Windows named in the message itself; more of them are a list in the data root. */
const mostNamed = 40;
/** Leaves room in a run's name for its day, its digest and a count. */
const longestName = 72;

/** A replay with a list of windows in place of more names than a message holds. */
export async function shortReplay(root: DataRoot, replay: ReplayRequest): Promise<ReplayRequest> {
  const { windows, ...rest } = replay;
  if (!Array.isArray(windows) || windows.length <= mostNamed) return replay;
  return { ...rest, list: await writeWindowList(root, windows) };
}

/** Starts a replay, or attaches to an equal one that is open. */
export async function startReplay(
  temporal: Temporal,
  { root, plans }: { readonly root: DataRoot; readonly plans: Plans },
  replay: ReplayRequest,
  { asOf, counts, interval, planToken }: ReplayPreview,
): Promise<StartedRun> {
  const { train, reuse } = counts;
  return await startTraining(temporal, plans, await replayName(root, replay, asOf), {
    input: { replay: { ...replay, root: root.id, planToken } },
    interval,
    summary: `replay of ${replay.of}: ${train} to train, ${reuse} found done`,
    priorityKey: replayPriority,
  });
}

/** `<as-of day>-<8 hex of the request>-of-<run>`: of a replay of a replay, the run that began it. */
async function replayName(
  root: DataRoot,
  { root: _, planToken: __, ...asked }: ReplayRequest,
  asOf: TradingDay,
): Promise<string> {
  const requests = new Map((await runRequests(root)).map((one) => [one.runId, one]));
  let first = asked.of;
  for (let of = requests.get(first)?.replay?.of; of; of = requests.get(first)?.replay?.of)
    first = of;
  return `${asOf}-${digestOf(asked).slice(0, 8)}-of-${first.slice(0, longestName)}`;
}
