import type { ComputeWorld } from '../shared/runtime/world.ts';
import { activity } from './boundary.ts';
import { compactBars } from './market/compact-bars.ts';
import { fetchBars } from './market/fetch-bars.ts';
import { planBackfill } from './market/plan-backfill.ts';
import { readBackfillPage, readRequests } from './market/read-backfill.ts';
import { recordFailures } from './market/record-failures.ts';
import { reportBackfill } from './market/report-backfill.ts';
import { storeBars } from './market/store-bars.ts';
import { gateCoverage } from './nightly/gate-coverage.ts';
import { listChannels, notify } from './nightly/notify.ts';
import { planNight } from './nightly/plan-night.ts';
import { scoreSession } from './nightly/score-session.ts';
import { weighEvidence } from './nightly/weigh-evidence.ts';
import { writeBriefing } from './nightly/write-briefing.ts';
import { planRun } from './samples/plan-run.ts';
import { readPage } from './samples/read-page.ts';
import { censusLanes } from './training/census-lanes.ts';
import { extendPredictions } from './training/extend-predictions.ts';
import { fitStudent } from './training/fit-student.ts';
import { fitTeacher } from './training/fit-teacher.ts';
import { keepsFailure } from './training/keep-failure.ts';
import { recordPage } from './training/record-page.ts';
import { reportRun } from './validation/report-run.ts';

/** The pipeline's table of contents, in order. The work process polls for all but the fits. */
export function createActivities(world: ComputeWorld) {
  return {
    planBackfill: activity(world, planBackfill),
    readBackfillPage: activity(world, readBackfillPage),
    readRequests: activity(world, readRequests),
    fetchBars: activity(world, fetchBars),
    storeBars: activity(world, storeBars),
    recordFailures: activity(world, recordFailures),
    compactBars: activity(world, compactBars),
    reportBackfill: activity(world, reportBackfill),
    planRun: activity(world, planRun),
    readPage: activity(world, readPage),
    censusLanes: activity(world, censusLanes),
    fitTeacher: activity(world, keepsFailure('teacher', fitTeacher)),
    fitStudent: activity(world, keepsFailure('student', fitStudent)),
    recordPage: activity(world, recordPage),
    extendPredictions: activity(world, extendPredictions),
    reportRun: activity(world, reportRun),
    planNight: activity(world, planNight),
    gateCoverage: activity(world, gateCoverage),
    weighEvidence: activity(world, weighEvidence),
    scoreSession: activity(world, scoreSession),
    writeBriefing: activity(world, writeBriefing),
    listChannels: activity(world, listChannels),
    notify: activity(world, notify),
  };
}

export type Activities = ReturnType<typeof createActivities>;
