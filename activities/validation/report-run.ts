import path from 'node:path';
import { balanceOf, laneShares } from '../../shared/contracts/balance.ts';
import { endedStages } from '../../shared/contracts/ended.ts';
import { InvariantError, type ErrorClass } from '../../shared/contracts/errors.ts';
import { stages, type Stage } from '../../shared/contracts/outcome.ts';
import { stagesToTrain, windowsToTrain } from '../../shared/contracts/pages.ts';
import { nothingDue, planCounts } from '../../shared/contracts/plan-counts.ts';
import { addUsage, milliseconds } from '../../shared/contracts/tally.ts';
import {
  maxFailureRate,
  type DoneStage,
  type FailedWindow,
  type LaneTally,
  type PageRecord,
  type ReportRunInput,
  type RunCounts,
  type RunReport,
  type RunState,
  type StageUsage,
  type StageTally,
  type UsageRow,
} from '../../shared/contracts/run.ts';
import { runFolder } from '../../shared/runtime/data-root.ts';
import type { RequestedPlan } from '../../shared/runtime/runs/plans.ts';
import { writeWhole } from '../../shared/runtime/files/files.ts';
import { pageRecords } from '../../shared/runtime/runs/page-records.ts';
import type { World } from '../../shared/runtime/world.ts';

/**
 * Closes a run: adds up what its pages recorded and writes `data/runs/<runId>/report.json`.
 *
 * @returns counts that add up to the plan, the state it ends in, and what each lane did
 * @throws InvariantError (final) if a window was recorded twice or was never planned
 */
export async function reportRun(world: World, input: ReportRunInput): Promise<RunReport> {
  const plan = await world.plans.read(input.runId);
  const records = await pageRecords(world.root, input.runId);
  const { done: stagesDone, failed } = endedStages(records);
  // A window is done with its last stage, and has that one's outcome.
  const done = stagesDone.filter(([, stage]) => stage === stages.at(-1));
  const counted = planCounts(plan.windows);
  checkPlanned(plan, stagesDone, failed);
  const trained = done.filter(([, , outcome]) => outcome === 'trained').length;
  const reused = counted.reuse + done.length - trained;
  const failures: Partial<Record<ErrorClass, number>> = {};
  for (const window of failed) failures[window.class] = (failures[window.class] ?? 0) + 1;
  const counts: RunCounts = {
    planned: counted.windows,
    trained,
    reused,
    skipped: counted.skip,
    failed: failures,
    notStarted: counted.train - done.length - failed.length,
    stages: { teacher: tallyOf('teacher'), student: tallyOf('student') },
  };
  const seconds = milliseconds(input.seconds);
  const lanes = lanesOf(records);
  const balance = balanceOf(lanes);
  const none = nothingDue(plan);
  const report: RunReport = {
    schema: 1,
    runId: input.runId,
    planToken: plan.planToken,
    asOf: plan.asOf,
    state: stateOf(input, trained + reused, failed.length),
    counts,
    lanes: laneShares(lanes, seconds),
    ...(balance === undefined ? {} : { balance }),
    seconds,
    ...replayed(plan, stagesDone),
    ...(input.control && { control: input.control }),
    ...(none === undefined ? {} : { nothingDue: none }),
  };
  const file = path.join(runFolder(world.root, input.runId), 'report.json');
  await writeWhole(file, `${JSON.stringify(report, null, 1)}\n`);
  return report;

  function tallyOf(stage: Stage): StageTally {
    const outcomes = stagesDone
      .filter(([, done]) => done === stage)
      .map(([, , outcome]) => outcome);
    const fitted = outcomes.filter((outcome) => outcome === 'trained').length;
    return {
      trained: fitted,
      reused: counted.stages[stage].reuse + outcomes.length - fitted,
      failed: failed.filter((window) => window.stage === stage).length,
    };
  }
}

function checkPlanned(
  plan: RequestedPlan,
  done: readonly DoneStage[],
  failed: readonly FailedWindow[],
): void {
  const ended = [
    ...done.map(([window, stage]) => `${window}/${stage}`),
    ...failed.map(({ window, stage }) => `${window}/${stage}`),
  ];
  const planned = new Set(
    windowsToTrain(plan).flatMap((one) =>
      stagesToTrain(one).map((stage) => `${one.window}/${stage}`),
    ),
  );
  const known = new Set(ended.filter((stage) => planned.has(stage)));
  if (known.size !== ended.length)
    throw new InvariantError(
      `"${planned.size}" stages were planned and "${ended.length}" recorded, "${known.size}" of ` +
        `them planned and different`,
    );
}

/** What a replay says besides: a model that was there already came out as it was, or it had failed. */
function replayed(
  { replay }: RequestedPlan,
  done: readonly DoneStage[],
): Pick<RunReport, 'replayOf' | 'compared'> {
  if (replay === undefined) return {};
  const same = done.filter(([, , outcome]) => outcome === 'reused').length;
  return {
    replayOf: replay.of,
    ...(replay.asRecorded === true ? { compared: { same, made: done.length - same } } : {}),
  };
}

function stateOf(input: ReportRunInput, well: number, failed: number): RunState {
  if (input.cancelled) return 'cancelled';
  return failed > maxFailureRate * (well + failed) ? 'over-threshold' : 'completed';
}

/** What each lane did that a page could feed. */
function lanesOf(records: readonly PageRecord[]): LaneTally[] {
  const devices: Record<string, string> = Object.assign({}, ...records.map((one) => one.devices));
  const done = Map.groupBy(
    records.flatMap((record) => record.done),
    ([, , , lane]) => lane,
  );
  return Object.entries(devices)
    .map(([lane, device]) => {
      const own = done.get(lane) ?? [];
      const usage = records
        .map((record) => record.usage?.[lane])
        .filter((row) => row !== undefined);
      return {
        lane,
        device,
        windows: new Set(own.map(([window]) => window)).size,
        busySeconds: milliseconds(own.reduce((sum, [, , , , seconds]) => sum + seconds, 0)),
        ...usage.map(usageOf).reduce(addUsage, {}),
      };
    })
    .toSorted((a, b) => (a.lane < b.lane ? -1 : 1));
}

function usageOf([cpuSeconds, deviceSeconds, deviceMemoryBytes]: UsageRow): Partial<StageUsage> {
  return {
    cpuSeconds,
    ...(deviceSeconds === undefined
      ? {}
      : { deviceSeconds, deviceMemoryBytes: deviceMemoryBytes ?? 0 }),
  };
}
