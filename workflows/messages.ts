import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { BackfillProgress, WaitingTold } from '../shared/contracts/backfill.ts';
import type {
  DrainRequest,
  Lane,
  LanesTold,
  LanesView,
  LimitsRequest,
} from '../shared/contracts/lanes.ts';
import type { BatchTally, RunProgress } from '../shared/contracts/run.ts';

/** Of a run: what is planned, what is closed, and which batch is open. */
export const progress = defineQuery<RunProgress>('progress');
/** Of a batch: its windows so far. */
export const tally = defineQuery<BatchTally>('tally');

/** To a batch: the lanes it may feed now. */
export const lanesTold = defineSignal<[LanesTold]>('lanesTold');
/** To `lanes`: a batch by its workflow id wants to be told, or no longer. */
export const register = defineSignal<[string]>('register');
export const unregister = defineSignal<[string]>('unregister');

/** To `lanes`: a lane has proven its device and polls. */
export const add = defineUpdate<LanesView, [Lane]>('add');
export const drain = defineUpdate<LanesView, [DrainRequest]>('drain');
export const limits = defineUpdate<LanesView, [LimitsRequest]>('limits');
export const lanesView = defineQuery<LanesView>('lanes');

/** Of a backfill: what has come, and what waits for whom. */
export const backfillProgress = defineQuery<BackfillProgress>('backfillProgress');
/** To a backfill and its windows: a new session token lies encrypted in the data root. */
export const sessionRenewed = defineSignal('sessionRenewed');
/** To a backfill: one of its windows waits, or no longer. */
export const waitingTold = defineSignal<[WaitingTold]>('waitingTold');
