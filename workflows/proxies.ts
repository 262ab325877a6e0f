import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { marketQueue, workQueue } from '../shared/contracts/ids.ts';
import { backOff, finalErrors } from '../shared/contracts/errors.ts';

/**
 * What needs no device. Every activity beats once a second, so a killed process is noticed after
 * the heartbeat's time-out and the step is done again elsewhere.
 */
export const work = proxyActivities<
  Pick<
    Activities,
    | 'planBackfill'
    | 'readBackfillPage'
    | 'readRequests'
    | 'storeBars'
    | 'compactBars'
    | 'reportBackfill'
    | 'planRun'
    | 'readPage'
    | 'extendPredictions'
    | 'reportRun'
    | 'censusLanes'
    | 'planNight'
    | 'gateCoverage'
    | 'weighEvidence'
    | 'scoreSession'
    | 'writeBriefing'
    | 'listChannels'
  >
>({
  taskQueue: workQueue,
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: '10 seconds',
  retry: { ...backOff.work, nonRetryableErrorTypes: finalErrors },
});

/**
 * Writing down what became of windows. A disk that is full fails windows, and not the run that has to
 * say so: it is tried for a day, long enough for somebody to free space.
 */
export const records = proxyActivities<Pick<Activities, 'recordPage' | 'recordFailures'>>({
  taskQueue: workQueue,
  scheduleToCloseTimeout: '1 day',
  heartbeatTimeout: '10 seconds',
  retry: { ...backOff.record, nonRetryableErrorTypes: finalErrors },
});

/**
 * Telling one channel. Whoever does not answer is asked again for four hours: long enough for an
 * outage, short enough that the next night need not wait.
 */
export const notices = proxyActivities<Pick<Activities, 'notify'>>({
  taskQueue: workQueue,
  startToCloseTimeout: '2 minutes',
  scheduleToCloseTimeout: '4 hours',
  heartbeatTimeout: '10 seconds',
  retry: { ...backOff.outside, nonRetryableErrorTypes: finalErrors },
});

/**
 * One question to a source, on that source's queue. What a person or another day must mend comes back
 * as a value and waits in the workflow; an outage is asked again, at the pace the source names, until
 * it has lasted a day.
 */
export function marketActivities(source: string): Pick<Activities, 'fetchBars'> {
  return proxyActivities<Pick<Activities, 'fetchBars'>>({
    taskQueue: marketQueue(source),
    startToCloseTimeout: '5 minutes',
    scheduleToCloseTimeout: '1 day',
    heartbeatTimeout: '10 seconds',
    retry: { ...backOff.outside, nonRetryableErrorTypes: finalErrors },
  });
}

/** A decision takes milliseconds: one that a killed orchestrator began is made again after this. */
export const workflowTaskTimeout = '5 seconds';

/** Rows × features × rounds that a lane is sure to manage in a second. */
const costPerSecond = 20_000;

/** What a lane does. */
export type LaneActivities = Pick<Activities, 'fitTeacher' | 'fitStudent'>;

/** The stage activities of one lane, with limits sized by what the window costs. */
export function laneActivities(lane: string, cost: number): LaneActivities {
  const seconds = Math.ceil(cost / costPerSecond);
  return proxyActivities<LaneActivities>({
    taskQueue: lane,
    // Another lane is our retry: see errors.ts and dispatch.ts.
    retry: { maximumAttempts: 1 },
    startToCloseTimeout: `${120 + 10 * seconds} seconds`,
    // A busy lane is no dead lane: this only frees what waits for one that never comes back.
    scheduleToStartTimeout: `${120 + 40 * seconds} seconds`,
    heartbeatTimeout: '5 seconds',
  });
}
