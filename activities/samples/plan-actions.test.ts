import { describe, expect, test } from 'vitest';
import type { Plan } from '../../shared/contracts/plan.ts';
import { isEligible } from '../../shared/contracts/plan.ts';
import { action, rawBars } from '../../shared/domain/market/actions/actions.fixture.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { windowInput } from '../training/window-bars.ts';
import {
  eligible,
  exchange,
  fit,
  plan as planRun,
  request,
  store,
  testWorld,
} from '../world.fixture.ts';
import { makePlan } from './make-plan.ts';

/** A name without actions in the carried table, and its bars as printed across a split of our own. */
const [tcs] = exchange(['TCS']);
const split = action({ symbol: 'TCS', exDate: '2022-09-01' });
const printed = rawBars(tcs, split);

async function worldWith(...all: Parameters<typeof store>[1][]): Promise<ComputeWorld> {
  const world = await testWorld();
  await store(world, ...all);
  return world;
}
const planned = (world: ComputeWorld): Promise<Plan> => makePlan(world, request(), world.now());
const decisionsOf = ({ windows }: Plan): string[] =>
  windows.map(({ reason, decision }) => reason ?? decision);

describe('makePlan of raw bars across a split', () => {
  test('trains over none that nobody confirmed, and says what it saw', async () => {
    const plan = await planned(await worldWith(printed));

    // The first window has learnt before it; its span of 122 sessions ends early, at the gap.
    expect(decisionsOf(plan)).toEqual(['train', 'unconfirmed-action']);
    expect(plan.windows[0]).toMatchObject({
      readTo: '2022-09-01',
      judged: { TCS: 122 },
      unread: { TCS: 79 },
    });
    expect(plan.windows[1].detail).toMatchObject({
      exDate: '2022-09-01',
      market: 1,
      nearestRatio: 0.2,
    });
    expect(plan.windows[1].detail?.gap).toBeCloseTo(0.2, 2);
    expect(plan.actions).toEqual([]);
  });

  test('trains once it is confirmed, and pins it', async () => {
    const world = await worldWith(printed);
    await world.actions.record({ actions: [split] });

    const plan = await planned(world);

    expect(decisionsOf(plan)).toEqual(['train', 'train']);
    expect(plan.actions).toEqual([
      {
        symbol: 'TCS',
        exDate: '2022-09-01',
        kind: 'split',
        priceFactor: 0.2,
        volumeFactor: 5,
        cash: 0,
      },
    ]);
  });

  test('reads what was traded: the bars of a share that was never split', async () => {
    const world = await worldWith(printed);
    await world.actions.record({ actions: [split] });
    await planRun(world, 'r1');
    const [, window] = await eligible(world, 'r1');
    const plan = await world.plans.read('r1');

    const input = await windowInput(world, plan, window);

    if ('members' in input) throw new Error('the window holds one symbol');
    const { bars } = input;

    const start = tcs.ts.indexOf(bars.ts[0]);
    bars.close.forEach((close, i) => expect(close).toBeCloseTo(tcs.close[start + i], 8));
    bars.volume.forEach((volume, i) => expect(volume).toBeCloseTo(tcs.volume[start + i], 3));
  });

  test('keeps the names of models that end before it, and they are reused', async () => {
    const world = await worldWith(printed);
    const moved = { symbol: 'TCS', day: split.exDate, source: 'test', knownAt: split.knownAt };
    await world.actions.record({ moves: [moved] });
    await planRun(world, 'r1');
    await fit(world, 'r1');
    const [before] = (await planned(world)).windows.filter(isEligible);
    await world.actions.record({ actions: [split] });

    const [after, second] = (await planned(world)).windows.filter(isEligible);

    expect(after.stages.teacher).toMatchObject({ key: before.stages.teacher.key, trained: true });
    expect(after.stages.student).toMatchObject({ key: before.stages.student.key, trained: true });
    // Its predictions read bars across the split.
    expect(after.stages.teacher).toMatchObject({ predicted: false });
    expect(second.stages.teacher.trained).toBe(false);
  });

  test('does not stumble over a split of later', async () => {
    const later = action({ symbol: 'TCS', exDate: '2023-09-01' });
    const untouched = await planned(await worldWith(tcs));

    const plan = await planned(await worldWith(rawBars(tcs, later)));

    expect(plan.windows).toEqual(untouched.windows);
    expect(plan.planToken).toBe(untouched.planToken);
  });
});

describe('makePlan of bars beside the table', () => {
  test('asks about no gap that the whole market shares', async () => {
    const names = exchange(['TCS', 'A1', 'A2', 'A3', 'A4', 'A5']);
    const crash = (symbol: string) =>
      action({ symbol, exDate: '2022-09-01', priceFactor: 0.84, volumeFactor: 1 });
    const world = await worldWith(...names.map((bars) => rawBars(bars, crash(bars.symbol))));
    const alone = await worldWith(rawBars(tcs, crash('TCS')));

    const asked = request({ symbols: ['TCS'] });
    expect(decisionsOf(await makePlan(world, asked, world.now()))).toEqual(['train', 'train']);
    expect(decisionsOf(await makePlan(alone, asked, alone.now()))).toEqual([
      'train',
      'unconfirmed-action',
    ]);
  });

  test('waits for an action of the table that nobody confirmed, though no bar shows it', async () => {
    const world = await worldWith(tcs);
    await world.actions.record({ actions: [{ ...split, confirmed: false }] });

    const plan = await planned(world);

    const [before, over] = plan.windows;
    expect(before).toMatchObject({ decision: 'train', readTo: '2022-09-01' });
    expect(over.detail).toEqual({ exDate: '2022-09-01', priceFactor: 0.2 });
  });

  test('leaves bars as they are that do not show a confirmed action', async () => {
    const untouched = await planned(await worldWith(tcs));
    const world = await worldWith(tcs);
    await world.actions.record({ actions: [split] });

    expect((await planned(world)).windows).toEqual(untouched.windows);
  });
});
