import type { ErrorClass } from '../shared/contracts/errors.ts';
import type {
  BatchTally,
  DoneWindow,
  FailedWindow,
  LaneTally,
  PageRecord,
  PageRef,
  StageResult,
} from '../shared/contracts/run.ts';

/** A part is recorded once it holds this many windows, or this much text: 4 KiB a message. */
const partWindows = 40;
const partCharacters = 3_000;

/** What a page's windows came to: counted for whoever asks, written down in parts as it goes. */
export interface PageRecorder {
  done(window: string, result: StageResult): void;
  failed(window: FailedWindow): void;
  /** The next part to write, where one is full, or where `rest` asks for what is left. */
  nextPart(rest: boolean): PageRecord | undefined;
  tally(): BatchTally;
}

/** Starts the record of a page. */
export function pageRecorder(page: PageRef): PageRecorder {
  const lanes = new Map<string, LaneTally>();
  const failures: Partial<Record<ErrorClass, number>> = {};
  let trained = 0;
  let reused = 0;
  let parts = 0;
  let done: DoneWindow[] = [];
  let failed: FailedWindow[] = [];

  return {
    done(window, result) {
      if (result.outcome === 'trained') trained += 1;
      else reused += 1;
      const { lane, device, outcome, seconds } = result;
      const before = lanes.get(lane) ?? { lane, device, windows: 0, busySeconds: 0 };
      lanes.set(lane, {
        ...before,
        windows: before.windows + 1,
        busySeconds: before.busySeconds + seconds,
      });
      done.push([window, outcome, lane, seconds, result.dispatches.length]);
    },
    failed(window) {
      failures[window.class] = (failures[window.class] ?? 0) + 1;
      failed.push(window);
    },
    nextPart(rest) {
      const waiting = done.length + failed.length;
      const isFull =
        waiting >= partWindows || JSON.stringify([done, failed]).length > partCharacters;
      if (waiting === 0 || (!rest && !isFull)) return undefined;
      const devices = Object.fromEntries([...lanes.values()].map((l) => [l.lane, l.device]));
      const part: PageRecord = { ...page, part: ++parts, devices, done, failed };
      done = [];
      failed = [];
      return part;
    },
    tally: () => ({
      trained,
      reused,
      failed: { ...failures },
      lanes: [...lanes.values()].toSorted((a, b) => (a.lane < b.lane ? -1 : 1)),
    }),
  };
}
