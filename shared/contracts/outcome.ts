import type { ErrorClass } from './errors.ts';
import type { EpochMs } from './time.ts';

/** Why a window is not trained; closed. Each travels with the numbers that explain it. */
export const skipReasons = [
  'pre-listing',
  'partial-listing',
  'delisted',
  'no-bars',
  'low-coverage',
  'too-few-samples',
  'single-class',
  'no-future-bars',
  'not-due',
  'no-teacher',
  'unconfirmed-action',
] as const;
export type SkipReason = (typeof skipReasons)[number];

/** The numbers behind a decision, e.g. `{ rows: 37, minimumRows: 100, listed: '2024-10-22' }`. */
export type Detail = Readonly<Record<string, string | number>>;

/** How a window ended. */
export type Outcome = 'trained' | 'reused' | 'skipped' | 'failed';

/** What is fitted for a window, in order: each stage stands on the one before. */
export const stages = ['teacher', 'student'] as const;
export type Stage = (typeof stages)[number];

/** One hand-over of a stage to a lane. */
export interface Dispatch {
  readonly lane: string;
  /** `done`, or the class of what went wrong. */
  readonly ended: 'done' | ErrorClass;
  readonly message?: string;
  /** When it was handed over; absent from what was recorded before it was kept. */
  readonly at?: EpochMs;
}
