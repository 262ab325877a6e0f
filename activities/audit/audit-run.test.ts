import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { InputError } from '../../shared/contracts/errors.ts';
import type { EligibleWindow } from '../../shared/contracts/plan.ts';
import { readParquet, writeParquet, type Columns } from '../../shared/runtime/files/duckdb.ts';
import { writeSynced } from '../../shared/runtime/files/files.ts';
import type { ArtifactKind } from '../../shared/runtime/store/store.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { eligible, exchange, fit, plan, store, testWorld } from '../world.fixture.ts';
import { auditRun, type RunAudit } from './audit-run.ts';

// An audit of a run passes on a run as it is, and fails where one thing in its store is not so.

const series = exchange(['AAA', 'BBB']);
let world: ComputeWorld;
let windows: EligibleWindow[];
beforeEach(async () => {
  world = await testWorld();
  await store(world, ...series);
  await plan(world, 'r1');
  await fit(world);
  windows = await eligible(world, 'r1');
}, 60_000);

async function audit(refits = 0): Promise<RunAudit> {
  return await auditRun(world, world.compute, { runId: 'r1', windows: 4, refits }, () => {});
}

function failed({ controls }: RunAudit): string[] {
  return controls.flatMap(({ statistics }) =>
    statistics.filter(({ passed }) => !passed).map(({ name }) => name),
  );
}

/** Stores other rows under an artifact's name, as a pipeline with a fault would have. */
async function planted(
  [kind, key, file]: readonly [ArtifactKind, string, string],
  change: (rows: Columns) => Columns,
): Promise<void> {
  const folder = world.store.folder(kind, key);
  const manifest = await world.store.find(kind, key);
  const rows = change(await readParquet(path.join(folder, file)));
  const others = Object.keys(manifest?.files ?? {}).filter((name) => name !== file);
  const bytes = await Promise.all(
    others.map(async (name) => [name, await readFile(path.join(folder, name))] as const),
  );
  await rm(folder, { recursive: true });
  const write = async (into: string): Promise<void> => {
    for (const [name, content] of bytes) await writeSynced(path.join(into, name), content);
    await writeParquet(path.join(into, file), rows);
  };
  await world.store.publish(kind, key, write, manifest?.facts ?? {});
}

function teacherRows(): readonly [ArtifactKind, string, string] {
  return ['teachers', windows[0].stages.teacher.key, 'out-of-fold.parquet'];
}

describe('auditRun', () => {
  test('finds nothing wrong with a run as it is, and fits its models again byte by byte', async () => {
    const found = await audit(1);

    expect(failed(found)).toEqual([]);
    expect(found).toMatchObject({ runId: 'r1', recipe: 'symbol@2', passed: true });
    expect(found.windows).toHaveLength(4);
    const named = found.controls.flatMap(({ statistics }) => statistics);
    const expected = Object.fromEntries(named.map((one) => [one.name, one.expected]));
    expect(expected).toMatchObject({
      'names of models that differ': '0 of 8',
      'models fitted again that differ': '0 of 2',
    });
  }, 60_000);

  test('finds a row that trained with a label of after the decision', async () => {
    await planted(teacherRows(), (rows) => {
      const ends = Float64Array.from(rows.labelEnd);
      ends[ends.length - 1] += 30 * 86_400_000;
      return { ...rows, labelEnd: ends };
    });

    expect(failed(await audit())).toEqual(
      expect.arrayContaining([
        'rows that trained with a label of later',
        'stored values of rows that differ',
      ]),
    );
  }, 60_000);

  test('finds folds that learnt labels of their test blocks', async () => {
    await planted(teacherRows(), (rows) => {
      const ends = Float64Array.from(rows.labelEnd, (end) => end + 5 * 86_400_000);
      return { ...rows, labelEnd: ends };
    });

    expect(failed(await audit())).toContain('rows learnt that overlap');
  }, 60_000);

  test('finds a label that bars do not say, and a prediction that no model makes', async () => {
    const { predictionsKey } = windows[0].stages.student;
    await planted(teacherRows(), (rows) => ({
      ...rows,
      label: Int8Array.from(rows.label, (label, row) => (row === 9 ? 1 - label : label)),
    }));
    await planted(['predictions', predictionsKey, 'predictions.parquet'], (rows) => ({
      ...rows,
      student: Float64Array.from(rows.student).fill(0.5, 3, 4),
    }));

    const found = await audit();

    expect(failed(found)).toEqual(['stored values of rows that differ', 'predictions that differ']);
    expect(found.passed).toBe(false);
  }, 60_000);

  test('finds students that were judged on what they had learnt', async () => {
    for (const { stages } of windows)
      await planted(['students', stages.student.key, 'out-of-fold.parquet'], (rows) => ({
        ...rows,
        probability: Float64Array.from(rows.probability, (p, row) =>
          Number.isNaN(p) ? p : 0.3 + 0.4 * rows.label[row],
        ),
      }));

    expect(failed(await audit())).toEqual(['student, out of fold']);
  }, 60_000);

  test('is refused for a run without models, and for no window at all', async () => {
    await plan(world, 'r2', {
      ...(await world.plans.read('r1')).request,
      from: '2022-12-01' as never,
      to: '2023-12-30' as never,
    });
    const options = { runId: 'r2', windows: 2, refits: 0 };

    const without = auditRun(world, world.compute, options, () => {});

    await expect(without).rejects.toThrow(InputError);
    await expect(without).rejects.toThrow('has no models to audit');
    await expect(
      auditRun(world, world.compute, { ...options, windows: 0 }, () => {}),
    ).rejects.toThrow('look at "1" closely at least');
  }, 60_000);
});
