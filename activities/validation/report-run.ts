import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { InvariantError, type ErrorClass } from '../../shared/contracts/errors.ts';
import { stages, type Stage } from '../../shared/contracts/outcome.ts';
import { stagesToTrain, windowsToTrain } from '../../shared/contracts/pages.ts';
import { planCounts } from '../../shared/contracts/plan-counts.ts';
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
  type StageTally,
} from '../../shared/contracts/run.ts';
import { runFolder } from '../../shared/runtime/data-root.ts';
import type { RequestedPlan } from '../../shared/runtime/plans.ts';
import { readJson, writeWhole } from '../../shared/runtime/files.ts';
import type { World } from '../../shared/runtime/world.ts';

/**
 * Closes a run: adds up what its pages recorded and writes `data/runs/<runId>/report.json`.
 *
 * @returns counts that add up to the plan, the state it ends in, and what each lane did
 * @throws InvariantError (final) if a window was recorded twice or was never planned
 */
export async function reportRun(world: World, input: ReportRunInput): Promise<RunReport> {
  const plan = await world.plans.read(input.runId);
  const records = await pageRecords(path.join(runFolder(world.root, input.runId), 'outcomes'));
  const stagesDone = records.flatMap((record) => record.done);
  const failed = records.flatMap((record) => record.failed);
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
  const report: RunReport = {
    schema: 1,
    runId: input.runId,
    planToken: plan.planToken,
    asOf: plan.asOf,
    state: stateOf(input, trained + reused, failed.length),
    counts,
    lanes: lanesOf(records),
    seconds: Math.round(input.seconds * 1000) / 1000,
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

function stateOf(input: ReportRunInput, well: number, failed: number): RunState {
  if (input.cancelled) return 'cancelled';
  return failed > maxFailureRate * (well + failed) ? 'over-threshold' : 'completed';
}

function lanesOf(records: readonly PageRecord[]): LaneTally[] {
  const devices = Object.assign({}, ...records.map((record) => record.devices));
  const done = records.flatMap((record) => record.done);
  return [...Map.groupBy(done, ([, , , lane]) => lane)]
    .map(([lane, all]) => ({
      lane,
      device: devices[lane] as string,
      windows: new Set(all.map(([window]) => window)).size,
      busySeconds:
        Math.round(all.reduce((sum, [, , , , seconds]) => sum + seconds, 0) * 1000) / 1000,
    }))
    .toSorted((a, b) => (a.lane < b.lane ? -1 : 1));
}

/** Every part of every page of a run, as recorded. */
export async function pageRecords(folder: string): Promise<PageRecord[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const parts = names.filter((name) => name.endsWith('.json')).toSorted();
  const read = parts.map((name) => readJson(path.join(folder, name)));
  return (await Promise.all(read)) as PageRecord[];
}
