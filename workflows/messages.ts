import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { BackfillProgress, WaitingTold } from '../shared/contracts/backfill.ts';
import type {
  DrainRequest,
  HeldTold,
  Lane,
  LaneFailure,
  LanesTold,
  LanesView,
  LimitsRequest,
  UndrainRequest,
} from '../shared/contracts/lanes.ts';
import type {
  BatchSetting,
  CancelRequest,
  ControlView,
  RetryRequest,
  Rows,
  RowsAsked,
  RowsTold,
  RunLimitsRequest,
  WindowRow,
} from '../shared/contracts/control.ts';
import type { StepEnd } from '../shared/contracts/nightly.ts';
import type { BatchTally, OperatorWord, RunProgress } from '../shared/contracts/run.ts';

/** Of a run: what is planned, what is closed, and which batches are open. */
export const progress = defineQuery<RunProgress>('progress');
/** An operator's word to a run or a backfill; refused, with the reason, where it cannot be taken. */
export const pause = defineUpdate<ControlView, [OperatorWord]>('pause');
export const resume = defineUpdate<ControlView, [OperatorWord]>('resume');
export const cancelRun = defineUpdate<ControlView, [CancelRequest]>('cancelRun');
export const runLimits = defineUpdate<ControlView, [RunLimitsRequest]>('limits');
/** To a run: windows that have failed are tried again, after all others. */
export const retryFailed = defineUpdate<ControlView, [RetryRequest]>('retryFailed');

/** Of a run: windows that have ended. Of a batch: all of its page. Page by page. */
export const windows = defineQuery<Rows<WindowRow>, [RowsAsked?]>('windows');
/** The same, of those that failed. */
export const failures = defineQuery<Rows<WindowRow>, [RowsAsked?]>('failures');

/** To a batch: its run is paused, drained, limited, or goes on. */
export const batchTold = defineSignal<[BatchSetting]>('batchTold');
/** To a batch: tell the run every window that has ended. */
export const tellRows = defineSignal('tellRows');
/** To a run: windows of a batch that have ended. */
export const rowsTold = defineSignal<[RowsTold]>('rowsTold');

/** Of a batch: its windows so far. */
export const tally = defineQuery<BatchTally>('tally');

/** To a batch: the lanes it may feed now. */
export const lanesTold = defineSignal<[LanesTold]>('lanesTold');
/** To a run: the batch of this page has no window left to hand out. */
export const handedOut = defineSignal<[number]>('handedOut');
/** To a batch: the one of this workflow id follows it, and wants to know what it holds of the lanes. */
export const followed = defineSignal<[string]>('followed');
/** To a batch that follows: what the one before it holds now; nothing once that has closed. */
export const heldTold = defineSignal<[HeldTold]>('heldTold');
/** To `lanes`: a batch by its workflow id wants to be told, or no longer. */
export const register = defineSignal<[string]>('register');
export const unregister = defineSignal<[string]>('unregister');

/** To `lanes`: a lane has proven its device and polls. */
export const add = defineUpdate<LanesView, [Lane]>('add');
export const drain = defineUpdate<LanesView, [DrainRequest]>('drain');
export const undrain = defineUpdate<LanesView, [UndrainRequest]>('undrain');
/** To `lanes`: a lane has lost its device and polls no longer. */
export const fail = defineUpdate<LanesView, [LaneFailure]>('fail');
export const limits = defineUpdate<LanesView, [LimitsRequest]>('limits');
export const lanesView = defineQuery<LanesView>('lanes');

/** Of a backfill: what has come, and what waits for whom. */
export const backfillProgress = defineQuery<BackfillProgress>('backfillProgress');
/** To a backfill and its windows: a new session token lies encrypted in the data root. */
export const sessionRenewed = defineSignal('sessionRenewed');
/** To a backfill: one of its windows waits, or no longer. */
export const waitingTold = defineSignal<[WaitingTold]>('waitingTold');

/** Of a night: how its steps have ended so far. */
export const nightSteps = defineQuery<readonly StepEnd[]>('nightSteps');
