import type { Pace } from './run.ts';
import type { EpochMs } from './time.ts';

/**
 * Seconds until a run has trained what is left, at its pace so far.
 *
 * @param cost - of all windows to train, and of those that have ended
 * @returns undefined before a window has ended, and where nothing is left
 */
export function etaSeconds(
  cost: { readonly planned: number | undefined; readonly ended: number | undefined },
  pace: Pace | undefined,
  now: EpochMs,
): number | undefined {
  const { planned = 0, ended = 0 } = cost;
  if (pace === undefined || ended <= 0 || planned <= ended) return undefined;
  const trainingMs = now - pace.since - pace.pausedMs;
  return trainingMs <= 0 ? undefined : ((planned - ended) * trainingMs) / ended / 1000;
}
