import {
  ChildWorkflowFailure,
  condition,
  isCancellation,
  startChild,
  TerminatedFailure,
  upsertSearchAttributes,
  type ChildWorkflowHandle,
} from '@temporalio/workflow';
import {
  windowsInFlight,
  type BackfillSpec,
  type WaitingTold,
} from '../shared/contracts/backfill.ts';
import { backfillWindowWorkflowId } from '../shared/contracts/ids.ts';
import { backfillAttributes, waits } from './attributes.ts';
import type { BackfillBook } from './backfill-book.ts';
import { dispatchedOnce } from './backfill-fault.ts';
import { backfillWindow } from './backfill-window.ts';
import type { ControlBook } from './control-book.ts';
import { sessionRenewed } from './messages.ts';
import { workflowTaskTimeout } from './proxies.ts';

/** The windows of a backfill that are open now. */
export interface OpenWindows {
  /**
   * Starts a window once it may begin and there is room for it; how it ends is written in the book,
   * never thrown. Nothing begins any more once the run drains.
   */
  begin(spec: BackfillSpec, root: string): Promise<void>;
  /** Waits until none is open. */
  ended(): Promise<void>;
  /** A window waits, or no longer. */
  tell(told: WaitingTold): void;
  /** Hands a renewed session on. */
  renew(): Promise<void>;
}

/** Opens the windows of one backfill, a few at a time, as its operator lets it. */
export function openWindows(
  runId: string,
  source: string,
  book: BackfillBook,
  control: ControlBook,
): OpenWindows {
  /** A window is open from before its workflow is: it may say that it waits before that is known. */
  const open = new Map<string, ChildWorkflowHandle<typeof backfillWindow> | undefined>();

  function tell(told: WaitingTold): void {
    // What a paused run waits for is its operator.
    if (book.tell(told) && control.state !== 'paused')
      upsertSearchAttributes(waits(book.waitsFor()));
  }

  async function run(spec: BackfillSpec, root: string): Promise<void> {
    const { window, symbol, interval } = spec;
    open.set(window, undefined);
    try {
      const child = await startChild(backfillWindow, {
        workflowId: backfillWindowWorkflowId(runId, window),
        args: [{ runId, root, window, symbol, interval, source }],
        typedSearchAttributes: backfillAttributes(runId, spec),
        workflowTaskTimeout,
        staticSummary: `${symbol} ${interval} ${spec.from}..${spec.to}, ${spec.requests} requests`,
      });
      open.set(window, child);
      book.stored(await child.result());
    } catch (error) {
      if (isEndedByHand(error)) book.cancelled();
      else book.failed(window, dispatchedOnce(causeOf(error)));
    } finally {
      open.delete(window);
      tell({ window });
    }
  }

  return {
    async begin(spec, root) {
      await condition(
        () =>
          control.state === 'draining' ||
          (control.state !== 'paused' && open.size < (control.inFlight ?? windowsInFlight)),
      );
      if (control.state === 'draining') return;
      book.began();
      void run(spec, root);
    },
    ended: () => condition(() => open.size === 0),
    tell(told) {
      // One that has ended waits no longer, whatever it said before and arrives now.
      if (open.has(told.window)) tell(told);
    },
    async renew() {
      // One that ends meanwhile cannot be told, and needs not.
      const children = [...open.values()].filter((child) => child !== undefined);
      await Promise.allSettled(children.map((child) => child.signal(sessionRenewed)));
    },
  };
}

/** Whether a person ended a window: by cancelling its run, or it alone, or by terminating it. */
function isEndedByHand(error: unknown): boolean {
  return isCancellation(error) || causeOf(error) instanceof TerminatedFailure;
}

function causeOf(error: unknown): unknown {
  return error instanceof ChildWorkflowFailure ? error.cause : error;
}
