import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Allocator } from './allocator.ts';
import { followed, heldTold } from './messages.ts';

/**
 * Answers the page that follows: what this one and those before it hold of the lanes, each time it is
 * less, until all of them are over.
 */
export function tellFollower(lanes: Allocator, isOver: () => boolean): void {
  setHandler(followed, (follower) =>
    CancellationScope.nonCancellable(async () => {
      const handle = getExternalWorkflowHandle(follower);
      for (let isLast = false; !isLast;) {
        const told = lanes.cede();
        isLast = isOver() && told.held.length === 0;
        // A follower that closed, cancelled, needs to know nothing.
        await handle.signal(heldTold, told).catch(() => {});
        if (!isLast) await condition(() => lanes.hasLeft || (isOver() && told.held.length === 0));
      }
    }),
  );
}

/** Asks the page before this one what it holds of the lanes, and goes on listening. */
export async function followPage(lanes: Allocator, before: string): Promise<void> {
  setHandler(heldTold, lanes.precede);
  try {
    await getExternalWorkflowHandle(before).signal(followed, workflowInfo().workflowId);
  } catch (error) {
    if (isCancellation(error)) throw error;
    // It has closed: all it held is free.
    lanes.precede({ held: [], paces: [] });
  }
}
