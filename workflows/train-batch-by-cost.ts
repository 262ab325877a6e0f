import {
  CancellationScope,
  condition,
  executeChild,
  getExternalWorkflowHandle,
  isCancellation,
  patched,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { lanesWorkflowId, stageWorkflowId } from '../shared/contracts/ids.ts';
import type { Stage } from '../shared/contracts/outcome.ts';
import type { BatchTally, PageRef, WindowSpec } from '../shared/contracts/run.ts';
import { allocatorByCost, type CostTicket } from './allocator-by-cost.ts';
import { stageAttributes } from './attributes.ts';
import { stageFault } from './dispatch.ts';
import { distilStudent } from './distil-student.ts';
import { lanesTold, register, tally, unregister } from './messages.ts';
import { pageRecorder } from './page-record.ts';
import { records, work, workflowTaskTimeout } from './proxies.ts';
import { trainTeacher } from './train-teacher.ts';

const stageWorkflows = { teacher: trainTeacher, student: distilStudent };

/**
 * What batches did that were open before 2026-11-25; to go with the histories of then.
 *
 * Trains one page of windows, the stages of each in order. Registers with `lanes`, feeds each lane a
 * few windows ahead by who is free, and keeps going when a window fails: only here a failed stage
 * becomes an outcome. What ended is written down in parts while the page runs. Cancelled, it ends
 * what is in flight, records, stops.
 */
export async function trainBatchByCost(page: PageRef): Promise<BatchTally> {
  const lanes = allocatorByCost();
  const record = pageRecorder(page);
  setHandler(lanesTold, (told) => lanes.tell(told));
  setHandler(tally, () => record.tally());
  // Batches open since before 2026-11-23 know teachers only; to go with the histories of then.
  const stagesOf = patched('students')
    ? ({ stages }: WindowSpec) => stages
    : (): Stage[] => ['teacher'];
  const census = getExternalWorkflowHandle(lanesWorkflowId);
  const open = new Set<Promise<void>>();
  const specs = await work.readPage(page);
  await census.signal(register, workflowInfo().workflowId);
  try {
    for (const spec of specs) {
      const ticket = await place(spec);
      const training = train(spec, ticket).finally(() => open.delete(training));
      open.add(training);
      const part = record.nextPart(false);
      if (part !== undefined) await records.recordPage(part);
    }
    await condition(() => open.size === 0);
  } finally {
    await CancellationScope.nonCancellable(async () => {
      await Promise.all(open);
      for (let part = record.nextPart(true); part; part = record.nextPart(true))
        await records.recordPage(part);
      await census.signal(unregister, workflowInfo().workflowId);
    });
  }
  return record.tally();

  async function place(spec: WindowSpec): Promise<CostTicket> {
    await condition(() => lanes.hasRoom(spec.engine));
    return lanes.take(spec.engine, spec.cost) ?? (await place(spec));
  }

  /** Never rejects: a window that was cancelled, alone or with the page, is left uncounted. */
  async function train(spec: WindowSpec, first: CostTicket): Promise<void> {
    const stages = stagesOf(spec);
    try {
      for (const [index, stage] of stages.entries()) {
        const ticket = index === 0 ? first : await place(spec);
        const isLast = index === stages.length - 1;
        if (!(await done(spec, stage, ticket, isLast))) return;
      }
    } catch (error) {
      if (!isCancellation(error)) throw error;
    }
  }

  /** Does one stage. @returns whether the next may follow */
  async function done(
    spec: WindowSpec,
    stage: Stage,
    ticket: CostTicket,
    isLast: boolean,
  ): Promise<boolean> {
    let hasLaneFailed = false;
    try {
      const result = await executeChild(stageWorkflows[stage], {
        workflowId: stageWorkflowId(page.runId, spec.window, stage),
        args: [{ runId: page.runId, root: page.root, spec, lanes: ticket.order }],
        typedSearchAttributes: stageAttributes(page.runId, spec, stage),
        workflowTaskTimeout,
        staticSummary: `${spec.symbol} ${spec.from}..${spec.to} ${stage}`,
      });
      hasLaneFailed = result.dispatches.length > 1;
      record.done(spec.window, result, isLast);
      return true;
    } catch (error) {
      if (isCancellation(error)) throw error;
      const fault = stageFault(error);
      hasLaneFailed = fault.dispatches[0]?.ended === 'LaneError';
      record.failed({ window: spec.window, stage, ...fault });
      return false;
    } finally {
      lanes.release(ticket, hasLaneFailed);
    }
  }
}
