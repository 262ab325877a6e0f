import type { ErrorClass } from './errors.ts';
import type { Dispatch, SkipReason, Stage } from './outcome.ts';
import type { PlanCounts, TrainRequest } from './plan.ts';
import type { Engine } from './recipe.ts';
import type { EpochMs, Interval, TradingDay } from './time.ts';

/** Windows of one page at most: keeps a batch's history under 4,096 events. */
export const pageSize = 200;

/** A failed share of the eligible windows above this ends a run `over-threshold`. */
export const maxFailureRate = 0.15;

/** What `trainRun` is started with. */
export interface TrainRunInput {
  readonly request: TrainRequest;
}

/** What `planRun` is asked; the run's name comes from its workflow. */
export interface PlanRunInput {
  readonly runId: string;
  readonly request: TrainRequest;
  /** First execution of the run's workflow: tells a retry from another run of the same name. */
  readonly madeFor: string;
  /** When the run began: decides the as-of day where the request names none. */
  readonly startedAt: EpochMs;
}

/** What a run needs to know of its plan; the plan itself lies in `data/runs/<runId>/plan.json`. */
export interface PlanSummary {
  readonly runId: string;
  /** The data root it was made in. */
  readonly root: string;
  readonly planToken: string;
  readonly asOf: TradingDay;
  readonly counts: PlanCounts;
  /** Pages of windows to train, and pages of reused windows whose predictions lack sessions. */
  readonly trainPages: number;
  readonly extendPages: number;
  readonly engines: readonly Engine[];
}

/** One page of a run. */
export interface PageRef {
  readonly runId: string;
  /** From 1. */
  readonly page: number;
  /** The data root the run belongs to. */
  readonly root: string;
}

/** What a batch must know of a window to hand it out. */
export interface WindowSpec {
  readonly window: string;
  readonly symbol: string;
  readonly interval: Interval;
  readonly from: TradingDay;
  readonly to: TradingDay;
  readonly engine: Engine;
  readonly cost: number;
  /** What is to be fitted, in order. */
  readonly stages: readonly Stage[];
}

/** What a stage workflow is started with. */
export interface StageInput {
  readonly runId: string;
  readonly root: string;
  readonly spec: WindowSpec;
  /** Lanes in the order to try them. */
  readonly lanes: readonly string[];
}

/** What a lane activity is asked. */
export interface LaneTask {
  readonly runId: string;
  readonly root: string;
  readonly window: string;
}

/** What a lane did. */
export interface LaneResult {
  /** `reused` where another run had trained the very same window meanwhile. */
  readonly outcome: 'trained' | 'reused';
  readonly lane: string;
  readonly device: string;
  /** Seconds the lane was busy with it. */
  readonly seconds: number;
  /** Name of the artifact. */
  readonly artifact: string;
}

/** How a stage ended. */
export interface StageResult extends LaneResult {
  readonly stage: Stage;
  readonly dispatches: readonly Dispatch[];
}

/** A window that failed, as the page's record keeps it: the stage that did not come about. */
export interface FailedWindow {
  readonly window: string;
  readonly stage: Stage;
  readonly class: ErrorClass;
  readonly message: string;
  readonly dispatches: readonly Dispatch[];
}

/** A stage of a window that was done; a tuple, since 4 KiB is all there is. */
export type DoneStage = readonly [
  window: string,
  stage: Stage,
  outcome: 'trained' | 'reused',
  lane: string,
  seconds: number,
  /** Hand-overs that came to nothing before. */
  failedDispatches: readonly Dispatch[],
];

/** Part of a page's outcomes, recorded while the page runs. */
export interface PageRecord extends PageRef {
  /** From 1; a part is written once. */
  readonly part: number;
  /** Device of each lane that appears. */
  readonly devices: Readonly<Record<string, string>>;
  readonly done: readonly DoneStage[];
  readonly failed: readonly FailedWindow[];
}

/** What one lane did in a run. */
export interface LaneTally {
  readonly lane: string;
  readonly device: string;
  /** Those of which it did a stage. */
  readonly windows: number;
  readonly busySeconds: number;
}

/** Counts of one stage. */
export interface StageTally {
  readonly trained: number;
  readonly reused: number;
  readonly failed: number;
}

/** Counts of a run. trained + reused + skipped + failed + notStarted = planned. */
export interface RunCounts {
  readonly planned: number;
  readonly trained: number;
  readonly reused: number;
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  readonly failed: Readonly<Partial<Record<ErrorClass, number>>>;
  readonly notStarted: number;
  readonly stages: Readonly<Record<Stage, StageTally>>;
}

/** What a batch tells of itself, while it runs and at its end; windows count once they have ended. */
export interface BatchTally {
  readonly trained: number;
  readonly reused: number;
  readonly failed: Readonly<Partial<Record<ErrorClass, number>>>;
  readonly lanes: readonly LaneTally[];
  /** Absent from batches that closed before students were distilled. */
  readonly stages?: Readonly<Record<Stage, StageTally>>;
}

/** How a run stands. A run that failed as a whole has no report. */
export type RunState = 'running' | 'completed' | 'over-threshold' | 'cancelled';

/** What `train --json` and `status --json` print. */
export interface RunReport {
  readonly schema: 1;
  readonly runId: string;
  readonly planToken: string;
  readonly asOf: TradingDay;
  readonly state: RunState;
  readonly counts: RunCounts;
  readonly lanes: readonly LaneTally[];
  /** Seconds since the run began, or that it took. */
  readonly seconds: number;
}

/** What `reportRun` is asked: how the run ended and how long it took. */
export interface ReportRunInput {
  readonly runId: string;
  readonly root: string;
  readonly cancelled: boolean;
  readonly seconds: number;
}

/** Answer of the `progress` query of a run: what is closed, and the batch to ask for the rest. */
export interface RunProgress {
  readonly plan?: PlanSummary;
  readonly closed: BatchTally;
  readonly openBatch?: string;
}
