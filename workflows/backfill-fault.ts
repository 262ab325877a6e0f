import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import type { StoredWindow } from '../shared/contracts/backfill.ts';
import { isErrorClass } from '../shared/contracts/errors.ts';
import { shortened } from './dispatch.ts';

/**
 * What ended a step for good, as the one failure that carries its class: an activity that was tried
 * as often as it may be, or ran out of time.
 */
export function dispatchedOnce(error: unknown): ApplicationFailure {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const short = shortened(cause instanceof Error ? cause.message : String(cause));
  if (cause instanceof ApplicationFailure && isErrorClass(cause.type))
    return ApplicationFailure.nonRetryable(short, cause.type, ...(cause.details ?? []));
  if (cause instanceof TimeoutFailure)
    return ApplicationFailure.nonRetryable(`timed out: ${cause.timeoutType}`, 'LaneError');
  return ApplicationFailure.nonRetryable(short, 'InvariantError');
}

/** A window's fault with what was stored all the same, for whoever counts. */
export function withStored(fault: ApplicationFailure, stored: StoredWindow): ApplicationFailure {
  return ApplicationFailure.nonRetryable(fault.message, fault.type, { stored });
}

/** What a window stored before it failed; undefined where nothing. */
export function storedOf({ details }: ApplicationFailure): StoredWindow | undefined {
  return (details?.[0] as { readonly stored?: StoredWindow } | undefined)?.stored;
}
