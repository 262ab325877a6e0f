import type { CompactedBars, FailedBackfill } from '../../shared/contracts/backfill.ts';
import { DataError } from '../../shared/contracts/errors.ts';
import type { Interval } from '../../shared/contracts/time.ts';
import { backfillFiles } from '../../shared/runtime/runs/backfill-files.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import type { Step } from '../boundary.ts';

/** Which series to compact: those that a backfill fetched at one interval. */
export interface CompactBarsInput {
  readonly runId: string;
  readonly root: string;
  readonly interval: Interval;
}

/**
 * Merges the segments of every series that a backfill added to, a symbol at a time. Safe to repeat
 * and to run beside writers; pinned segments stay readable.
 *
 * @returns how many were compacted now, and how many could not be since they are damaged, which is no
 *   reason to leave the others; these are written down as failures of the run
 */
export async function compactBars(
  world: ComputeWorld,
  { runId, interval }: CompactBarsInput,
  step: Step,
): Promise<CompactedBars> {
  const files = backfillFiles(world.root, runId);
  const { request, windows } = await files.plan(interval);
  const { name, adjustment } = world.source(request.source);
  let compacted = 0;
  const failures: FailedBackfill[] = [];
  for (const symbol of new Set(windows.map((window) => window.symbol))) {
    step.signal.throwIfAborted();
    try {
      const pins = await world.bars.allSeries(symbol, interval);
      const pin = pins.find(({ series }) => series === `${name}-${adjustment}`);
      // Where nothing came, or one segment did, there is nothing to merge.
      if (pin === undefined || pin.segments.length < 2) continue;
      await world.bars.compact({ symbol, interval, source: name, adjustment });
      compacted += 1;
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      const { name: errorClass, message } = error;
      failures.push({ window: `${symbol}/${interval}`, class: errorClass, message });
    }
  }
  if (failures.length > 0) await files.keepFailures(`compact-${interval}`, failures);
  return { compacted, damaged: failures.length };
}
