import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Bars } from '../../shared/domain/market/bars/bars.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { eligible, exchange, fit, plan, request, run, store, testWorld } from '../world.fixture.ts';

const [infy, lici, tcs] = exchange(['INFY', 'LICI', 'TCS']);
const [shortInfy] = exchange(['INFY'], '2023-02-01');

async function worldWith(...all: readonly Bars[]): Promise<ComputeWorld> {
  const world = await testWorld();
  await store(world, ...all);
  return world;
}

describe('planRun', () => {
  test('writes the plan and tells counts, pages and engines', async () => {
    const world = await worldWith(infy, lici);

    const summary = await plan(world, 'r1');

    const written = await world.plans.read('r1');
    expect(summary).toEqual({
      runId: 'r1',
      root: world.root.id,
      planToken: written.planToken,
      asOf: '2024-06-28',
      counts: {
        windows: 4,
        train: 3,
        reuse: 0,
        skip: { 'partial-listing': 1 },
        stages: { teacher: { train: 3, reuse: 0 }, student: { train: 3, reuse: 0 } },
      },
      cost: (await eligible(world, 'r1')).reduce((sum, { cost }) => sum + cost, 0),
      trainPages: 1,
      pooledWindows: 0,
      extendPages: 0,
      engines: ['cpu'],
    });
    expect(summary.cost).toBeGreaterThan(0);
    expect(written).toMatchObject({ madeFor: 'r1', request: request() });
    expect(Buffer.byteLength(JSON.stringify(summary))).toBeLessThan(4096);
  });

  test('lets the first plan of a run stand, however often it is tried', async () => {
    const world = await worldWith(shortInfy);
    const first = await plan(world, 'r1');
    await store(world, infy, tcs);

    const again = await plan(world, 'r1');

    expect(again).toEqual(first);
    expect((await plan(world, 'r2')).planToken).not.toBe(first.planToken);
  });

  test('refuses a name that another run has taken', async () => {
    const world = await worldWith(infy);
    await plan(world, 'r1');
    const input = { runId: 'r1', request: request(), madeFor: 'another', startedAt: world.now() };

    const refused = run(world, 'planRun', input);

    await expect(refused).rejects.toMatchObject({ type: 'InputError', nonRetryable: true });
    await expect(refused).rejects.toThrow('a run "r1" was already made');
  });

  test.each([
    ['of another data root', { root: '0badcafe' }, 'the work belongs to data root "0badcafe"'],
    ['with unknown keys', { lanes: 4 }, '"lanes" is not part of a request'],
    ['with several faults', { horizon: 0, from: 'May' }, '"from" must be a day'],
    ['for nothing known', { symbols: ['NOSUCH'] }, '"NOSUCH" is neither'],
    ['with the token of another plan', { planToken: 'a'.repeat(64) }, 'the inputs changed'],
  ])('refuses a request %s, and writes nothing', async (_, options, message) => {
    const world = await worldWith(infy);

    const refused = plan(world, 'r1', request(options));

    await expect(refused).rejects.toMatchObject({ type: 'InputError', nonRetryable: true });
    await expect(refused).rejects.toThrow(message);
    expect(await readdir(world.root.path)).not.toContain('runs');
  });

  test.each(['', '../r1', 'a/b', 'a'.repeat(101)])('refuses %j as a name', async (runId) => {
    const world = await worldWith(infy);
    const input = { runId, request: request(), madeFor: 'first', startedAt: world.now() };

    await expect(run(world, 'planRun', input)).rejects.toThrow('cannot name a run');
    expect(await readdir(world.root.path)).not.toContain('runs');
  });

  test('plans to predict the sessions that reused windows lack', async () => {
    const world = await worldWith(shortInfy);
    await plan(world, 'r1');
    await fit(world, 'r1');
    const before = await plan(world, 'again');
    await store(world, infy);

    const summary = await plan(world, 'r2');

    expect(before).toMatchObject({ counts: { reuse: 2 }, trainPages: 0, extendPages: 0 });
    expect(summary).toMatchObject({
      counts: { train: 0, reuse: 2 },
      trainPages: 0,
      extendPages: 1,
    });
    const predicted = (await eligible(world, 'r2')).map(({ stages }) => [
      stages.teacher.predicted,
      stages.student.predicted,
    ]);
    expect(predicted).toEqual([
      [true, true],
      [false, false],
    ]);
  });

  test('plans damaged teachers to be trained again', async () => {
    const world = await worldWith(infy);
    await plan(world, 'r1');
    await fit(world, 'r1');
    const [{ stages }] = await eligible(world, 'r1');
    await rm(path.join(world.store.folder('teachers', stages.teacher.key), 'model.txt'));

    const summary = await plan(world, 'r2');

    expect(summary).toMatchObject({ counts: { train: 1, reuse: 1 }, trainPages: 1 });
  });

  test('is a DataError where bars are damaged', async () => {
    const world = await worldWith(infy);
    const pin = await world.bars.series('INFY', '1d');
    const file = path.join('bars', '1d', 'INFY', 'csv-raw', pin?.segments[0] ?? '');
    await writeFile(path.join(world.root.path, file), 'PAR1');

    const refused = plan(world, 'r1');

    await expect(refused).rejects.toMatchObject({ type: 'DataError', nonRetryable: true });
  });
});
