import { errorClasses, type ErrorClass } from './errors.ts';
import type { Stage } from './outcome.ts';
import type { BatchTally, LaneTally, StageTally } from './run.ts';

type StageTallies = Readonly<Record<Stage, StageTally>>;

/** Counts of no stage. */
const emptyStages: StageTallies = {
  teacher: { trained: 0, reused: 0, failed: 0 },
  student: { trained: 0, reused: 0, failed: 0 },
};

/** A tally of nothing. */
export const emptyTally: BatchTally = {
  trained: 0,
  reused: 0,
  failed: {},
  lanes: [],
  stages: emptyStages,
};

/** Counts of two batches together. */
export function addTally(a: BatchTally, b: BatchTally): BatchTally {
  const failed: Partial<Record<ErrorClass, number>> = {};
  for (const name of errorClasses) {
    const count = (a.failed[name] ?? 0) + (b.failed[name] ?? 0);
    if (count > 0) failed[name] = count;
  }
  return {
    trained: a.trained + b.trained,
    reused: a.reused + b.reused,
    failed,
    lanes: addLanes(a.lanes, b.lanes),
    stages: addStages(a.stages, b.stages),
  };
}

function addStages(a: StageTallies = emptyStages, b: StageTallies = emptyStages): StageTallies {
  const sum = (stage: Stage): StageTally => ({
    trained: a[stage].trained + b[stage].trained,
    reused: a[stage].reused + b[stage].reused,
    failed: a[stage].failed + b[stage].failed,
  });
  return { teacher: sum('teacher'), student: sum('student') };
}

function addLanes(a: readonly LaneTally[], b: readonly LaneTally[]): LaneTally[] {
  const sum = new Map(a.map((tally) => [tally.lane, tally]));
  for (const tally of b) {
    const before = sum.get(tally.lane);
    sum.set(tally.lane, {
      ...tally,
      windows: (before?.windows ?? 0) + tally.windows,
      busySeconds: (before?.busySeconds ?? 0) + tally.busySeconds,
    });
  }
  return [...sum.values()].toSorted((x, y) => (x.lane < y.lane ? -1 : 1));
}
