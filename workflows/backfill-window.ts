import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  setHandler,
  sleep,
  upsertSearchAttributes,
  type ApplicationFailure,
} from '@temporalio/workflow';
import type {
  BackfillWindowInput,
  DaySpan,
  StoredWindow,
  WaitsFor,
} from '../shared/contracts/backfill.ts';
import { backfillWorkflowId } from '../shared/contracts/ids.ts';
import { backfillEnded, waits } from './attributes.ts';
import { dispatchedOnce, withStored } from './backfill-fault.ts';
import { sessionRenewed, waitingTold } from './messages.ts';
import { marketActivities, work } from './proxies.ts';

/** A signal may be lost with whoever sends it: what waits for a session asks by itself as well. */
const askAgainAfter = '1 hour';

/**
 * Brings in one symbol's bars of one interval and span: asks the source request by request, waits as
 * long as it takes where a person or another day must help, halves a request that came back cut off,
 * and stores what came at the end, also where it fails or is cancelled. What was answered already is
 * never asked again, whatever is killed.
 */
export async function backfillWindow(input: BackfillWindowInput): Promise<StoredWindow> {
  const { runId, root, window, source } = input;
  const ref = { runId, root, window };
  const { fetchBars } = marketActivities(source);
  let renewals = 0;
  let said: WaitsFor | undefined;
  setHandler(sessionRenewed, () => void (renewals += 1));

  try {
    const fault = await asked(await work.readRequests(ref));
    const stored = await work.storeBars(ref);
    if (fault !== undefined) throw withStored(fault, stored);
    upsertSearchAttributes(backfillEnded('stored'));
    return stored;
  } catch (error) {
    upsertSearchAttributes(waits(undefined));
    if (isCancellation(error)) {
      await CancellationScope.nonCancellable(storeWhatCame);
      throw error;
    }
    const fault = dispatchedOnce(error);
    upsertSearchAttributes(backfillEnded('failed', fault.type ?? undefined));
    throw fault;
  }

  /** @returns the first fault that some of it met */
  async function asked(spans: DaySpan[]): Promise<ApplicationFailure | undefined> {
    let first: ApplicationFailure | undefined;
    while (spans.length > 0)
      try {
        spans.unshift(...(await fetched(spans.shift() as DaySpan)));
      } catch (error) {
        if (isCancellation(error)) throw error;
        const fault = dispatchedOnce(error);
        first ??= fault;
        // One answer that cannot be used says nothing of the others; any other fault meets them all.
        if (fault.type !== 'DataError') break;
      }
    return first;
  }

  /** @returns what must be asked instead, where the answer was cut off */
  async function fetched(span: DaySpan): Promise<readonly DaySpan[]> {
    for (;;) {
      const before = renewals;
      const answer = await fetchBars({ ...ref, span });
      await say(answer.outcome === 'waits' ? answer.for : undefined);
      if (answer.outcome === 'fetched') return [];
      if (answer.outcome === 'cut-off') return answer.halves;
      if (answer.for === 'quota') await sleep(answer.waitMs);
      else await condition(() => renewals > before, askAgainAfter);
    }
  }

  /** Says what it waits for, here and to its run, where that has changed. */
  async function say(waitsFor: WaitsFor | undefined): Promise<void> {
    if (waitsFor === said) return;
    said = waitsFor;
    upsertSearchAttributes(waits(waitsFor));
    const told = { window, ...(waitsFor === undefined ? {} : { for: waitsFor }) };
    try {
      await getExternalWorkflowHandle(backfillWorkflowId(runId)).signal(waitingTold, told);
    } catch (error) {
      // Whether its run hears of it or not, the window has its work to do.
      if (isCancellation(error)) throw error;
      log.warn('the run could not be told what the window waits for', { window, error });
    }
  }

  async function storeWhatCame(): Promise<void> {
    try {
      await work.storeBars(ref);
    } catch (error) {
      log.warn('answers of a cancelled window were not stored', { window, error });
    }
  }
}
