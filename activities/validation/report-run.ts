import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { InvariantError, type ErrorClass } from '../../shared/contracts/errors.ts';
import { planCounts } from '../../shared/contracts/plan-counts.ts';
import {
  maxFailureRate,
  type LaneTally,
  type PageRecord,
  type ReportRunInput,
  type RunCounts,
  type RunReport,
  type RunState,
} from '../../shared/contracts/run.ts';
import { runFolder } from '../../shared/runtime/data-root.ts';
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
  const done = records.flatMap((record) => record.done);
  const failed = records.flatMap((record) => record.failed);
  const ended = [...done.map(([window]) => window), ...failed.map(({ window }) => window)];
  const counted = planCounts(plan.windows);
  const toTrain = plan.windows.filter(({ decision }) => decision === 'train');
  const planned = new Set(toTrain.map(({ window }) => window));
  const known = new Set(ended.filter((window) => planned.has(window)));
  if (known.size !== ended.length)
    throw new InvariantError(
      `run "${input.runId}" planned "${counted.train}" windows to train and recorded ` +
        `"${ended.length}", "${known.size}" of them planned and different`,
    );

  const trained = done.filter(([, outcome]) => outcome === 'trained').length;
  const reused = counted.reuse + done.length - trained;
  const failures: Partial<Record<ErrorClass, number>> = {};
  for (const window of failed) failures[window.class] = (failures[window.class] ?? 0) + 1;
  const counts: RunCounts = {
    planned: counted.windows,
    trained,
    reused,
    skipped: counted.skip,
    failed: failures,
    notStarted: counted.train - ended.length,
    stages: { teacher: { trained, reused, failed: failed.length } },
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
}

function stateOf(input: ReportRunInput, well: number, failed: number): RunState {
  if (input.cancelled) return 'cancelled';
  return failed > maxFailureRate * (well + failed) ? 'over-threshold' : 'completed';
}

function lanesOf(records: readonly PageRecord[]): LaneTally[] {
  const lanes = new Map<string, LaneTally>();
  for (const { devices, done } of records)
    for (const [, , lane, seconds] of done) {
      const before = lanes.get(lane) ?? { lane, device: devices[lane], windows: 0, busySeconds: 0 };
      const busySeconds = Math.round((before.busySeconds + seconds) * 1000) / 1000;
      lanes.set(lane, { ...before, windows: before.windows + 1, busySeconds });
    }
  return [...lanes.values()].toSorted((a, b) => (a.lane < b.lane ? -1 : 1));
}

/** Every part of every page of a run, as recorded. */
export async function pageRecords(folder: string): Promise<PageRecord[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const parts = names.filter((name) => name.endsWith('.json')).toSorted();
  const read = parts.map((name) => readJson(path.join(folder, name)));
  return (await Promise.all(read)) as PageRecord[];
}
