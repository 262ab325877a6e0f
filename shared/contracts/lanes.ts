import type { Stage } from './outcome.ts';
import type { Engine } from './recipe.ts';

/** A lane as the `lanes` workflow knows it: one device, one process, one queue of the same name. */
export interface Lane {
  readonly lane: string;
  readonly device: string;
  readonly engine: Engine;
}

/** A lane that a batch may feed. */
export interface FedLane extends Lane {
  /** How often it has announced itself: what it failed at before its last start no longer counts. */
  readonly generation: number;
}

/** A lane's standing. */
export interface LaneState extends FedLane {
  /**
   * `open` is fed. `draining` finishes what it has: by an operator's word until an operator takes it
   * back, by its own (its process was told to stop) until it announces itself again. `lost` has no
   * poller. `failed` says of itself that its device is gone, until it announces itself again.
   */
  readonly state: 'open' | 'draining' | 'lost' | 'failed';
  readonly why?: string;
  /** The operator who drained it; absent where nobody did. */
  readonly who?: string;
}

/** What a batch is told: the lanes it may feed. */
export interface LanesTold {
  readonly lanes: readonly FedLane[];
  /** Windows that the batch's run may have in flight a lane. */
  readonly inFlight: number;
}

/** Answer of the `lanes` query. */
export interface LanesView {
  readonly lanes: readonly LaneState[];
  readonly inFlight: number;
  /** Open batches by workflow id. */
  readonly batches: readonly string[];
}

/** What `drain` is asked: a lane finishes what it has and is given no more. */
export interface DrainRequest {
  readonly lane: string;
  readonly why: string;
  /** The operator who asks: holds until `undrain`. Absent where the stack itself asks. */
  readonly who?: string;
}

/** What `undrain` is asked: a lane that an operator drained is fed again. */
export interface UndrainRequest {
  readonly lane: string;
}

/** What `fail` is told by a lane whose device is gone. */
export interface LaneFailure {
  readonly lane: string;
  readonly why: string;
}

/** What a lane measured: seconds it was busy for a unit of a stage's cost, smoothed. */
export type LanePace = readonly [lane: string, stage: Stage, secondsPerCost: number];

/**
 * What a page tells the one that follows it in its run, until it has closed: lanes are theirs
 * together, and a place that one has left is the other's.
 */
export interface HeldTold {
  /** Windows that it, and pages before it, have in flight, and what the lane still needs for them. */
  readonly held: readonly (readonly [lane: string, windows: number, seconds: number])[];
  readonly paces: readonly LanePace[];
}

/** What `limits` is asked. */
export interface LimitsRequest {
  /** Windows in flight a lane, over all open runs; at least 1. */
  readonly inFlight: number;
}

/** Carried from one execution of `lanes` to the next. */
export type LanesInput = LanesView;

/** Windows in flight a lane unless a limit says otherwise: enough that no lane waits for its next. */
export const defaultInFlight = 4;
