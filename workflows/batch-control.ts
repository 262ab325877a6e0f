import {
  allHandlersFinished,
  condition,
  getExternalWorkflowHandle,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { BatchSetting, RowsTold, ToldRow } from '../shared/contracts/control.ts';
import type { LanesTold } from '../shared/contracts/lanes.ts';
import type { BatchTally, PageRef, WindowSpec } from '../shared/contracts/run.ts';
import { fitting, messageCharacters } from './fitting.ts';
import { batchTold, failures, rowsTold, tellRows, windows } from './messages.ts';
import type { PageRecorder } from './page-record.ts';
import { windowBook } from './window-book.ts';

/** Rows are told once this much text of them waits. */
const tellCharacters = 3_000;

/** How a batch hears its run, and tells it. */
export interface BatchControl {
  /** Whether windows may begin: the run neither pauses nor drains. */
  readonly mayBegin: boolean;
  /** Whether none will begin any more. */
  readonly isDraining: boolean;
  /** What the batch may feed, within the run's limit. */
  limited(told: LanesTold): LanesTold;
  /** Knows the page's windows from now on. */
  page(specs: readonly WindowSpec[]): void;
  began(spec: WindowSpec): void;
  /** The page's record, watched for how windows end. */
  watched(record: PageRecorder): PageRecorder;
  /** Tells the run what has ended, where enough has, or where `isRest` asks for all of it. */
  tellRun(isRest: boolean): Promise<void>;
  /** The record's counts, with the cost of what has ended. */
  tally(counted: BatchTally): BatchTally;
  /** Waits until nothing is being answered. */
  answered(): Promise<void>;
}

/**
 * Has a batch hear its run: paused, it begins no window; draining, it begins none any more; limited,
 * it has fewer in flight. Whatever has begun ends with all its stages.
 *
 * @param setting - how the run was set when it started the batch
 * @param changed - the run has said how it is set now; takes what may be fed then, where it is known
 */
export function batchControl(
  { page }: PageRef,
  setting: BatchSetting | undefined,
  changed: (told: LanesTold | undefined) => void,
): BatchControl {
  const { parent } = workflowInfo();
  const book = windowBook();
  const costs = new Map<string, number>();
  let set = setting ?? { state: 'running' };
  let lanes: LanesTold | undefined;
  let untold: ToldRow[] = [];
  let telling = Promise.resolve();
  let cost = 0;
  setHandler(windows, book.windows);
  setHandler(failures, book.failures);
  setHandler(batchTold, (next) => {
    set = next;
    changed(lanes && limited(lanes));
  });
  setHandler(tellRows, async () => {
    await tellRun(true);
    await tell({ page, rows: [], isAnswer: true });
  });

  function limited(told: LanesTold): LanesTold {
    lanes = told;
    return { ...told, inFlight: Math.min(told.inFlight, set.inFlight ?? Infinity) };
  }

  function ended(row: ToldRow): void {
    const [window, state, stage, lane, error] = row;
    book.put({ window, page, state, stage, lane, ...(error && { class: error }) });
    cost += costs.get(window) ?? 0;
    untold.push(row);
  }

  async function tellRun(isRest: boolean): Promise<void> {
    while (untold.length > 0 && (isRest || JSON.stringify(untold).length > tellCharacters)) {
      const rows = fitting(untold, messageCharacters - 1, 1);
      untold = untold.slice(rows.length);
      await tell({ page, rows });
    }
  }

  /** One after the other: an answer must not overtake what it says is all. */
  async function tell(told: RowsTold): Promise<void> {
    if (parent === undefined) return;
    const run = getExternalWorkflowHandle(parent.workflowId);
    // A run that was terminated needs not be told.
    telling = telling.then(() => run.signal(rowsTold, told).catch(() => {}));
    await telling;
  }

  return {
    get mayBegin() {
      return set.state === 'running';
    },
    get isDraining() {
      return set.state === 'draining';
    },
    limited,
    tellRun,
    page(specs) {
      for (const { window, cost: of } of specs) {
        costs.set(window, of);
        book.put({ window, page, state: 'notStarted' });
      }
    },
    began: ({ window }) => book.put({ window, page, state: 'running' }),
    watched: (record) => ({
      ...record,
      get isFull() {
        return record.isFull;
      },
      done(window, result, isLast) {
        record.done(window, result, isLast);
        if (isLast) ended([window, result.outcome, result.stage, result.lane]);
      },
      failed(failed) {
        record.failed(failed);
        const lane = failed.dispatches.at(-1)?.lane ?? '';
        ended([failed.window, 'failed', failed.stage, lane, failed.class]);
      },
    }),
    tally: (counted) => ({ ...counted, cost }),
    answered: () => condition(allHandlersFinished),
  };
}
