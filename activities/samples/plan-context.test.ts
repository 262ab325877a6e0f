import { rm } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { Plan, TrainRequest } from '../../shared/contracts/plan.ts';
import { isEligible } from '../../shared/contracts/plan.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import type { Bars } from '../../shared/domain/market/bars/bars.ts';
import { dayStart } from '../../shared/domain/market/calendar/exchange-time.ts';
import { readContext } from '../../shared/runtime/store/context-store.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import {
  artifacts,
  eligible,
  exchange,
  fitWindow,
  plan as planRun,
  request,
  store,
  testWorld,
} from '../world.fixture.ts';
import { makePlan } from './make-plan.ts';

const names = ['ADANIENT', 'INFY', 'TCS', 'WIPRO'];
const series = exchange(names);

async function worldWith(all: readonly Bars[] = series): Promise<ComputeWorld> {
  const world = await testWorld();
  await store(world, ...all);
  return world;
}

/** The windows of the first half of 2022; they read bars from 2020-10-19 to 2023-01-03. */
const asked = (options: Partial<TrainRequest> = {}): TrainRequest =>
  request({ to: '2022-06-29', features: 'wide-1', universe: 'nifty100', ...options });
const planned = (world: ComputeWorld, options: Partial<TrainRequest> = {}): Promise<Plan> =>
  makePlan(world, asked(options), world.now());

/** The series with one close of TCS moved. */
function movedAt(day: string): Bars[] {
  const tcs = series[2];
  const at = tcs.ts.indexOf(dayStart(day as TradingDay));
  const close = tcs.close.with(at, (tcs.high[at] + tcs.low[at]) / 2);
  return series.with(2, { ...tcs, close });
}

const infyOf = ({ windows }: Plan) =>
  windows.filter(isEligible).find(({ symbol }) => symbol === 'INFY')?.stages;

describe('the market context of a plan', () => {
  test('is none where no feature reads it', async () => {
    const plan = await planned(await worldWith(), { features: 'base-1' });

    expect(plan.context).toBeUndefined();
  });

  test('is the universe’s, whatever symbols are trained', async () => {
    const world = await worldWith();

    const [all, one] = [await planned(world), await planned(world, { symbols: ['INFY'] })];

    expect(one.context).toEqual(all.context);
    expect(infyOf(one)).toEqual(infyOf(all));
    expect(all.context?.universe).toBe('nifty100');
    // One artifact a year, 2020 to 2024.
    expect(all.context?.keys).toHaveLength(5);
  });

  test.each([
    ['before what a window reads', '2020-10-05', [false, false]],
    ['in it', '2022-06-29', [true, true]],
    ['after its decision day', '2022-07-01', [false, true]],
    ['after its last label', '2023-06-01', [false, false]],
  ])('changes names with a bar of another member %s', async (_, day, expected) => {
    const before = infyOf(await planned(await worldWith()));

    const after = infyOf(await planned(await worldWith(movedAt(day))));

    const { teacher } = before ?? {};
    expect([
      after?.teacher.key !== teacher?.key,
      after?.teacher.predictionsKey !== teacher?.predictionsKey,
    ]).toEqual(expected);
  });

  test('keeps the years that nothing new happened in', async () => {
    const world = await worldWith();
    const days = ['2024-06-27', '2024-06-28'] as TradingDay[];

    const [yesterday, today] = await Promise.all(days.map((asOf) => planned(world, { asOf })));

    const shared = today.context?.keys.filter((key) => yesterday.context?.keys.includes(key));
    expect(shared).toEqual(today.context?.keys.slice(0, -1));
  });

  test('is stored by the run, read back as it was, and reaches the model', async () => {
    const world = await worldWith();
    expect(await artifacts(world)).toEqual([]);
    await planRun(world, 'r1', asked({ symbols: ['INFY'] }));
    const { context } = await world.plans.read('r1');
    const [window] = await eligible(world, 'r1');

    await fitWindow(world, window);

    const read = await readContext(world.store, context?.keys ?? []);
    expect([...read.momentum.keys()].toSorted()).toEqual(names);
    expect(read.ts).toEqual(series[0].ts);
    const year = await world.store.find('context', context?.keys[1] ?? '');
    expect(year?.facts).toMatchObject({ year: '2021', universe: 'nifty100', members: names });
    expect(year?.facts.absent).toContain('RELIANCE');
    const model = await world.store.find('teachers', window.stages.teacher.key);
    expect(model?.facts).toMatchObject({ context });
    expect(model?.facts.features).toContain('momentumRank');
  });

  test('that is gone is an error that says what to do', async () => {
    const world = await worldWith();
    await planRun(world, 'r1', asked({ symbols: ['INFY'] }));
    const { context } = await world.plans.read('r1');
    await rm(world.store.folder('context', context?.keys[0] ?? ''), { recursive: true });
    const [window] = await eligible(world, 'r1');

    await expect(fitWindow(world, window)).rejects.toThrow('start a run again, which makes it');
  });
});
