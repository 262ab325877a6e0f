import {
  backfillPageSize,
  type BackfillPageRef,
  type BackfillSpec,
  type BackfillWindowRef,
  type DaySpan,
} from '../../shared/contracts/backfill.ts';
import { backfillFiles } from '../../shared/runtime/runs/backfill-files.ts';
import type { World } from '../../shared/runtime/world.ts';

/**
 * Reads what a backfill must know of one page of its windows.
 *
 * @returns at most 200 windows; the one answer of a backfill that may be larger than 4 KiB
 * @throws InputError (final) if the data root has no such backfill
 */
export async function readBackfillPage(
  { root }: World,
  { runId, interval, page }: BackfillPageRef,
): Promise<BackfillSpec[]> {
  const { windows } = await backfillFiles(root, runId).plan(interval);
  return windows
    .slice((page - 1) * backfillPageSize, page * backfillPageSize)
    .map(({ window, symbol, from, to, requests }) => ({
      window,
      symbol,
      interval,
      from,
      to,
      requests,
    }));
}

/**
 * Reads the requests that a window begins with, in the order to ask them.
 *
 * @throws InputError (final) if the backfill has no such window
 */
export async function readRequests(
  { root }: World,
  { runId, window }: BackfillWindowRef,
): Promise<DaySpan[]> {
  const { planned } = await backfillFiles(root, runId).window(window);
  return [...planned.spans];
}
