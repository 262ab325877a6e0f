import { condition, setHandler } from '@temporalio/workflow';
import { pageSize, type PlanSummary } from '../shared/contracts/run.ts';
import { handedOut } from './messages.ts';
import type { BatchPage } from './run-batches.ts';

/** How the pages of a run are trained. */
export interface PageTrainer {
  /** Waits while the run is paused. @returns whether another page may begin */
  mayBegin(): Promise<boolean>;
  /** Trains one page and keeps what it came to. */
  train(page: BatchPage): Promise<void>;
}

type Pages = Pick<PlanSummary, 'root' | 'counts' | 'trainPages' | 'pooledWindows'>;

/**
 * Trains the pages of a run. A page begins once the one before has handed out its last window, so
 * that no lane is idle between two; pages that stand on pooled models begin when those have closed.
 *
 * @throws what a batch failed of, or the cancellation, once all batches have ended
 */
export async function trainPages(plan: Pages, run: PageTrainer): Promise<void> {
  const { root, trainPages: last, pooledWindows = 0 } = plan;
  const pooledPages = Math.ceil(pooledWindows / pageSize);
  const open = new Set<number>();
  const batches: Promise<void>[] = [];
  const failures: unknown[] = [];
  let latest = 0;
  setHandler(handedOut, (page) => {
    latest = Math.max(latest, page);
  });
  for (let page = 1; page <= last; page++) {
    if (!(await mayBegin(page))) break;
    batches.push(trained(page));
  }
  await Promise.all(batches);
  if (failures.length > 0) throw failures[0];

  function after(page: number): Pick<BatchPage, 'windowsAfter'> {
    if (page === last || page === pooledPages) return {};
    const [windows, pages] =
      page < pooledPages
        ? [pooledWindows, page]
        : [plan.counts.train - pooledWindows, page - pooledPages];
    return { windowsAfter: Math.max(1, windows - pages * pageSize) };
  }

  /** Never rejects: what cancelled it is kept. */
  async function mayBegin(page: number): Promise<boolean> {
    const isApart = page === pooledPages + 1;
    try {
      await condition(
        () => failures.length > 0 || open.size === 0 || (!isApart && latest >= page - 1),
      );
      return failures.length === 0 && (await run.mayBegin());
    } catch (error) {
      failures.push(error);
      return false;
    }
  }

  /** Never rejects: what it failed of is kept. */
  async function trained(page: number): Promise<void> {
    const follows = open.size === 0 ? {} : { follows: Math.max(...open) };
    open.add(page);
    try {
      await run.train({ page, root, summary: summaryOf(page, last), ...follows, ...after(page) });
    } catch (error) {
      failures.push(error);
    } finally {
      open.delete(page);
    }
  }
}

/** What runs did that were open before 2026-11-25: one page after the other. */
export async function trainPagesInTurn(plan: Pages, run: PageTrainer): Promise<void> {
  const { root, trainPages: last } = plan;
  for (let page = 1; page <= last && (await run.mayBegin()); page++)
    await run.train({ page, root, summary: summaryOf(page, last) });
}

function summaryOf(page: number, last: number): string {
  return `page ${page} of ${last}`;
}
