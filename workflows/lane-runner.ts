import type { FedLane } from '../shared/contracts/lanes.ts';
import { stages, type Stage } from '../shared/contracts/outcome.ts';
import type { LanePaces } from './lane-paces.ts';

/** What a lane may be asked to do: what is left of a window. */
export interface LeftWork {
  readonly cost: number;
  readonly stages: readonly Stage[];
}

/** A lane while work is laid out over all of them. */
export interface LaneRunner {
  readonly lane: FedLane;
  /** Windows it has in flight. */
  readonly windows: number;
  readonly hasRoom: boolean;
  /** Seconds until it has done what it was given. */
  doneIn: number;
  /** Seconds that it would take for some work. */
  secondsFor(work: LeftWork): number;
}

/** How a lane stands, as far as a page knows. */
export interface LaneStanding extends Pick<LaneRunner, 'windows' | 'hasRoom'> {
  /** Work of this page that it has in flight, and the seconds that other pages' take. */
  readonly own: Iterable<LeftWork>;
  readonly otherSeconds: number;
}

/** Makes a runner of a lane; `peers` are the lanes by which one that was not measured is judged. */
export function laneRunner(
  lane: FedLane,
  standing: LaneStanding,
  paces: LanePaces,
  peers: readonly string[],
): LaneRunner {
  const { windows, hasRoom, own, otherSeconds } = standing;
  const pace = Object.fromEntries(
    stages.map((stage) => [stage, paces.pace(lane.lane, stage, peers)]),
  ) as Record<Stage, number>;
  const secondsFor = ({ cost, stages: left }: LeftWork): number =>
    left.reduce((sum, stage) => sum + cost * pace[stage], 0);
  const doneIn = [...own].reduce((sum, work) => sum + secondsFor(work), otherSeconds);
  return { lane, windows, hasRoom, doneIn, secondsFor };
}

/** Who would have done some work first; of equals, who has fewer windows, then by name. */
export function firstDone(runners: readonly LaneRunner[], work: LeftWork): LaneRunner | undefined {
  let best: LaneRunner | undefined;
  let bestAt = Infinity;
  for (const runner of runners) {
    const at = runner.doneIn + runner.secondsFor(work);
    if (best !== undefined && (at > bestAt || (at === bestAt && !isBefore(runner, best)))) continue;
    best = runner;
    bestAt = at;
  }
  return best;
}

function isBefore(a: LaneRunner, b: LaneRunner): boolean {
  return a.windows - b.windows < 0 || (a.windows === b.windows && a.lane.lane < b.lane.lane);
}
