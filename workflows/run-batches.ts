import { condition, setHandler, startChild, type ChildWorkflowHandle } from '@temporalio/workflow';
import type { BatchSetting, RetriedWindow } from '../shared/contracts/control.ts';
import { batchWorkflowId } from '../shared/contracts/ids.ts';
import type { BatchTally } from '../shared/contracts/run.ts';
import { batchAttributes } from './attributes.ts';
import type { ControlBook } from './control-book.ts';
import { batchTold, failures, rowsTold, tellRows, windows } from './messages.ts';
import { workflowTaskTimeout } from './proxies.ts';
import { trainBatch } from './train-batch.ts';
import { windowBook, type WindowBook } from './window-book.ts';

/** The batches of a run that are open now, and what all have told of their windows. */
export interface RunBatches {
  /** Windows that have ended. */
  readonly book: WindowBook;
  /** Workflow ids of those that are open. */
  open(): string[];
  /** Trains a page of the plan, or failed windows once more. */
  train(page: BatchPage): Promise<BatchTally>;
  /** Tells the open ones how an operator has set the run. */
  tell(): Promise<void>;
  /** Waits until the run knows of every window that has ended. */
  allTold(): Promise<void>;
}

/** One page of a run. */
export interface BatchPage {
  readonly page: number;
  readonly root: string;
  readonly summary: string;
  readonly retry?: readonly RetriedWindow[];
  /** As of a batch's input. */
  readonly follows?: number;
  readonly windowsAfter?: number;
}

/** Opens the batches of one run. */
export function runBatches(runId: string, control: ControlBook): RunBatches {
  const opened = new Map<number, ChildWorkflowHandle<typeof trainBatch>>();
  const book = windowBook();
  const unanswered = new Set<number>();
  setHandler(windows, book.windows);
  setHandler(failures, book.failures);
  setHandler(rowsTold, ({ page, rows, isAnswer }) => {
    for (const [window, state, stage, lane, error] of rows)
      book.put({ window, page, state, stage, lane, ...(error && { class: error }) });
    if (isAnswer === true) unanswered.delete(page);
  });

  function setting(): BatchSetting {
    const { state, inFlight } = control;
    return { state, ...(inFlight === undefined ? {} : { inFlight }) };
  }

  return {
    book,
    open: () => [...opened.keys()].map((page) => batchWorkflowId(runId, page)),
    async train({ summary, ...asked }) {
      const { page } = asked;
      const batch = await startChild(trainBatch, {
        workflowId: batchWorkflowId(runId, page),
        args: [{ runId, ...asked, ...(control.control() && { setting: setting() }) }],
        typedSearchAttributes: batchAttributes(runId),
        workflowTaskTimeout,
        staticSummary: summary,
      });
      opened.set(page, batch);
      try {
        return await batch.result();
      } finally {
        opened.delete(page);
        unanswered.delete(page);
      }
    },
    async tell() {
      // One that closes meanwhile cannot be told, and needs not.
      await Promise.allSettled(
        [...opened.values()].map((batch) => batch.signal(batchTold, setting())),
      );
    },
    async allTold() {
      await Promise.all(
        [...opened].map(async ([page, batch]) => {
          unanswered.add(page);
          await batch.signal(tellRows).catch(() => unanswered.delete(page));
        }),
      );
      await condition(() => unanswered.size === 0);
    },
  };
}
