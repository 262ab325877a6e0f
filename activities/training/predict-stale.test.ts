import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { isEligible, type EligibleWindow } from '../../shared/contracts/plan.ts';
import { action, rawBars } from '../../shared/domain/market/actions/actions.fixture.ts';
import type { Bars } from '../../shared/domain/market/bars/bars.ts';
import { dayOf } from '../../shared/domain/market/calendar/exchange-time.ts';
import { pickedBars } from '../../shared/domain/market/bars/merged-bars.ts';
import { readParquet } from '../../shared/runtime/files/duckdb.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { exportPredictions } from '../validation/export-predictions.ts';
import { reportEvidence } from '../validation/report-evidence.ts';
import {
  distilWindow,
  eligible,
  exchange,
  fit,
  fitWindow,
  plan,
  request,
  store,
  testWorld,
} from '../world.fixture.ts';
import { predictStale } from './predict-stale.ts';

const [infy, tcs] = exchange(['INFY', 'TCS']);
/** The windows of 2022: decided on 2022-06-29 and on 2022-12-26. */
const asked = request({ asOf: '2023-03-31' });

/** Bars without one session of six in the second window, which has too few then. */
function holed(bars: Bars): Bars {
  const isKept = (ts: number, bar: number): boolean =>
    dayOf(ts) < '2022-06-30' || dayOf(ts) > '2022-12-20' || bar % 6 > 0;
  return pickedBars(
    bars,
    [...bars.ts.keys()].filter((bar) => isKept(bars.ts[bar], bar)),
  );
}

async function trained(...bars: readonly Bars[]): Promise<ComputeWorld> {
  const world = await testWorld();
  await store(world, ...bars);
  await plan(world, 'r1', asked);
  await fit(world);
  return world;
}

async function only(world: ComputeWorld): Promise<EligibleWindow> {
  const [window] = await eligible(world, 'r1');
  return window;
}

describe('predictStale', () => {
  test('has the model before serve a skipped span, as it would had the span been its own', async () => {
    const world = await trained({ ...holed(infy), symbol: 'INFY' });
    const { windows } = await world.plans.read('r1');
    expect(windows.map(({ reason, decision }) => reason ?? decision)).toEqual([
      'train',
      'low-coverage',
    ]);

    const [stale] = await predictStale(world, 'r1');

    const rows = await readParquet(stale.files.student ?? '');
    expect(stale.window).toBe((await only(world)).window);
    expect(dayOf(rows.ts[0])).toBe('2022-12-26');
    expect(dayOf(rows.ts[rows.ts.length - 1])).toBe('2023-03-31');
    expect(rows.ts.length).toBe(windows[1].judged?.['INFY']);
    expect([...rows.student].every((value) => value > 0 && value < 1)).toBe(true);
    // A grid of twice the step judges the same model over both spans.
    await plan(world, 'r2', { ...asked, stepDays: 360 });
    await fit(world, 'r2');
    const [wide] = await eligible(world, 'r2');
    const folder = world.store.folder('predictions', wide.stages.student.predictionsKey);
    const both = await readParquet(path.join(folder, 'predictions.parquet'));
    const own = [...both.ts.keys()].filter((row) => both.ts[row] >= rows.ts[0]);
    for (const name of ['ts', 'label', 'forwardReturn', 'student'] as const)
      expect([...rows[name]]).toEqual(own.map((row) => both[name][row]));
  });

  test('serves the span of a window that failed, and finds it stored the next time', async () => {
    const world = await testWorld();
    await store(world, infy);
    await plan(world, 'r1', asked);
    const [first] = await eligible(world, 'r1');
    await fitWindow(world, first);
    await distilWindow(world, first);

    const [stale] = await predictStale(world, 'r1');
    const again = await predictStale(world, 'r1');

    expect(again).toEqual([stale]);
    expect(stale.files.student).toContain(`${path.sep}stale${path.sep}`);
    expect((await readParquet(stale.files.student ?? '')).ts.length).toBe(67);
  });

  test('serves one step and no more, and nothing where the window before has no model', async () => {
    const world = await testWorld();
    await store(world, infy);
    await plan(world, 'r1', request({ to: '2023-06-30', asOf: '2023-10-31' }));
    const windows = await eligible(world, 'r1');
    expect(windows).toHaveLength(3);
    expect(await predictStale(world, 'r1')).toEqual([]);
    await fitWindow(world, windows[0]);
    await distilWindow(world, windows[0]);

    const found = await predictStale(world, 'r1');

    expect(found.map(({ window }) => window)).toEqual([windows[0].window]);
    const { ts } = await readParquet(found[0].files.student ?? '');
    expect(dayOf(ts[0])).toBe(windows[1].decisionDay);
    expect(dayOf(ts[ts.length - 1]) < windows[2].decisionDay).toBe(true);
  });

  test('reads no bar behind a gap that nobody confirmed, and adjusts one that somebody did', async () => {
    const split = action({ symbol: 'TCS', exDate: '2023-02-01' });
    const world = await trained({ ...holed(rawBars(tcs, split)), symbol: 'TCS' });
    const daysOf = async (): Promise<string[]> => {
      const [{ files }] = await predictStale(world, 'r1');
      return [...(await readParquet(files.student ?? '')).ts].map((ts) => dayOf(ts));
    };

    const before = await daysOf();
    await world.actions.record({ actions: [split] });
    const after = await daysOf();

    expect(before.at(-1)).toBe('2023-01-31');
    expect(after.at(-1)).toBe('2023-03-31');
    expect(after.slice(0, before.length)).toEqual(before);
  });

  test('is exported apart, by one name a column, and is no evidence', async () => {
    const world = await trained({ ...holed(infy), symbol: 'INFY' }, tcs);
    const file = path.join(world.root.path, 'stale.csv');
    const scored = await exportPredictions(world, { runId: 'r1', file });
    const before = await reportEvidence(world, { runId: 'r1' });

    const stale = await predictStale(world, 'r1');
    const told = await exportPredictions(world, { runId: 'r1', file, stale });

    const [headings, ...lines] = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(headings).toBe('symbol,ts,window,label,forwardReturn,teacher,student');
    expect(told).toMatchObject({ kind: 'stale', rows: 67, windows: 1, symbols: 1, incomplete: 0 });
    expect(lines.every((line) => line.split(',')[5] === '')).toBe(true);
    expect(scored.kind).toBe('scored');
    expect(scored.rows).toBe(scored.spans.rows - scored.spans.noModel);
    // All sessions of the second window of INFY, whose bars are whole from 2022-12-21 on.
    expect(scored.spans).toMatchObject({ noModel: 67, reasons: { 'low-coverage': 67 } });
    expect(await reportEvidence(world, { runId: 'r1' })).toEqual(before);
  });

  test('has nothing to say of a run whose spans all have a model', async () => {
    const world = await trained(tcs);
    const stale = await predictStale(world, 'r1');

    const refused = exportPredictions(world, { runId: 'r1', file: '/tmp/none.csv', stale });

    await expect(refused).rejects.toThrow('run "r1" has nothing stale');
    expect((await world.plans.read('r1')).windows.every(isEligible)).toBe(true);
  });
});
