import type { WindowRow } from './control.ts';
import { errorClasses, type ErrorClass } from './errors.ts';
import type { Stage } from './outcome.ts';
import type { BatchTally, LaneTally, StageTally, StageUsage } from './run.ts';

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
    ...((a.cost ?? b.cost) === undefined ? {} : { cost: (a.cost ?? 0) + (b.cost ?? 0) }),
  };
}

/** Counts without windows that failed and are tried again. */
export function withoutFailed(
  tally: BatchTally,
  retried: readonly Pick<WindowRow, 'stage' | 'class'>[],
): BatchTally {
  const failed: Partial<Record<ErrorClass, number>> = {};
  for (const name of errorClasses) {
    const again = retried.filter((one) => one.class === name).length;
    const count = (tally.failed[name] ?? 0) - again;
    if (count > 0) failed[name] = count;
  }
  const { teacher, student } = tally.stages ?? emptyStages;
  const less = (counts: StageTally, stage: Stage): StageTally => ({
    ...counts,
    failed: counts.failed - retried.filter((one) => one.stage === stage).length,
  });
  return {
    ...tally,
    failed,
    stages: { teacher: less(teacher, 'teacher'), student: less(student, 'student') },
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

/** What two stages, or more, took of a lane's machine together. */
export function addUsage(a: Partial<StageUsage>, b: Partial<StageUsage>): Partial<StageUsage> {
  const sum = (x?: number, y?: number) =>
    x === undefined && y === undefined ? [] : [(x ?? 0) + (y ?? 0)];
  const [cpuSeconds] = sum(a.cpuSeconds, b.cpuSeconds);
  const [deviceSeconds] = sum(a.deviceSeconds, b.deviceSeconds);
  const memory = [a.deviceMemoryBytes, b.deviceMemoryBytes].filter((bytes) => bytes !== undefined);
  return {
    ...(cpuSeconds === undefined ? {} : { cpuSeconds: milliseconds(cpuSeconds) }),
    ...(deviceSeconds === undefined ? {} : { deviceSeconds: milliseconds(deviceSeconds) }),
    ...(memory.length === 0 ? {} : { deviceMemoryBytes: Math.max(...memory) }),
  };
}

/** Seconds to the millisecond: what sums up stays short. */
export function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

function addLanes(a: readonly LaneTally[], b: readonly LaneTally[]): LaneTally[] {
  const sum = new Map(a.map((tally) => [tally.lane, tally]));
  for (const tally of b) {
    const before = sum.get(tally.lane);
    sum.set(tally.lane, {
      ...tally,
      ...addUsage(before ?? {}, tally),
      windows: (before?.windows ?? 0) + tally.windows,
      busySeconds: (before?.busySeconds ?? 0) + tally.busySeconds,
    });
  }
  return [...sum.values()].toSorted((x, y) => (x.lane < y.lane ? -1 : 1));
}
