import type { EpochMs } from '../contracts/time.ts';

/** What time it is at the exchange. */
export interface Clock {
  (): EpochMs;
  /** Milliseconds it goes on in one of this machine's; 1 where absent. */
  readonly scale?: number;
}

/** A clock that is set and runs faster than this machine's, for simulations. */
export interface ClockScale {
  /** When this machine's clock shows this … */
  readonly real: EpochMs;
  /** … the exchange's shows this. */
  readonly exchange: EpochMs;
  /** Milliseconds at the exchange in one of this machine's, above 0. */
  readonly scale: number;
}

/** This machine's clock. */
export const systemClock: Clock = () => Date.now() as EpochMs;

/**
 * Makes a clock of a simulated exchange: processes that are given the same scale agree on the time.
 *
 * @param machine - what it is derived from
 */
export function scaledClock(
  { real, exchange, scale }: ClockScale,
  machine: Clock = systemClock,
): Clock {
  const now = (): EpochMs => Math.floor(exchange + (machine() - real) * scale) as EpochMs;
  return Object.assign(now, { scale });
}

/** Milliseconds that this machine must wait until `clock` shows `until`; 0 where it does already. */
export function machineMsUntil(clock: Clock, until: number): number {
  return Math.max(0, Math.ceil((until - clock()) / (clock.scale ?? 1)));
}
