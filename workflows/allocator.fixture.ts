import type { LanesTold } from '../shared/contracts/lanes.ts';
import { stages, type Stage } from '../shared/contracts/outcome.ts';
import { balanceOf } from '../shared/contracts/balance.ts';
import { pageSize, type LaneTally } from '../shared/contracts/run.ts';
import { allocator, type Allocator, type Place, type Work } from './allocator.ts';

/** A lane that takes `slowness` seconds for a teacher of cost 1. */
export interface SimulatedLane {
  readonly lane: string;
  readonly slowness: number;
}

export interface Simulation {
  readonly lanes: readonly SimulatedLane[];
  /** Windows in flight a lane, over all runs. Default 4. */
  readonly inFlight?: number;
  /** Windows a page. Default 200. */
  readonly perPage?: number;
}

/** What lanes did in a time that costs nothing but their work. */
export interface Simulated {
  readonly lanes: readonly LaneTally[];
  readonly jain: number;
  /** Seconds until the last stage ended, and the least that any hand-over could reach. */
  readonly makespan: number;
  readonly best: number;
  /** The most windows that one lane had in flight at once. */
  readonly mostInFlight: number;
  /** Seconds that a lane had nothing to do while a window had not begun, all lanes together. */
  readonly idleSeconds: number;
  /** Stages that were done, by run and window. */
  readonly done: ReadonlyMap<string, readonly Stage[]>;
}

/** A student takes this share of its teacher's time. */
const share: Readonly<Record<Stage, number>> = { teacher: 1, student: 0.4 };

interface Page {
  readonly run: number;
  readonly number: number;
  readonly lanes: Allocator;
  follower?: Page;
  hasAnnounced: boolean;
}

interface Job {
  readonly page: Page;
  readonly window: string;
  readonly cost: number;
  readonly place: Place;
}

/** Plays runs of windows of given costs over lanes, page by page as `trainRun` and `trainBatch` do. */
export function simulatedRuns(
  runs: readonly (readonly number[])[],
  options: Simulation,
): Simulated {
  const { inFlight = 4, perPage = pageSize } = options;
  const told: LanesTold = {
    lanes: options.lanes.map(({ lane }) => ({ lane, device: 'cpu', engine: 'cpu', generation: 1 })),
    inFlight: Math.max(1, Math.floor(inFlight / runs.length)),
  };
  const queues = new Map(options.lanes.map(({ lane }): [string, Job[]] => [lane, []]));
  const running = new Map<string, { readonly job: Job; readonly endsAt: number }>();
  const open = new Map<number, Page[]>();
  const done = new Map<string, Stage[]>();
  const busy = new Map<string, number>();
  let waiting: Job[] = [];
  let now = 0;
  let mostInFlight = 0;
  let idleSeconds = 0;

  for (const run of runs.keys()) openPage(run, 0);
  hand();
  while (running.size > 0) step();
  return { ...summary(), mostInFlight, idleSeconds, done };

  function openPage(run: number, number: number): void {
    const costs = runs[run].slice(number * perPage, (number + 1) * perPage);
    const isFollowed = (number + 1) * perPage < runs[run].length;
    const before = open.get(run)?.at(-1);
    const after = runs[run].slice((number + 1) * perPage, (number + 2) * perPage);
    const lanes = allocator({
      follows: before !== undefined,
      after: after.map((_, index) => workOf(costs[index % costs.length], 0)),
    });
    const page: Page = { run, number, lanes, hasAnnounced: !isFollowed };
    open.set(run, [...(open.get(run) ?? []), page]);
    const all = costs.map((cost, index) => ({ cost, window: `${run}/${number}/${index}` }));
    for (const { cost, window } of isFollowed ? all : all.toSorted((a, b) => b.cost - a.cost))
      waiting.push({ page, window, cost, place: lanes.ask(workOf(cost, 0)) });
    lanes.tell(told);
    if (before === undefined) return;
    before.follower = page;
    lanes.precede(before.lanes.cede());
  }

  /** Moves what has a ticket to its lane, and lanes to their next job. */
  function hand(): void {
    for (const job of waiting) if (job.place.ticket) queues.get(job.place.ticket.lane)?.push(job);
    waiting = waiting.filter(({ place }) => place.ticket === undefined);
    for (const pages of open.values())
      for (const page of pages)
        if (!page.hasAnnounced && page.lanes.isHandedOut) {
          page.hasAnnounced = true;
          openPage(page.run, page.number + 1);
          hand();
          return;
        }
    for (const { lane, slowness } of options.lanes) {
      const queue = queues.get(lane) ?? [];
      mostInFlight = Math.max(mostInFlight, queue.length + (running.has(lane) ? 1 : 0));
      const job = running.has(lane) ? undefined : queue.shift();
      if (job !== undefined) running.set(lane, { job, endsAt: now + secondsOf(job, slowness) });
    }
  }

  function step(): void {
    const [lane, { job, endsAt }] = [...running].toSorted(([, a], [, b]) => a.endsAt - b.endsAt)[0];
    const hasMore = waiting.some(({ place }) => !place.work.isBegun);
    if (hasMore) idleSeconds += (endsAt - now) * (options.lanes.length - running.size);
    const seconds = secondsOf(job, options.lanes.find((one) => one.lane === lane)?.slowness ?? 1);
    const { page, window, cost, place } = job;
    const stage = place.work.stages[0];
    running.delete(lane);
    now = endsAt;
    busy.set(lane, (busy.get(lane) ?? 0) + seconds);
    done.set(window, [...(done.get(window) ?? []), stage]);
    page.lanes.measured(lane, stage, cost, seconds);
    const left = place.work.stages.slice(1);
    const next = page.lanes.release(place, false, left.length > 0 ? workOf(cost, 1) : undefined);
    if (next !== undefined) waiting.push({ ...job, place: next });
    for (let one: Page | undefined = page; one?.follower; one = one.follower)
      if (one.lanes.hasLeft) one.follower.lanes.precede(one.lanes.cede());
    hand();
  }

  function summary() {
    const lanes = options.lanes.map(({ lane }): LaneTally => {
      const busySeconds = busy.get(lane) ?? 0;
      return { lane, device: 'cpu', windows: 0, busySeconds };
    });
    const total =
      runs.flat().reduce((sum, cost) => sum + cost, 0) * (share.teacher + share.student);
    const speed = options.lanes.reduce((sum, { slowness }) => sum + 1 / slowness, 0);
    const longest = Math.max(...runs.flat()) * (share.teacher + share.student);
    const fastest = Math.min(...options.lanes.map(({ slowness }) => slowness));
    const best = Math.max(total / speed, longest * fastest);
    return { lanes, jain: balanceOf(lanes)?.jain ?? 0, makespan: now, best };
  }
}

function workOf(cost: number, index: number): Work {
  return { engine: 'cpu', cost, stages: stages.slice(index), isBegun: index > 0 };
}

function secondsOf({ cost, place }: Job, slowness: number): number {
  return cost * slowness * share[place.work.stages[0]];
}
