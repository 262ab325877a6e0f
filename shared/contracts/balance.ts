import type { Balance, LaneShare, LaneTally } from './run.ts';

/** How evenly lanes were busy; undefined where none did anything. */
export function balanceOf(lanes: readonly LaneTally[]): Balance | undefined {
  const sum = lanes.reduce((all, { busySeconds }) => all + busySeconds, 0);
  const squares = lanes.reduce((all, { busySeconds }) => all + busySeconds ** 2, 0);
  return squares === 0 ? undefined : { jain: rounded(sum ** 2 / (lanes.length * squares), 4) };
}

/** What lanes did, each with the share of a run's seconds that it was busy. */
export function laneShares(lanes: readonly LaneTally[], seconds: number): LaneShare[] {
  return lanes.map((lane) => ({
    ...lane,
    busyShare: seconds > 0 ? rounded(lane.busySeconds / seconds, 4) : 0,
  }));
}

function rounded(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
