import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InputError } from '../../shared/contracts/errors.ts';
import { openDataRoot } from '../../shared/runtime/data-root.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { eligible, exchange, fit, plan, request, store, testWorld } from '../world.fixture.ts';
import { permute } from './importance.fixture.ts';
import { reportImportance } from './report-importance.ts';

const families = ['returns', 'trend', 'oscillators', 'volatility', 'volume'];
let world: ComputeWorld;

beforeAll(async () => {
  world = await testWorld({
    root: await openDataRoot(await mkdtemp(path.join(tmpdir(), 'importance-'))),
  });
  await store(world, ...exchange(['INFY', 'TCS']));
  // A mix is asked for, so that students have targets that are no labels.
  await plan(world, 'r1', request({ studentMix: 0.5 }));
  await fit(world, 'r1');
}, 60_000);

afterAll(async () => {
  await world.close();
  await rm(world.root.path, { recursive: true, force: true });
});

/** Every file of the store with its bytes and when it was written. */
async function storeAsItIs(): Promise<unknown[]> {
  const root = path.join(world.root.path, 'store');
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      return [file, (await stat(file)).mtimeMs, (await readFile(file)).toString('base64')];
    }),
  );
}

describe('permuteFamilies', () => {
  test('fits the very folds of the stored models, and changes nothing of them', async () => {
    const before = await storeAsItIs();
    const { planToken } = await world.plans.read('r1');

    const { found } = await permute(world, { runId: 'r1', repeats: 2 });

    expect(found.drift).toBe(0);
    for (const stage of ['teacher', 'student'] as const) {
      const measured = found.stages[stage];
      expect(measured).toMatchObject({ models: 4 });
      expect(measured?.families.map(({ family }) => family).toSorted()).toEqual(
        families.toSorted(),
      );
      expect(measured?.families.some(({ increase }) => increase !== 0)).toBe(true);
    }
    expect(await storeAsItIs()).toEqual(before);
    expect((await plan(world, 'again', request({ studentMix: 0.5 }))).planToken).toBe(planToken);
  });

  test('says what it will cost before it begins, and how far it is', async () => {
    const { costs, progress, found } = await permute(world, { runId: 'r1', repeats: 3 });

    // 8 models of 3 folds; each block as it is, and 5 families 3 times.
    expect(costs).toEqual([
      { models: 8, fits: 24, predictions: 24 * 16, seconds: expect.any(Number) },
    ]);
    expect(found.cost.seconds).toBeGreaterThan(0);
    expect(progress).toHaveLength(8);
    expect(progress.at(-1)).toEqual([8, 8]);
  });

  test('takes so many models of each stage as it is told, spread over the run', async () => {
    const { found, costs } = await permute(world, { runId: 'r1', repeats: 1, models: 1 });

    expect(costs[0].models).toBe(2);
    expect(found.stages).toMatchObject({ teacher: { models: 1 }, student: { models: 1 } });
  });

  test('is the same again', async () => {
    const asked = { runId: 'r1', repeats: 1, models: 2 };

    const [first, second] = [await permute(world, asked), await permute(world, asked)];

    expect(second.found.stages).toEqual(first.found.stages);
  });
});

describe('reportImportance', () => {
  test('averages what the manifests say, by feature and by family', async () => {
    const { gain, unknown, features } = await reportImportance(world, 'r1');

    expect([features, unknown]).toEqual(['base-1', 0]);
    for (const stage of ['teacher', 'student'] as const) {
      const shares = gain[stage];
      expect(shares).toMatchObject({ models: 4, unsplit: 0 });
      expect(shares?.features).toHaveLength(10);
      const sum = (of: readonly { readonly share: number }[] = []) =>
        of.reduce((all, { share }) => all + share, 0);
      expect(sum(shares?.features)).toBeCloseTo(1, 9);
      expect(sum(shares?.families)).toBeCloseTo(1, 9);
    }
    const [{ stages }] = await eligible(world, 'r1');
    const manifest = await world.store.find('teachers', stages.teacher.key);
    expect(Object.keys(manifest?.facts.importance ?? {})).toHaveLength(10);
  });

  test('counts models that were stored before their importance was', async () => {
    const other = await testWorld();
    await store(other, ...exchange(['INFY']));
    await plan(other, 'old', request({ to: '2022-06-30' }));
    const [{ stages }] = await eligible(other, 'old');
    await other.store.publish('teachers', stages.teacher.key, () => Promise.resolve(), {});

    expect(await reportImportance(other, 'old')).toMatchObject({ gain: {}, unknown: 1 });
  });

  test('refuses a run without models, and one that nobody planned', async () => {
    const other = await testWorld();
    await store(other, ...exchange(['INFY']));
    await plan(other, 'none', request({ to: '2022-06-30' }));

    await expect(reportImportance(other, 'none')).rejects.toThrow('has no models in the store');
    await expect(reportImportance(other, 'r9')).rejects.toThrow(InputError);
  });
});
