import type { ApplicationFailure } from '@temporalio/workflow';
import type {
  BackfillPlanSummary,
  BackfillProgress,
  BackfillTally,
  EmptyReason,
  FailedBackfill,
  RestReason,
  StoredWindow,
  WaitingTold,
  WaitsFor,
} from '../shared/contracts/backfill.ts';
import type { ErrorClass } from '../shared/contracts/errors.ts';
import type { Interval } from '../shared/contracts/time.ts';
import { storedOf } from './backfill-fault.ts';

/** Failures told in a run's own words; all are counted, and recorded in its folder. */
const toldFailures = 4;
/** Failures of one part of the record: within 4 KiB a message. */
const partFailures = 8;

const nothing: BackfillTally = {
  planned: 0,
  stored: 0,
  cancelled: 0,
  notStarted: 0,
  failed: {},
  failures: [],
  leastRequests: 0,
  resting: {},
  requests: 0,
  rows: 0,
  added: 0,
  changed: 0,
  quarantined: 0,
  empty: {},
};

/** What a backfill has come to, and what it waits for. */
export interface BackfillBook {
  /** A further interval is planned. */
  plan(plan: BackfillPlanSummary): void;
  began(): void;
  stored(window: StoredWindow): void;
  /** A person ended a window. */
  cancelled(): void;
  /** A window failed; what it stored all the same is counted. */
  failed(window: string, fault: ApplicationFailure): void;
  /** Series could not be compacted; the step has recorded which. */
  damaged(series: number): void;
  /** The next failures to record, and how many were before; undefined where all are recorded. */
  nextFailures(): { readonly before: number; readonly failures: FailedBackfill[] } | undefined;
  /** @returns whether what the run waits for has changed */
  tell(told: WaitingTold): boolean;
  /** What any window waits for; a session before a quota, since a person must act. */
  waitsFor(): WaitsFor | undefined;
  tally(): BackfillTally;
  progress(): Omit<BackfillProgress, 'source' | 'control' | 'inFlight'>;
}

/**
 * Starts the book of a backfill, or goes on with one.
 *
 * @param carried - counts so far; their failures are recorded
 * @param interval - that is being fetched
 */
export function backfillBook(carried: BackfillTally = nothing, interval?: Interval): BackfillBook {
  let tally = carried;
  let recorded = Object.values(carried.failed).reduce((sum, count) => sum + count, 0);
  let unrecorded: FailedBackfill[] = [];
  const waiting = new Map<string, WaitsFor>();
  const waitsFor = (): WaitsFor | undefined => {
    const all = new Set(waiting.values());
    return all.has('session') ? 'session' : all.has('quota') ? 'quota' : undefined;
  };

  return {
    waitsFor,
    tally: () => tally,
    plan(plan) {
      interval = plan.interval;
      tally = {
        ...tally,
        planned: tally.planned + plan.windows,
        notStarted: tally.notStarted + plan.windows,
        leastRequests: tally.leastRequests + plan.requests,
        resting: added<RestReason>(tally.resting, plan.resting),
      };
    },
    began() {
      tally = { ...tally, notStarted: tally.notStarted - 1 };
    },
    stored(window) {
      tally = { ...withWindow(tally, window), stored: tally.stored + 1 };
    },
    cancelled() {
      tally = { ...tally, cancelled: tally.cancelled + 1 };
    },
    failed(window, fault) {
      const one = { window, class: fault.type as ErrorClass, message: fault.message };
      const stored = storedOf(fault);
      unrecorded.push(one);
      tally = {
        ...(stored === undefined ? tally : withWindow(tally, stored)),
        failed: added<ErrorClass>(tally.failed, { [one.class]: 1 }),
        failures: [...tally.failures, one].slice(0, toldFailures),
      };
    },
    damaged(series) {
      if (series > 0)
        tally = { ...tally, failed: added<ErrorClass>(tally.failed, { DataError: series }) };
    },
    nextFailures() {
      const failures = unrecorded.slice(0, partFailures);
      if (failures.length === 0) return undefined;
      const before = recorded;
      unrecorded = unrecorded.slice(failures.length);
      recorded += failures.length;
      return { before, failures };
    },
    tell(told) {
      const before = waitsFor();
      if (told.for === undefined) waiting.delete(told.window);
      else waiting.set(told.window, told.for);
      return waitsFor() !== before;
    },
    progress() {
      const counts: Partial<Record<WaitsFor, number>> = {};
      for (const reason of waiting.values()) counts[reason] = (counts[reason] ?? 0) + 1;
      return { tally, waiting: counts, ...(interval === undefined ? {} : { interval }) };
    },
  };
}

function withWindow(tally: BackfillTally, window: StoredWindow): BackfillTally {
  return {
    ...tally,
    requests: tally.requests + window.requests,
    rows: tally.rows + window.rows,
    added: tally.added + window.added,
    changed: tally.changed + window.changed,
    quarantined: tally.quarantined + window.quarantined,
    empty: added<EmptyReason>(tally.empty, window.empty),
  };
}

type Counts<Name extends string> = Readonly<Partial<Record<Name, number>>>;

function added<Name extends string>(a: Counts<Name>, b: Counts<Name>): Counts<Name> {
  const sum: Partial<Record<Name, number>> = { ...a };
  for (const [name, count] of Object.entries(b) as [Name, number][])
    sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
