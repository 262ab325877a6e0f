import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isEligible, type EligibleWindow } from '../../shared/contracts/plan.ts';
import type { EpochMs } from '../../shared/contracts/time.ts';
import { runFolder } from '../../shared/runtime/data-root.ts';
import { writeWhole } from '../../shared/runtime/files/files.ts';
import { openPlans } from '../../shared/runtime/runs/plans.ts';
import { writeRunRequest } from '../../shared/runtime/runs/run-requests.ts';
import { whilePlanning } from '../../shared/runtime/store/store-lock.ts';
import { makePlan } from '../samples/make-plan.ts';
import { exchange, fit, plan, request, run, store, testWorld } from '../world.fixture.ts';
import { collectGarbage, garbageOf } from './collect-garbage.ts';
import { explainWindow } from './explain-window.ts';
import { eligibleWindow, filesOnly, planOf, record, type Files } from './finished-run.fixture.ts';

// Garbage is what nothing reachable names:
// - whatever runs there are, what a kept one names stays and what none names goes
// - open runs, unhealed failures, champions and the newest runs are kept
// - a plan of a kept run reuses everything afterwards, and its windows are explained
// - segments that a head or a kept run lists stay; young ones, too
// - it waits while somebody plans, and a kill leaves everything whole or not at all

const day = 86_400_000;
const closed = { newest: 1, isOpen: () => Promise.resolve(false) };
const program = fileURLToPath(new URL('garbage-collector.fixture.ts', import.meta.url));

const now = (): EpochMs => Date.now() as EpochMs;
/** As another process sees it: a test has written over plans. */
const withClock = (files: Files) => ({ ...files, plans: openPlans(files.root), now });

/** A run over windows of some symbols whose models and predictions all exist. */
async function finished(
  files: Files,
  runId: string,
  symbols: readonly string[],
  startedAt = 0,
): Promise<EligibleWindow[]> {
  const windows = symbols.map((symbol) => eligibleWindow(symbol));
  await planOf(files, windows, { runId, barless: true });
  for (const [kind, key] of windows.flatMap(namesOf))
    await files.store.publish(kind, key, (to) => writeFile(path.join(to, 'model.txt'), key), {});
  const { request: asked } = await files.plans.read(runId);
  await writeRunRequest(files.root, {
    schema: 1,
    runId,
    startedAt: startedAt as EpochMs,
    request: asked,
  });
  await writeWhole(path.join(runFolder(files.root, runId), 'report.json'), '{}');
  return windows;
}

function namesOf({ stages: { teacher, student } }: EligibleWindow) {
  return [
    ['teachers', teacher.key],
    ['students', student.key],
    ['predictions', teacher.predictionsKey],
    ['predictions', student.predictionsKey],
  ] as const;
}

async function stored(files: Files, windows: readonly EligibleWindow[]): Promise<boolean[]> {
  const names = windows.flatMap(namesOf);
  return await Promise.all(
    names.map(async ([kind, key]) => (await files.store.find(kind, key)) !== undefined),
  );
}

const symbol = fc.constantFrom('INFY', 'TCS', 'ITC', 'SBIN', 'LT', 'WIPRO');

describe('collectGarbage', () => {
  test('leaves what a kept run names and removes what none does, whatever runs there are', async () => {
    const runs = fc.array(
      fc.record({
        symbols: fc.uniqueArray(symbol, { minLength: 1, maxLength: 4 }),
        fate: fc.constantFrom('closed', 'open', 'failed', 'champion'),
      }),
      { minLength: 1, maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(runs, fc.integer({ min: 1, max: 3 }), async (all, newest) => {
        const files = await filesOnly();
        const open = new Set<string>();
        const reachable = new Set<string>();
        const everything: EligibleWindow[] = [];
        for (const [index, { symbols, fate }] of all.entries()) {
          const runId = `r${index}`;
          const windows = await finished(files, runId, symbols, index);
          everything.push(...windows);
          // What failed has no student: a failed run is kept only while it has none.
          if (fate === 'failed') await failedToo(files, runId, eligibleWindow('TORN'));
          if (fate === 'open') open.add(runId);
          if (fate === 'champion') await champion(files, runId);
          if (fate === 'open') await reopened(files, runId);
          if (fate !== 'closed' || index >= all.length - newest)
            for (const [, key] of windows.flatMap(namesOf)) reachable.add(key);
        }

        const isOpen = (runId: string) => Promise.resolve(open.has(runId));
        await collectGarbage(withClock(files), { newest, isOpen });

        const expected = everything.flatMap(namesOf).map(([, key]) => reachable.has(key));
        expect(await stored(files, everything)).toEqual(expected);
        expect(files.warnings).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  test('counts a run without a report as open where no server says otherwise', async () => {
    const files = await filesOnly();
    const windows = await finished(files, 'r1', ['TCS']);
    await reopened(files, 'r1');
    await finished(files, 'r2', ['INFY'], 1);
    const nobodyKnows = { newest: 1, isOpen: () => Promise.resolve(undefined) };

    const { kept } = await collectGarbage(withClock(files), nobodyKnows);

    expect(kept).toEqual([
      { runId: 'r2', why: 'newest' },
      { runId: 'r1', why: 'open' },
    ]);
    expect(await stored(files, windows)).not.toContain(false);
  });

  test('keeps what reachable artifacts are made of, and what a scored file of a run names', async () => {
    const files = await filesOnly();
    await finished(files, 'r1', ['TCS']);
    const [grand, parent] = ['a', 'b'].map((digit) => digit.repeat(64));
    await files.store.publish('context', grand, (to) => writeFile(path.join(to, 'x'), '1'), {});
    await files.store.publish('teachers', parent, (to) => writeFile(path.join(to, 'x'), '1'), {
      made: { of: grand },
    });
    await writeWhole(path.join(runFolder(files.root, 'r1'), 'scores.json'), `{"by":"${parent}"}`);

    const { garbage } = await collectGarbage(withClock(files), closed);

    expect(garbage).toEqual([]);
  });

  test('removes what was set aside, and what was being written a day ago', async () => {
    const files = await filesOnly();
    const [aside, old, young] = ['state/set-aside/x', 'tmp/old', 'tmp/young'].map((place) =>
      path.join(files.root.path, place),
    );
    for (const folder of [aside, old, young]) {
      await mkdir(folder, { recursive: true });
      await writeFile(path.join(folder, 'file'), 'x');
    }
    const before = (Date.now() - day - 1000) / 1000;
    for (const place of [path.join(old, 'file'), old]) await utimes(place, before, before);

    const { garbage } = await collectGarbage(withClock(files), closed);

    expect(garbage.map(({ kind, bytes }) => [kind, bytes])).toEqual([
      ['set-aside', 1],
      ['tmp', 1],
    ]);
    expect(await readdir(path.join(files.root.path, 'tmp'))).toEqual(['young']);
  });

  test('waits until a plan that is being made stands, and then keeps what it names', async () => {
    const files = await filesOnly();
    const windows = await finished(files, 'r1', ['TCS']);
    await finished(files, 'r2', ['INFY'], 1);
    const { promise: planned, resolve: finish } = Promise.withResolvers<void>();
    const planning = whilePlanning(files.root, () => planned);

    const collecting = collectGarbage(withClock(files), closed);
    await planOf(files, windows, { runId: 'r3', barless: true });
    finish();
    await Promise.all([planning, collecting]);

    expect(await stored(files, windows)).not.toContain(false);
  });

  test('killed at any moment leaves every artifact whole or gone, and the rest to the next', async () => {
    const files = await filesOnly();
    const others: EligibleWindow[] = [];
    for (let index = 0; index < 60; index++)
      others.push(...(await finished(files, `r${index}`, [`SYM${index}`], index)));
    const kept = await finished(files, 'newest', ['TCS'], 99);
    for (const afterMs of [0, 2, 5, 9, 14]) {
      const collector = spawn(process.execPath, [program, files.root.path], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(collector, 'close');
      await once(collector.stdout, 'data');
      setTimeout(() => collector.kill('SIGKILL'), afterMs);
      await ended;

      await stored(files, others);
      expect(await stored(files, kept)).not.toContain(false);
      expect(files.warnings).toEqual([]);
    }

    await collectGarbage(withClock(files), closed);

    expect(await stored(files, others)).not.toContain(true);
    expect(await readdir(path.join(files.root.path, 'tmp'))).toEqual([]);
  });
});

describe('after a collection', () => {
  test('a plan of a kept run reuses everything, and its windows are explained', async () => {
    const world = await testWorld();
    await store(world, ...exchange(['INFY', 'TCS']));
    await plan(world, 'r1', request({ horizon: 4 }));
    await fit(world, 'r1');
    await closeRun('r1');
    await plan(world, 'r2');
    await fit(world, 'r2');
    await closeRun('r2');

    const { garbage } = await collectGarbage(world, closed);

    const again = await makePlan(world, request(), world.now());
    expect(garbage.filter(({ kind }) => kind === 'teachers')).toHaveLength(4);
    expect(again.windows.map(({ decision }) => decision)).toEqual(Array(4).fill('reuse'));
    for (const window of again.windows.filter(isEligible)) {
      expect(Object.values(window.stages).every(({ predicted }) => predicted)).toBe(true);
      const { stages } = await explainWindow(world, { runId: 'r2', window: window.window });
      expect(stages).toMatchObject({ teacher: { model: {} }, student: { model: {} } });
    }

    async function closeRun(runId: string): Promise<void> {
      const ended = { runId, root: world.root.id, cancelled: false, seconds: 1 };
      await run(world, 'reportRun', ended);
    }
  });

  test('segments stay that a head or a kept run lists, and young ones', async () => {
    const world = await testWorld();
    const series = { symbol: 'TCS', interval: '1d', source: 'csv', adjustment: 'raw' } as const;
    const folder = path.join(world.root.path, 'bars/1d/TCS/csv-raw');
    await store(world, ...exchange(['TCS'], '2023-01-01'));
    await plan(world, 'r1');
    for (const to of ['2023-06-01', '2024-01-01', '2024-06-01']) {
      await store(world, ...exchange(['TCS'], to));
      await world.bars.compact(series);
    }
    const segments = async () =>
      (await readdir(folder)).filter((name) => name.endsWith('.parquet')).toSorted();
    const all = await segments();
    const future = { ...world, now: () => (Date.now() + 2 * day) as EpochMs };

    const young = await garbageOf({ ...world, now }, closed);
    const old = await collectGarbage(future, closed);
    const left = await segments();

    expect(young.garbage).toEqual([]);
    expect(old.garbage.every(({ kind }) => kind === 'bars')).toBe(true);
    expect(left.length).toBe(all.length - old.garbage.length);
    expect(old.garbage.length).toBeGreaterThan(0);
    const { series: pins } = await world.plans.read('r1');
    expect(left).toEqual(expect.arrayContaining([...pins[0].segments]));
    world.bars.close();
    expect((await world.bars.read(pins[0])).ts.length).toBeGreaterThan(500);
    expect((await world.bars.series('TCS', '1d'))?.last).toBe('2024-05-31');
    const history = await world.bars.history({ symbol: 'TCS', interval: '1d', series: 'csv-raw' });
    expect(history.standing.bars.ts.length).toBeGreaterThan(800);
  });
});

/** A window of a run that failed, beside those that are done. */
async function failedToo(files: Files, runId: string, window: EligibleWindow): Promise<void> {
  const plan = await files.plans.read(runId);
  await writeWhole(
    path.join(runFolder(files.root, runId), 'plan.json'),
    JSON.stringify({ ...plan, windows: [...plan.windows, window] }),
  );
  const failure = {
    stage: 'teacher',
    class: 'DataError',
    message: 'torn',
    dispatches: [],
  } as const;
  await record(files, { runId, failed: [{ window: window.window, ...failure }] });
}

async function champion({ root }: Files, runId: string): Promise<void> {
  const file = path.join(root.path, 'registry', `${runId}.json`);
  await writeWhole(file, JSON.stringify({ champion: { run: runId } }));
}

async function reopened({ root }: Files, runId: string): Promise<void> {
  const report = path.join(runFolder(root, runId), 'report.json');
  await rm(report);
}
