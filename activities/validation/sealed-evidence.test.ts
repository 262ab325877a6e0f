import { describe, expect, test } from 'vitest';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { dayOf } from '../../shared/domain/market/calendar/exchange-time.ts';
import { pickedBars } from '../../shared/domain/market/bars/merged-bars.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
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
import { openHoldout, sealHoldout } from './holdouts.ts';
import { reportEvidence } from './report-evidence.ts';
import { scoredRun } from './scored-run.ts';

const [infy, itc, tcs] = exchange(['INFY', 'ITC', 'TCS']);
const bootstrap = { meanBlock: 10, draws: 50, confidence: 0.95, seed: 1 };
const word = { who: 'asha', why: 'test' };

async function planned(): Promise<ComputeWorld> {
  const world = await testWorld();
  const holes = [...itc.ts.keys()].filter(
    (bar) => dayOf(itc.ts[bar]) < '2022-11-01' || bar % 6 > 0,
  );
  await store(world, infy, pickedBars(itc, holes), tcs);
  await plan(world, 'r1', request({ asOf: '2023-03-31' }));
  return world;
}
const evidenceOf = (world: ComputeWorld) => reportEvidence(world, { runId: 'r1', bootstrap });

describe('reportEvidence of spans', () => {
  test('accounts for every row of every span: scored, or without a model and why', async () => {
    const world = await planned();
    const windows = await eligible(world, 'r1');
    // ITC's second window has too few bars. TCS's second student fails, and is not there.
    expect(windows.map(({ window }) => window)).toEqual([
      'INFY/1d/2022-01-01..2022-06-30',
      'INFY/1d/2022-06-30..2022-12-27',
      'ITC/1d/2022-01-01..2022-06-30',
      'TCS/1d/2022-01-01..2022-06-30',
      'TCS/1d/2022-06-30..2022-12-27',
    ]);
    for (const window of windows) await fitWindow(world, window);
    for (const window of windows.slice(0, 4)) await distilWindow(world, window);

    const { spans, unscored, unknown, sets } = await evidenceOf(world);

    const first = 122;
    const second = 67;
    const itcRows = spans.symbols['ITC'].rows;
    expect(spans).toMatchObject({
      rows: 2 * (first + second) + itcRows,
      scored: 3 * first + second - (first - spans.symbols['ITC'].scored),
      staleWindows: 2,
      reasons: { 'no-predictions': second, 'low-coverage': itcRows - spans.symbols['ITC'].scored },
    });
    expect(spans.scored + spans.noModel).toBe(spans.rows);
    for (const { rows, scored, noModel } of Object.values(spans.symbols))
      expect(scored + noModel).toBe(rows);
    // What the teacher alone has scored is in no figure either.
    const judged = sets.reduce((sum, set) => sum + set.rows, 0);
    expect(judged + unscored + unknown).toBe(spans.scored + second);
  });
});

describe('reportEvidence of a sealed configuration', () => {
  test('judges no row of a sealed session, and none whose label ends in one', async () => {
    const world = await planned();
    await fit(world);
    const before = await evidenceOf(world);
    await sealHoldout(world, {
      ...word,
      name: 'spring',
      runId: 'r1',
      freeze: '2022-11-30' as TradingDay,
    });

    const sealed = await evidenceOf(world);
    const { table } = await scoredRun(world, 'r1');

    const days = [...table.rows.ts].map((ts) => dayOf(ts)).toSorted();
    const sessions = world.calendar.sessions(
      '2022-11-01' as TradingDay,
      '2022-12-01' as TradingDay,
    );
    // Bought on the session after, sold five later: on 2022-11-30.
    expect(days.at(-1)).toBe(sessions.at(-7));
    expect(sealed.sealed).toMatchObject({ name: 'spring', freeze: '2022-11-30' });
    expect(sealed.sealed?.rows).toBe(before.spans.scored - sealed.spans.scored);
    expect(sealed.holdouts.map(({ name }) => name)).toEqual(['spring']);
    expect(before.holdouts).toEqual([]);
    // How many rows have no model is no secret.
    expect(sealed.spans.noModel).toBe(before.spans.noModel);

    const alone = { runId: 'r1', bootstrap, holdout: 'spring' };
    await expect(reportEvidence(world, alone)).rejects.toThrow(
      'holdout "spring" is sealed; "holdout open',
    );
    await openHoldout(world, { ...word, name: 'spring' });

    const late = await reportEvidence(world, alone);

    // The other sessions' rows are those whose labels had not ended by the freeze date as well.
    const all = before.sets.reduce((sum, { rows }) => sum + rows, 0);
    const early = sealed.sets.reduce((sum, { rows }) => sum + rows, 0);
    const held = late.sets.reduce((sum, { rows }) => sum + rows, 0);
    expect(late.holdout).toBe('spring');
    expect(held).toBeGreaterThan(0);
    expect(held).toBe(all - early - (sealed.sealed?.labels ?? 0));
    await expect(reportEvidence(world, { ...alone, holdout: 'autumn' })).rejects.toThrow(
      'no holdout "autumn" is of this run',
    );
    const { holdouts, ...opened } = await evidenceOf(world);

    expect(holdouts[0].opened).toMatchObject(word);
    expect({ ...opened, holdouts: [] }).toEqual(before);
  });
});
