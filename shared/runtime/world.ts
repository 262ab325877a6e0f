import type { EpochMs } from '../contracts/time.ts';
import type { Versions } from '../contracts/plan.ts';
import type { NightEvidence } from '../contracts/nightly.ts';
import type { StageUsage } from '../contracts/run.ts';
import type { Engine } from '../contracts/recipe.ts';
import type { Calendar } from '../domain/market/calendar/calendar.ts';
import type { importanceJobs } from '../domain/training/importance-jobs.ts';
import type { trainingJobs } from '../domain/training/jobs.ts';
import type { leakJobs } from '../domain/validation/leaks/draws.ts';
import type { Actions } from './reference/actions.ts';
import type { BarStore } from './bars/bar-store.ts';
import type { ComputeThread } from './compute/compute-thread.ts';
import type { DataRoot } from './data-root.ts';
import type { KeptLately } from './compute/kept-lately.ts';
import type { Logger } from './logger.ts';
import type { Notice } from './notifications/notice.ts';
import type { Plans } from './runs/plans.ts';
import type { Instruments } from './reference/reference.ts';
import type { OpenSource } from './sources/open-source.ts';
import type { Store } from './store/store.ts';

/** What an activity may touch; made in `workers/world.ts` and nowhere else. */
export interface World {
  readonly root: DataRoot;
  readonly store: Store;
  readonly plans: Plans;
  readonly bars: BarStore;
  /** Features of blocks of bars, named by all that they were computed from. */
  readonly features: KeptLately<Float32Array>;
  readonly actions: Actions;
  readonly calendar: Calendar;
  readonly instruments: Instruments;
  readonly versions: Versions;
  /** Windows of at least this many rows × features × rounds are fitted on a GPU; absent: none. */
  readonly gpuThreshold?: number;
  /** The engines that the stack's lanes have; undefined where they are not known yet. */
  engines(): Promise<ReadonlySet<Engine> | undefined>;
  readonly log: Logger;
  now(): EpochMs;
  close(): Promise<void>;
}

/** What the thread that owns LightGBM computes. */
export type TrainingJobs = ReturnType<typeof trainingJobs>;

/** A fit that is only timed. */
export type Trial = Parameters<TrainingJobs['trial']>[0];

/** Measures one stage from its beginning. */
export interface StageMeter {
  /** Ends it; on a lane that is slowed for a trial, only after a while. */
  end(signal: AbortSignal): Promise<StageUsage>;
}
/** What a thread that measures importance computes. */
export type ImportanceJobs = ReturnType<typeof importanceJobs>;

/** What a thread that runs leak controls computes. */
export type LeakJobs = ReturnType<typeof leakJobs>;

/**
 * The world of a process that fits or predicts: it owns the library in a thread of its own. Made in
 * `workers/compute-world.ts`.
 */
export interface ComputeWorld extends World {
  readonly compute: ComputeThread<TrainingJobs>;
  /** Which lane this process is, and what it has proven to run on. */
  readonly lane: string;
  readonly device: string;
  /** Begins to measure what a stage takes. */
  meter(): StageMeter;
  /**
   * A source of bars by its name, opened once.
   *
   * @throws InputError if there is none of this name, or it is not configured
   */
  source(name: string): OpenSource;
  /** When somebody last polled a queue for activities; undefined where nobody does. */
  lastPoll(queue: string): Promise<EpochMs | undefined>;
  /** Weighs the evidence of a run in a thread of its own, and writes it into the run's folder. */
  weighEvidence(runId: string, signal: AbortSignal): Promise<NightEvidence>;
  readonly notices: Notices;
}

/** Whom nights tell. */
export interface Notices {
  /** Names of the channels that are configured. */
  readonly channels: readonly string[];
  /**
   * Tells one channel.
   *
   * @throws InputError (never retried) if it refuses, or does not exist
   * @throws SourceError (retried) if it does not answer
   */
  send(channel: string, notice: Notice, signal: AbortSignal): Promise<void>;
}
