import type { ControlCarried } from './control.ts';
import type { ErrorClass } from './errors.ts';
import type { RunControl } from './run.ts';
import type { EpochMs, Interval, TradingDay } from './time.ts';

/** Symbol-windows of one page at most, as for training. */
export const backfillPageSize = 200;

/** Requests of one window at most: keeps its history and its list of requests small. */
export const windowRequests = 40;

/** Windows of a run that fetch at the same time: enough to hide a source's answer time. */
export const windowsInFlight = 6;

/** What an operator asks for. */
export interface BackfillRequest {
  /** A source of `temporal-dev.yaml`, e.g. `breeze`. */
  readonly source: string;
  /** `all` equities the project knows a code of, a universe such as `nifty100`, or symbols. */
  readonly symbols: string | readonly string[];
  /** In the order in which they are fetched: daily bars first, one-minute bars last. */
  readonly intervals: readonly Interval[];
  readonly from: TradingDay;
  /** The last day. */
  readonly to: TradingDay;
  /** The data root that the request was made for; workers of another refuse it. */
  readonly root?: string;
}

/** What `backfillRun` is started with. */
export interface BackfillRunInput {
  readonly request: BackfillRequest;
  /** How far an earlier execution of the same run has come. */
  readonly carried?: BackfillCarried;
}

/** Carried from one execution of a run to the next. */
export interface BackfillCarried {
  readonly startedAt: EpochMs;
  readonly madeFor: string;
  /** Index of the interval in the request, and its next page; from 0 and from 1. */
  readonly interval: number;
  readonly page: number;
  readonly plan: BackfillPlanSummary;
  readonly tally: BackfillTally;
  /** How an operator has set it; absent where nobody said anything. */
  readonly setting?: ControlCarried;
}

/** Days `[from, to)`. */
export interface DaySpan {
  readonly from: TradingDay;
  readonly to: TradingDay;
}

/** One child workflow's work: a symbol's requests of one interval, newest or oldest first. */
export interface BackfillSpec extends DaySpan {
  /** `RELIANCE/5m/2024-01-01..2024-07-01`. */
  readonly window: string;
  readonly symbol: string;
  readonly interval: Interval;
  readonly requests: number;
}

/** What `planBackfill` is asked: one interval at a time, so that daily bars guide the others. */
export interface PlanBackfillInput {
  readonly runId: string;
  readonly request: BackfillRequest;
  readonly interval: Interval;
  /** First execution of the run's workflow: tells a retry from another run of the same name. */
  readonly madeFor: string;
}

/**
 * Why a symbol of the request has nothing to fetch; `wrong-code` where its daily bars were asked for
 * and the source had none.
 */
export type RestReason =
  'complete' | 'pre-listing' | 'delisted' | 'not-over' | 'no-code' | 'wrong-code' | 'asked-lately';

/** What a run needs to know of one interval's plan; the plan lies in `data/runs/<runId>/`. */
export interface BackfillPlanSummary {
  readonly root: string;
  readonly interval: Interval;
  readonly windows: number;
  readonly pages: number;
  /** Least requests that can bring what is missing. */
  readonly requests: number;
  /** Sessions to fetch, over all symbols. */
  readonly sessions: number;
  /** Symbols without a request, by reason. */
  readonly resting: Readonly<Partial<Record<RestReason, number>>>;
}

/** One page of an interval's windows. */
export interface BackfillPageRef {
  readonly runId: string;
  readonly root: string;
  readonly interval: Interval;
  /** From 1. */
  readonly page: number;
}

/** One window of a run. */
export interface BackfillWindowRef {
  readonly runId: string;
  readonly root: string;
  readonly window: string;
}

/** What `backfillWindow` is started with. */
export interface BackfillWindowInput extends BackfillWindowRef {
  readonly interval: Interval;
  readonly symbol: string;
  /** Decides the queue that it is asked on. */
  readonly source: string;
}

/** One request to the source. */
export interface FetchBarsInput extends BackfillWindowRef {
  readonly span: DaySpan;
}

/** Why a window waits: for a person's token, or for the next day's quota. */
export type WaitsFor = 'session' | 'quota';

/** How a request ended; what came lies in the run's folder. */
export type FetchOutcome =
  | { readonly outcome: 'fetched'; readonly rows: number }
  /** The answer was as long as the source allows, so some of it is missing: ask again in two. */
  | { readonly outcome: 'cut-off'; readonly halves: readonly [DaySpan, DaySpan] }
  | { readonly outcome: 'waits'; readonly for: 'session' }
  | { readonly outcome: 'waits'; readonly for: 'quota'; readonly waitMs: number };

/** Why an answer did not fill a session. Holidays are never asked for. */
export type EmptyReason = 'pre-listing' | 'wrong-code' | 'vendor-gap' | 'quarantined';

/** What became of a window's answers. */
export interface StoredWindow {
  /** Requests that the source answered for it. */
  readonly requests: number;
  readonly rows: number;
  readonly added: number;
  readonly changed: number;
  readonly quarantined: number;
  /** Sessions that are still short, by reason. */
  readonly empty: Readonly<Partial<Record<EmptyReason, number>>>;
}

/** A window that failed, what it lacks is asked for by the next backfill; or a series' compaction. */
export interface FailedBackfill {
  /** `RELIANCE/5m/2024-01-01..2024-07-01`; `RELIANCE/5m` of a series. */
  readonly window: string;
  readonly class: ErrorClass;
  readonly message: string;
}

/** Counts of a run so far. */
export interface BackfillTally extends StoredWindow {
  readonly planned: number;
  readonly stored: number;
  /** Windows that a person ended: of the run when it is cancelled, or one by one. */
  readonly cancelled: number;
  /** Windows that have not begun, and never will once the run has ended. */
  readonly notStarted: number;
  readonly failed: Readonly<Partial<Record<ErrorClass, number>>>;
  /** The first few that failed; all of them lie in the run's folder. */
  readonly failures: readonly FailedBackfill[];
  /** Least requests that could bring what was missing. */
  readonly leastRequests: number;
  readonly resting: Readonly<Partial<Record<RestReason, number>>>;
}

/** To a run: a window waits, or no longer. */
export interface WaitingTold {
  readonly window: string;
  readonly for?: WaitsFor;
}

/** How a backfill stands. */
export type BackfillState =
  'running' | 'paused' | 'waiting' | 'completed' | 'over-threshold' | 'cancelled';

/** Answer of the `backfillProgress` query. */
export interface BackfillProgress {
  readonly source: string;
  readonly tally: BackfillTally;
  readonly interval?: Interval;
  /** Windows that wait now, by what for. */
  readonly waiting: Readonly<Partial<Record<WaitsFor, number>>>;
  /** Absent where no operator has said anything. */
  readonly control?: RunControl;
  /** Windows open at once, where an operator has limited this run. */
  readonly inFlight?: number;
}

/** What `recordFailures` is asked to write down. */
export interface RecordFailuresInput {
  readonly runId: string;
  readonly root: string;
  /** How many the run recorded before: they name the part. */
  readonly before: number;
  readonly failures: readonly FailedBackfill[];
}

/** What `compactBars` did. */
export interface CompactedBars {
  readonly compacted: number;
  /** Series that could not be since some of their bars are damaged; named in the run's folder. */
  readonly damaged: number;
}

/** What `reportBackfill` is asked. */
export interface ReportBackfillInput {
  readonly runId: string;
  /** Absent where the run ended before it was planned. */
  readonly root?: string;
  readonly tally: BackfillTally;
  readonly cancelled: boolean;
  readonly seconds: number;
  /** The word that cancelled it, where an operator did. */
  readonly control?: RunControl;
}

/** How a backfill ended. */
export interface BackfillReport {
  readonly schema: 1;
  readonly runId: string;
  readonly state: BackfillState;
  readonly counts: BackfillTally;
  readonly seconds: number;
  /** The word that cancelled it, where an operator did. */
  readonly control?: RunControl;
}

/** What `backfill --wait --json` prints: the report with every failure, `report.json` of its run. */
export interface WrittenBackfillReport extends BackfillReport {
  readonly failures: readonly FailedBackfill[];
}
