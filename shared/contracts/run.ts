import type { ErrorClass } from './errors.ts';
import type { Dispatch, SkipReason, Stage } from './outcome.ts';
import type { PlanCounts, TrainRequest } from './plan.ts';
import type { Engine } from './recipe.ts';
import type { EpochMs, Interval, TradingDay } from './time.ts';

/** Windows of one page at most: keeps a batch's history under 4,096 events. */
export const pageSize = 200;

/** A failed share of the eligible windows above this ends a run `over-threshold`. */
export const maxFailureRate = 0.15;

/** Windows of a run that are to be done again, and on which data. */
export interface ReplayRequest {
  /** The run that had them. */
  readonly of: string;
  /** Those that failed, also those that were never begun, or these by name. Default: `failed`. */
  readonly windows?: 'failed' | 'unfinished' | readonly string[];
  /** Windows by a list in the data root, in place of names: a message holds 4 KiB. */
  readonly list?: string;
  /** Of those that failed, those of this class. */
  readonly reason?: ErrorClass;
  /** The last session whose bars may be read. Default: the replayed run's. */
  readonly asOf?: TradingDay;
  /** On exactly the inputs that the replayed run's plan pins, whatever is on disk. Default: false. */
  readonly asRecorded?: boolean;
  /** As of a `TrainRequest`. */
  readonly root?: string;
  readonly planToken?: string;
}

/** What `trainRun` is started with: one of the two. */
export interface TrainRunInput {
  readonly request?: TrainRequest;
  readonly replay?: ReplayRequest;
}

/** Who asks for something and why: it stays in the run's history and its report. */
export interface OperatorWord {
  readonly who: string;
  readonly why: string;
}

/** How an operator has set a run, by the last word that changed it. */
export interface RunControl extends OperatorWord {
  /** `draining`: what is in flight ends, nothing new begins, and the run ends as cancelled. */
  readonly state: 'running' | 'paused' | 'draining';
  readonly at: EpochMs;
}

/** What `planRun` is asked; the run's name comes from its workflow. */
export interface PlanRunInput extends TrainRunInput {
  readonly runId: string;
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
  /** Of all windows to train together; absent from plans made before it was told. */
  readonly cost?: number;
  /** Pages of windows to train, and pages of reused windows whose predictions lack sessions. */
  readonly trainPages: number;
  readonly extendPages: number;
  /** Windows on the first pages, which all others wait for; absent from plans of before 2026-11-25. */
  readonly pooledWindows?: number;
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

/** What a stage took of its lane's machine. */
export interface StageUsage {
  /** CPU time of the lane's process. */
  readonly cpuSeconds: number;
  /** Seconds that the device was busy, as its driver samples them; absent where none tells. */
  readonly deviceSeconds?: number;
  /** The most memory of the device that was in use, by whomever. */
  readonly deviceMemoryBytes?: number;
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
  /** Absent from what lanes of earlier releases did. */
  readonly usage?: StageUsage;
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

/** What a lane took of its machine; a tuple, as stages are. The last two where a driver tells. */
export type UsageRow =
  | readonly [cpuSeconds: number]
  | readonly [cpuSeconds: number, deviceSeconds: number, deviceMemoryBytes: number];

/** Part of a page's outcomes, recorded while the page runs. */
export interface PageRecord extends PageRef {
  /** From 1; a part is written once. */
  readonly part: number;
  /** Device of each lane that the page could feed, whether or not it did. */
  readonly devices: Readonly<Record<string, string>>;
  /** What lanes took since the part before. Absent from parts of earlier releases. */
  readonly usage?: Readonly<Record<string, UsageRow>>;
  readonly done: readonly DoneStage[];
  readonly failed: readonly FailedWindow[];
}

/** What one lane did in a run; a lane that could have been fed and was not is there with nothing. */
export interface LaneTally extends Partial<StageUsage> {
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
  /** Of windows that have ended; absent from batches that closed before it was counted. */
  readonly cost?: number;
}

/** What one lane did, beside how long the run took. */
export interface LaneShare extends LaneTally {
  /** Share of the run's seconds that it was busy; two runs at once share it. */
  readonly busyShare: number;
}

/** How evenly lanes were busy. */
export interface Balance {
  /** Jain's index of their busy seconds: 1 where all are equal, 1/n where one did everything. */
  readonly jain: number;
}

/** How a run stands. A run that failed as a whole has no report. */
export type RunState = 'running' | 'paused' | 'completed' | 'over-threshold' | 'cancelled';

/** What `train --json` and `status --json` print. */
export interface RunReport {
  readonly schema: 1;
  readonly runId: string;
  readonly planToken: string;
  readonly asOf: TradingDay;
  readonly state: RunState;
  readonly counts: RunCounts;
  readonly lanes: readonly LaneShare[];
  /** Absent where no lane did anything. */
  readonly balance?: Balance;
  /** Seconds since the run began, or that it took. */
  readonly seconds: number;
  /** The run whose windows this one did again. */
  readonly replayOf?: string;
  /** Of a replay as recorded: models that came out byte for byte as they were, and those that had none. */
  readonly compared?: { readonly same: number; readonly made: number };
  /** An operator's last word; of a run that has ended, the one that cancelled it. */
  readonly control?: RunControl;
  /** Seconds until an open run has trained what is left, at its pace so far; absent before it has one. */
  readonly etaSeconds?: number;
  /** Where no window was due: absent where one was, and while the run is open. */
  readonly nothingDue?: NothingDue;
}

/** The first of windows none of which is due. */
export interface NothingDue {
  readonly decisionDay: TradingDay;
  /** Windows decided later are not due. */
  readonly dueUntil: TradingDay;
}

/** What `reportRun` is asked: how the run ended and how long it took. */
export interface ReportRunInput {
  readonly runId: string;
  readonly root: string;
  readonly cancelled: boolean;
  readonly seconds: number;
  /** The word that cancelled it, where an operator did. */
  readonly control?: RunControl;
}

/** Answer of the `progress` query of a run: what is closed, and the batches to ask for the rest. */
export interface RunProgress {
  readonly plan?: PlanSummary;
  readonly closed: BatchTally;
  readonly openBatches: readonly string[];
  /** Absent where no operator has said anything. */
  readonly control?: RunControl;
  /** Windows in flight a lane, where an operator has limited this run. */
  readonly inFlight?: number;
  /** Failed windows that are to be tried again. */
  readonly toRetry?: number;
  /** Absent until the first window may begin. */
  readonly pace?: Pace;
  /** By the batches that have closed; whoever adds the open ones' tallies knows better. */
  readonly etaSeconds?: number;
}

/** The time that a run has had for training. */
export interface Pace {
  /** When the first window could begin. */
  readonly since: EpochMs;
  /** Of that, paused. */
  readonly pausedMs: number;
}
