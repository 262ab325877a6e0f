import {
  allHandlersFinished,
  CancellationScope,
  condition,
  executeChild,
  getExternalWorkflowHandle,
  isCancellation,
  patched,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  batchWorkflowId,
  lanesWorkflowId,
  runWorkflowId,
  stageWorkflowId,
} from '../shared/contracts/ids.ts';
import type { BatchInput } from '../shared/contracts/control.ts';
import { pageSize, type BatchTally, type WindowSpec } from '../shared/contracts/run.ts';
import { allocator, type Allocator, type Place, type Work } from './allocator.ts';
import { stageAttributes } from './attributes.ts';
import { batchControl } from './batch-control.ts';
import { stageFault } from './dispatch.ts';
import { distilStudent } from './distil-student.ts';
import { handedOut, lanesTold, register, tally, unregister } from './messages.ts';
import { followPage, tellFollower } from './page-handover.ts';
import { pageRecorder } from './page-record.ts';
import { records, work, workflowTaskTimeout } from './proxies.ts';
import { trainBatchByCost } from './train-batch-by-cost.ts';
import { trainTeacher } from './train-teacher.ts';

const stageWorkflows = { teacher: trainTeacher, student: distilStudent };

/**
 * Trains one page of windows, the stages of each in order. Registers with `lanes`, feeds each lane a
 * few windows ahead by who would be done first, and keeps going when a window fails: only here a
 * failed stage becomes an outcome. Once every window has begun it says so, and leaves the lanes to
 * the page that follows as its own windows end. What ended is written down in parts while the page
 * runs, and told to the run. Cancelled, it ends what is in flight, records, stops; its run may pause,
 * drain and limit it.
 */
export async function trainBatch({ setting, ...input }: BatchInput): Promise<BatchTally> {
  if (!patched('lanes-by-time')) return await trainBatchByCost(input);
  const { runId, page, root, retry, follows, windowsAfter = 0 } = input;
  let lanes: Allocator | undefined;
  const control = batchControl(input, setting, (told) => {
    if (told !== undefined) lanes?.tell(told);
    lanes?.hold(!control.mayBegin);
  });
  const record = control.watched(pageRecorder(input));
  setHandler(tally, () => control.tally(record.tally()));
  const specs = await work.readPage({ runId, page, root, ...(retry && { retry }) });
  control.page(specs);
  const isFollower = follows !== undefined;
  const feeds = allocator({ follows: isFollower, after: worksAfter(specs, windowsAfter) });
  feeds.hold(!control.mayBegin);
  lanes = feeds;
  const census = getExternalWorkflowHandle(lanesWorkflowId);
  let isOver = false;
  setHandler(lanesTold, (told) => {
    feeds.tell(control.limited(told));
    record.opened(told.lanes.filter(({ engine }) => specs.some((spec) => spec.engine === engine)));
  });
  tellFollower(feeds, () => isOver);
  await census.signal(register, workflowInfo().workflowId);
  if (isFollower) await followPage(feeds, batchWorkflowId(runId, follows));
  // Where no page follows, the longest begin first: what is left for the end is small.
  const ordered = windowsAfter > 0 ? specs : specs.toSorted((a, b) => b.cost - a.cost);
  const training = Promise.all(ordered.map(train)).finally(() => {
    isOver = true;
  });
  try {
    await Promise.all([training, recorded(), ...(windowsAfter > 0 ? [announced()] : [])]);
  } finally {
    await CancellationScope.nonCancellable(async () => {
      await training;
      await recordParts(true);
      await control.answered();
      await census.signal(unregister, workflowInfo().workflowId);
      await condition(allHandlersFinished);
    });
  }
  return control.tally(record.tally());

  async function announced(): Promise<void> {
    await condition(() => feeds.isHandedOut);
    await getExternalWorkflowHandle(runWorkflowId(runId)).signal(handedOut, page);
  }

  async function recorded(): Promise<void> {
    while (!isOver) {
      await condition(() => isOver || record.isFull);
      await recordParts(false);
    }
  }

  async function recordParts(isRest: boolean): Promise<void> {
    for (let part = record.nextPart(isRest); part; part = record.nextPart(isRest))
      await records.recordPage(part);
    await control.tellRun(isRest);
  }

  /** Never rejects: a window that was cancelled, alone or with the page, is left uncounted. */
  async function train(spec: WindowSpec): Promise<void> {
    let place: Place | undefined = feeds.ask(workOf(spec, 0));
    try {
      for (let index = 0; place !== undefined && (await hasLane(spec, place)); index++)
        place = await done(spec, index, place);
    } catch (error) {
      if (!isCancellation(error)) throw error;
    } finally {
      if (place !== undefined && place.ticket === undefined) feeds.withdraw(place);
    }
  }

  /** Waits for a lane. @returns false where the run drains and the window has not begun */
  async function hasLane(spec: WindowSpec, place: Place): Promise<boolean> {
    const { isBegun } = place.work;
    await condition(() => place.ticket !== undefined || (control.isDraining && !isBegun));
    if (place.ticket === undefined) return false;
    if (!isBegun) control.began(spec);
    return true;
  }

  /** Does one stage. @returns the place of the next, if there is one and it may follow */
  async function done(spec: WindowSpec, index: number, place: Place): Promise<Place | undefined> {
    const stage = spec.stages[index];
    const isLast = index === spec.stages.length - 1;
    let hasLaneFailed = false;
    let next: Work | undefined;
    let waits: Place | undefined;
    try {
      const result = await executeChild(stageWorkflows[stage], {
        workflowId: stageWorkflowId(runId, spec.window, stage),
        args: [{ runId, root, spec, lanes: place.ticket?.order ?? [] }],
        typedSearchAttributes: stageAttributes(runId, spec, stage),
        workflowTaskTimeout,
        staticSummary: `${spec.symbol} ${spec.from}..${spec.to} ${stage}`,
      });
      hasLaneFailed = result.dispatches.length > 1;
      if (result.outcome === 'trained')
        feeds.measured(result.lane, stage, spec.cost, result.seconds);
      record.done(spec.window, result, isLast);
      if (!isLast) next = workOf(spec, index + 1);
    } catch (error) {
      if (isCancellation(error)) throw error;
      const fault = stageFault(error);
      hasLaneFailed = fault.dispatches[0]?.ended === 'LaneError';
      record.failed({ window: spec.window, stage, ...fault });
    } finally {
      waits = feeds.release(place, hasLaneFailed, next);
    }
    return waits;
  }
}

function workOf({ engine, cost, stages }: WindowSpec, index: number): Work {
  return { engine, cost, stages: stages.slice(index), isBegun: index > 0 };
}

/** What pages that follow will ask: as far as anybody knows, the same as this one. */
function worksAfter(specs: readonly WindowSpec[], windows: number): Work[] {
  const count = specs.length === 0 ? 0 : Math.min(windows, pageSize);
  return Array.from({ length: count }, (_, index) => workOf(specs[index % specs.length], 0));
}
