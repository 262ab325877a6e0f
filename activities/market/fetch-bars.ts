import { setTimeout as pause } from 'node:timers/promises';
import type { FetchBarsInput, FetchOutcome } from '../../shared/contracts/backfill.ts';
import { DataError, SourceError } from '../../shared/contracts/errors.ts';
import { halves } from '../../shared/domain/market/bars/bar-requests.ts';
import { backfillFiles } from '../../shared/runtime/runs/backfill-files.ts';
import type { SourceWait } from '../../shared/contracts/source-wait.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import type { Step } from '../boundary.ts';

/** A wait as short as this is spent here: a timer of the workflow costs more than a minute's turn. */
const shortWaitMs = 120_000;

/**
 * Asks a source once and keeps the answer in the run's folder, as it came, until its window is
 * stored. Safe to repeat: what was answered is not asked again. Waits for the minute's quota itself;
 * says so where a person's session or the next day's quota must be waited for.
 *
 * @returns rows that came; or the halves to ask for instead, where the answer was as long as the
 *   source allows and has been cut off without a word
 * @throws SourceError (asked again) in an outage
 * @throws InputError (final) if the source refuses the key
 * @throws DataError (final) if a single session reaches the source's cap
 */
export async function fetchBars(
  world: ComputeWorld,
  { runId, window, span }: FetchBarsInput,
  step: Step,
): Promise<FetchOutcome> {
  const files = backfillFiles(world.root, runId);
  const { plan, planned } = await files.window(window);
  const before = await files.answer(window, span);
  if (before !== undefined) return { outcome: 'fetched', rows: before.bars.ts.length };
  const source = world.source(plan.request.source);
  const { symbol, code, interval } = planned;

  for (;;) {
    try {
      const bars = await source.fetch({ symbol, code, interval, ...span }, step.signal);
      const rows = bars.ts.length;
      if (rows < source.maximumRows) {
        await files.keep(window, { span, receivedAt: source.clock(), bars });
        return { outcome: 'fetched', rows };
      }
      const parts = halves(span, world.calendar.sessions(span.from, span.to));
      if (parts !== undefined) return { outcome: 'cut-off', halves: parts };
      throw new DataError(
        `"${source.name}" answers "${rows}" rows for one session of "${window}", "${span.from}", ` +
          `and cuts off at "${source.maximumRows}": what it left out cannot be asked for`,
      );
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      const wait = error.fields.wait as SourceWait;
      const waitMs = Number(error.fields.afterMs ?? 0);
      if (wait === 'session') return { outcome: 'waits', for: 'session' };
      if (wait === 'outage') throw error;
      if (wait === 'day-quota' || waitMs > shortWaitMs)
        return { outcome: 'waits', for: 'quota', waitMs };
      await pause(waitMs, undefined, { signal: step.signal });
    }
  }
}
