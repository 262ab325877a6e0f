import type { OneBar } from './bars.ts';

/** A row set aside as it was received: never clipped, and never dropped in silence. */
export interface QuarantinedBar extends OneBar {
  /** Its open, epoch milliseconds UTC; NaN where the source's time could not be read. */
  readonly ts: number;
  /** What is wrong with it, in words. */
  readonly reason: string;
}
