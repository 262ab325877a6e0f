import type { ErrorClass } from './errors.ts';
import type { Stage } from './outcome.ts';
import type { OperatorWord, PageRef, RunControl } from './run.ts';

/** What `cancelRun` is asked: to let what is in flight end, or to end it at once. */
export interface CancelRequest extends OperatorWord {
  readonly mode: 'drain' | 'now';
}

/**
 * What `limits` is asked of a run: windows in flight a lane, within the stack's own limit. Of a
 * backfill: windows open at once.
 */
export interface RunLimitsRequest extends OperatorWord {
  readonly inFlight: number;
}

/** What `retryFailed` is asked. */
export interface RetryRequest extends OperatorWord {
  /** Failed windows to try again; absent for all that have failed so far. */
  readonly windows?: readonly string[];
}

/** An update's answer: how the run is set afterwards. */
export interface ControlView {
  readonly control: RunControl;
  readonly inFlight?: number;
  /** Failed windows that are to be tried again. */
  readonly toRetry?: number;
}

/** Carried from one execution of a run to the next. */
export interface ControlCarried {
  readonly control?: RunControl;
  readonly inFlight?: number;
}

/** What a batch is told by its run. */
export interface BatchSetting {
  readonly state: RunControl['state'];
  /** Windows in flight a lane that this batch may have, within what `lanes` tells it. */
  readonly inFlight?: number;
}

/** A failed window to try again, from the stage that failed. */
export type RetriedWindow = readonly [window: string, from: Stage];

/** What `readPage` is asked: a page of the plan, or failed windows. */
export interface PageAsked extends PageRef {
  readonly retry?: readonly RetriedWindow[];
}

/** What `trainBatch` is started with. */
export interface BatchInput extends PageAsked {
  /** Absent where no operator has said anything yet. */
  readonly setting?: BatchSetting;
  /** A page before it that is still open: what that one holds of the lanes is not its own yet. */
  readonly follows?: number;
  /** Windows of the pages that begin once this one has handed out its last. */
  readonly windowsAfter?: number;
}

/** How a window of a run stands. */
export interface WindowRow {
  readonly window: string;
  readonly page: number;
  readonly state: 'notStarted' | 'running' | 'trained' | 'reused' | 'failed';
  /** The stage that it is at, or ended with. */
  readonly stage?: Stage;
  /** Where it ended. */
  readonly lane?: string;
  /** Of a window that failed. */
  readonly class?: ErrorClass;
}

/** What the queries `windows` and `failures` are asked. */
export interface RowsAsked {
  /** The `next` of the answer before; absent for the first. */
  readonly cursor?: string;
  /** Default and most: as many as a message of 4 KiB holds. */
  readonly limit?: number;
}

/** One page of rows. */
export interface Rows<Row> {
  readonly rows: readonly Row[];
  /** The cursor of the next page; absent from the last. */
  readonly next?: string;
}

/** To a run: windows of a page have ended. Tuples, since 4 KiB is all there is. */
export interface RowsTold {
  readonly page: number;
  readonly rows: readonly ToldRow[];
  /** Whether this is the last of an answer to `tellRows`: the run knows what the batch knows. */
  readonly isAnswer?: boolean;
}

export type ToldRow = readonly [
  window: string,
  state: 'trained' | 'reused' | 'failed',
  stage: Stage,
  lane: string,
  error?: ErrorClass,
];
