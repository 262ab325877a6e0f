import type { ErrorClass } from '../shared/contracts/errors.ts';
import type { Lane } from '../shared/contracts/lanes.ts';
import type { Stage } from '../shared/contracts/outcome.ts';
import { addUsage } from '../shared/contracts/tally.ts';
import type {
  BatchTally,
  DoneStage,
  FailedWindow,
  LaneTally,
  PageRecord,
  PageRef,
  StageResult,
  StageTally,
  StageUsage,
  UsageRow,
} from '../shared/contracts/run.ts';
import { fitting, messageCharacters } from './fitting.ts';

/** A part is recorded once this many stages, or this much text, wait for it. */
const partStages = 40;
const partCharacters = 3_000;
/** What of the rest is left to what a part says of lanes. */
const spare = 300;

/** What a page's windows came to: counted for whoever asks, written down in parts as it goes. */
export interface PageRecorder {
  /** Lanes that the page may feed: they are in its record though they do nothing. */
  opened(lanes: readonly Lane[]): void;
  /** @param isLast - whether the window has ended with it */
  done(window: string, result: StageResult, isLast: boolean): void;
  /** A stage failed, and its window with it. */
  failed(window: FailedWindow): void;
  /** Whether what waits fills a part. */
  readonly isFull: boolean;
  /** The next part to write, where one is full, or where `isRest` asks for what is left. */
  nextPart(isRest: boolean): PageRecord | undefined;
  tally(): BatchTally;
}

type Tally = { -readonly [Count in keyof StageTally]: StageTally[Count] };

/** Starts the record of a page. */
export function pageRecorder({ runId, page, root }: PageRef): PageRecorder {
  const lanes = new Map<string, LaneTally>();
  const unrecorded = new Map<string, Partial<StageUsage>>();
  const windowsOf = new Map<string, Set<string>>();
  const stages: Record<Stage, Tally> = {
    teacher: { trained: 0, reused: 0, failed: 0 },
    student: { trained: 0, reused: 0, failed: 0 },
  };
  const failures: Partial<Record<ErrorClass, number>> = {};
  let trained = 0;
  let reused = 0;
  let parts = 0;
  let done: DoneStage[] = [];
  let failed: FailedWindow[] = [];

  const isFull = (): boolean =>
    done.length + failed.length >= partStages ||
    JSON.stringify([done, failed]).length > partCharacters;

  return {
    opened(open) {
      for (const { lane, device } of open)
        if (!lanes.has(lane)) lanes.set(lane, { lane, device, windows: 0, busySeconds: 0 });
    },
    done(window, result, isLast) {
      const { stage, lane, device, outcome, seconds, dispatches, usage = {} } = result;
      stages[stage][outcome] += 1;
      if (isLast && outcome === 'trained') trained += 1;
      if (isLast && outcome === 'reused') reused += 1;
      const windows = (windowsOf.get(lane) ?? new Set()).add(window);
      windowsOf.set(lane, windows);
      const before = lanes.get(lane);
      const busySeconds = (before?.busySeconds ?? 0) + seconds;
      const used = addUsage(before ?? {}, usage);
      lanes.set(lane, { lane, device, windows: windows.size, busySeconds, ...used });
      unrecorded.set(lane, addUsage(unrecorded.get(lane) ?? {}, usage));
      done.push([window, stage, outcome, lane, seconds, dispatches.slice(0, -1)]);
    },
    failed(window) {
      stages[window.stage].failed += 1;
      failures[window.class] = (failures[window.class] ?? 0) + 1;
      failed.push(window);
    },
    get isFull() {
      return isFull();
    },
    nextPart(isRest) {
      const waiting = done.length + failed.length;
      if (waiting === 0 || (!isRest && !isFull())) return undefined;
      const devices = Object.fromEntries([...lanes.values()].map((l) => [l.lane, l.device]));
      const usage = Object.fromEntries([...unrecorded].map(([lane, used]) => [lane, listed(used)]));
      const room = messageCharacters - Math.max(0, JSON.stringify([devices, usage]).length - spare);
      const someFailed = fitting(failed, room, 1);
      const rest = room - JSON.stringify(someFailed).length;
      const someDone = fitting(done, rest, someFailed.length > 0 ? 0 : 1);
      const part: PageRecord = {
        runId,
        page,
        root,
        part: ++parts,
        devices,
        usage,
        done: someDone,
        failed: someFailed,
      };
      failed = failed.slice(part.failed.length);
      done = done.slice(part.done.length);
      unrecorded.clear();
      return part;
    },
    tally: () => ({
      trained,
      reused,
      failed: { ...failures },
      lanes: [...lanes.values()].toSorted((a, b) => (a.lane < b.lane ? -1 : 1)),
      stages: { teacher: { ...stages.teacher }, student: { ...stages.student } },
    }),
  };
}

function listed({
  cpuSeconds = 0,
  deviceSeconds,
  deviceMemoryBytes,
}: Partial<StageUsage>): UsageRow {
  return deviceSeconds === undefined
    ? [cpuSeconds]
    : [cpuSeconds, deviceSeconds, deviceMemoryBytes ?? 0];
}
