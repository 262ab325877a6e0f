import { describe, expect, test } from 'vitest';
import type { TrainRequest } from '../../shared/contracts/plan.ts';
import { isEligible } from '../../shared/contracts/plan.ts';
import { trainPages } from '../../shared/contracts/pages.ts';
import { sliceBars } from '../../shared/domain/market/bars/bars.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { exchange, request, store, testWorld } from '../world.fixture.ts';
import { makePlan } from './make-plan.ts';

/** Twenty-two real names, of which LICI was listed on 2022-05-17. */
const names =
  'ADANIENT ASIANPAINT AXISBANK BAJFINANCE CIPLA COALINDIA HDFCBANK HINDALCO ICICIBANK INFY ITC LICI LT MARUTI NTPC ONGC RELIANCE SBIN SUNPHARMA TCS TITAN WIPRO'.split(
    ' ',
  );
const series = exchange(names);

async function pooledWorld(all = series): Promise<ComputeWorld> {
  const world = await testWorld();
  await store(world, ...all);
  return world;
}

/** Windows of 300 sessions, the first from 2022-01-03. */
const asked = (options: Partial<TrainRequest> = {}): TrainRequest =>
  request({
    recipe: 'pooled',
    windowSessions: 300,
    to: '2023-06-30',
    ...options,
  });
const planned = (world: ComputeWorld, options: Partial<TrainRequest> = {}) =>
  makePlan(world, asked(options), world.now());

describe('makePlan of a pool', () => {
  test('decides windows of the universe, whose members are those with bars', async () => {
    const plan = await planned(await pooledWorld(), { universe: 'nifty100' });

    const [window] = plan.windows.filter(isEligible);
    expect(window).toMatchObject({
      window: 'POOLED.nifty100/1d/2022-01-03..2023-03-17',
      symbol: 'POOLED.nifty100',
      decision: 'train',
      decisionDay: '2023-03-16',
      evaluateTo: '2023-04-20',
    });
    expect(window.members?.map(({ symbol }) => symbol)).toEqual(names);
    // The rest of the universe has no bars here, and is listed.
    expect(window.absent).toMatchObject({ ABB: 'no-bars', VEDL: 'no-bars' });
    const rows = window.members?.map((member) => member.rows) ?? [];
    expect(window.rows).toBe(rows.reduce((a, b) => a + b));
    expect(rows[0]).toBe(300 - 6);
    expect(rows[names.indexOf('LICI')]).toBeLessThan(250);
    expect(new Set(plan.series.map(({ symbol }) => symbol))).toEqual(new Set(names));
  });

  test('decides the same windows and spans on any as-of day', async () => {
    const world = await pooledWorld();
    const days = ['2023-06-30', '2023-11-30', '2024-06-28'] as TrainRequest['from'][];

    const plans = await Promise.all(days.map((asOf) => planned(world, { asOf, to: days[0] })));

    const said = plans.map(({ windows }) =>
      windows.map((one) => [
        one.window,
        one.reason ?? one.decision,
        isEligible(one) ? [one.decisionDay, one.evaluateTo, one.rows, one.members] : [],
        isEligible(one) ? [one.stages.teacher.key, one.stages.student.key] : [],
      ]),
    );
    expect(said[1]).toEqual(said[0]);
    expect(said[2]).toEqual(said[0]);
    expect(said[0].filter(([, decision]) => decision === 'train').length).toBeGreaterThan(2);
  });

  test('leaves out a member whose bars end early, under another name', async () => {
    const short = series.map((bars) =>
      bars.symbol === 'TCS' ? sliceBars(bars, 0, bars.ts.length - 400) : bars,
    );

    const [all, fewer] = await Promise.all(
      [series, short].map(async (bars) => (await planned(await pooledWorld(bars))).windows),
    );

    const [before, after] = [all, fewer].map((windows) => windows.filter(isEligible)[0]);
    expect(after.absent).toEqual({ TCS: 'no-future-bars' });
    expect(after.members).toHaveLength(names.length - 1);
    expect(after.stages.teacher.key).not.toBe(before.stages.teacher.key);
  });

  test.each<[string, number, Partial<TrainRequest>, object]>([
    ['symbols', 19, {}, { symbols: 19, minimumSymbols: 20 }],
    ['sessions', 22, { windowSessions: 200 }, { sessions: 194, minimumSessions: 250 }],
  ])('skips a pool of too few %s', async (_, count, options, detail) => {
    const plan = await planned(await pooledWorld(series.slice(0, count)), options);

    expect(plan.windows[0]).toMatchObject({ reason: 'too-few-samples', detail });
  });
});

describe('makePlan of residual students', () => {
  test('has pooled windows first, on pages of their own, under the names of recipe pooled', async () => {
    const world = await pooledWorld();

    const plan = await planned(world, { recipe: 'residual' });

    const pool = (await planned(world)).windows;
    expect(plan.windows.slice(0, pool.length)).toEqual(pool);
    const [first, second] = trainPages(plan);
    expect(first.every(({ symbol }) => symbol === 'POOLED.all')).toBe(true);
    expect(second.every(({ teacherWindow }) => teacherWindow !== undefined)).toBe(true);
    const [infy] = second.filter(({ symbol }) => symbol === 'INFY');
    expect(infy).toMatchObject({ teacherWindow: first[0].window, rows: 294 - 74 });
    expect(infy.stages.teacher.key).toBe(first[0].stages.teacher.key);
  });

  test('says of each symbol without a pooled teacher why', async () => {
    const world = await pooledWorld(series.slice(0, 19));
    const options = { recipe: 'residual', symbols: ['INFY', 'TCS', 'LICI'] } as const;

    const plan = await planned(world, { ...options, universe: 'nifty100' });

    const reasons = new Map(plan.windows.map((one) => [one.symbol, one.reason]));
    expect(reasons.get('INFY')).toBe('not-due');
    const [infy] = plan.windows.filter(({ symbol }) => symbol === 'INFY');
    expect(infy).toMatchObject({
      reason: 'no-teacher',
      detail: { teacher: plan.windows[0].window, why: 'too-few-samples' },
    });
    const [tcs] = plan.windows.filter(({ symbol }) => symbol === 'TCS');
    expect(tcs).toMatchObject({ reason: 'no-bars' });
  });
});
