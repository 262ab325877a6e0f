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
  /** `open` is fed; `draining` finishes what it has, by an operator's word; `lost` has no poller. */
  readonly state: 'open' | 'draining' | 'lost';
  readonly why?: string;
}

/** What a batch is told: the lanes it may feed. */
export interface LanesTold {
  readonly lanes: readonly FedLane[];
  /** Windows that this batch may have in flight a lane. */
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
}

/** What `limits` is asked. */
export interface LimitsRequest {
  /** Windows in flight a lane, over all open batches; at least 1. */
  readonly inFlight: number;
}

/** Carried from one execution of `lanes` to the next. */
export type LanesInput = LanesView;

/** Windows in flight a lane unless a limit says otherwise: enough that no lane waits for its next. */
export const defaultInFlight = 4;
