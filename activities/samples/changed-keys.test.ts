import { describe, expect, test } from 'vitest';
import { isEligible, type Plan, type TrainRequest } from '../../shared/contracts/plan.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { action, rawBars } from '../../shared/domain/market/actions/actions.fixture.ts';
import type { Bars } from '../../shared/domain/market/bars/bars.ts';
import { dayOf } from '../../shared/domain/market/calendar/exchange-time.ts';
import { pickedBars } from '../../shared/domain/market/bars/merged-bars.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { exchange, request, store, testWorld } from '../world.fixture.ts';
import { makePlan } from './make-plan.ts';

const names = Array.from({ length: 21 }, (_, index) => `S${String(index).padStart(2, '0')}`);
const [tcs, ...others] = exchange(['TCS', ...names]);

/** The windows of two and a half years: 180 days each. */
const alone = request({ from: '2021-01-06', to: '2024-05-01' });
/** Windows of 300 sessions, a new one every 21: the first is decided on 2023-03-16. */
const pooled = request({ recipe: 'pooled', windowSessions: 300, to: '2022-08-31' });

async function worldWith(own: Bars): Promise<ComputeWorld> {
  const world = await testWorld();
  await store(world, own, ...others);
  return world;
}

const planned = (world: ComputeWorld, asked: TrainRequest): Promise<Plan> =>
  makePlan(world, { ...asked, to: '2024-06-28' as TradingDay }, world.now());

/** Starts of the windows whose decision, models or predictions alone have other names. */
function changes(before: Plan, after: Plan) {
  const changed = { decision: [] as string[], models: [] as string[], predictions: [] as string[] };
  for (const [index, one] of before.windows.entries()) {
    const other = after.windows[index];
    expect(other.window).toBe(one.window);
    const name = `${one.symbol} ${one.from}`;
    if ((one.reason ?? '') !== (other.reason ?? '')) changed.decision.push(name);
    if (!isEligible(one) || !isEligible(other)) continue;
    const [was, is] = [one.stages, other.stages];
    const isOther = (of: 'key' | 'predictionsKey'): boolean => was.teacher[of] !== is.teacher[of];
    expect(isOther('key')).toBe(was.student.key !== is.student.key);
    if (isOther('key')) changed.models.push(name);
    else if (isOther('predictionsKey')) changed.predictions.push(name);
  }
  return changed;
}
const startsOf = ({ windows }: Plan): string[] =>
  windows.filter(({ reason }) => reason !== 'not-due').map(({ from }) => from);

describe('a bar that comes late', () => {
  test('changes the names of the windows of its symbol that read it, and of no other', async () => {
    const late = '2022-09-15';
    const kept = [...tcs.ts.keys()].filter((bar) => dayOf(tcs.ts[bar]) !== late);
    const world = await worldWith(pickedBars(tcs, kept));
    const before = await planned(world, alone);
    expect(startsOf({ ...before, windows: before.windows.slice(-8) })).toEqual([
      '2021-01-06',
      '2021-07-05',
      '2022-01-01',
      '2022-06-30',
      '2022-12-27',
      '2023-06-25',
      '2023-12-22',
    ]);

    await store(world, tcs);
    const after = await planned(world, alone);

    expect(changes(before, after)).toEqual({
      decision: [],
      // It lies in the first one, and among the 300 bars before the half years that the others begin in.
      models: ['TCS 2022-06-30', 'TCS 2022-12-27', 'TCS 2023-06-25', 'TCS 2023-12-22'],
      // Decided on 2022-06-29, judged until 2022-12-26.
      predictions: ['TCS 2022-01-01'],
    });
  });

  test('changes the names of the pools that read it', async () => {
    const sessions = (await testWorld()).calendar.sessions(
      '2022-01-01' as TradingDay,
      '2024-06-29' as TradingDay,
    );
    // Pool k is decided at session 299 + 21 k and judged for 21, whose labels take six more.
    const late = sessions[350];
    const kept = [...tcs.ts.keys()].filter((bar) => dayOf(tcs.ts[bar]) !== late);
    const world = await worldWith(pickedBars(tcs, kept));
    const before = await planned(world, pooled);
    const starts = startsOf(before);
    expect(starts.slice(0, 3)).toEqual([sessions[0], sessions[21], sessions[42]]);
    expect(starts.length).toBe(16);

    await store(world, tcs);
    const after = await planned(world, pooled);

    const pools = starts.map((from) => `POOLED.all ${from}`);
    expect(changes(before, after)).toEqual({
      decision: [],
      models: pools.slice(3),
      predictions: [pools[2]],
    });
  });
});

describe('an action that somebody confirms', () => {
  test('changes the windows of its symbol that read over it, and of no other', async () => {
    const split = action({ symbol: 'TCS', exDate: '2022-09-15' });
    const world = await worldWith(rawBars(tcs, split));
    const before = await planned(world, alone);

    await world.actions.record({ actions: [split] });
    const after = await planned(world, alone);

    expect(changes(before, after)).toEqual({
      // They would have learnt over the gap: unconfirmed-action before.
      decision: ['TCS 2022-06-30', 'TCS 2022-12-27', 'TCS 2023-06-25', 'TCS 2023-12-22'],
      models: [],
      // Judged up to the gap before, and over it now; its models have learnt nothing of either.
      predictions: ['TCS 2022-01-01'],
    });
  });

  test('lets its symbol into the pools that learn over it, and judges it on in one', async () => {
    const sessions = (await testWorld()).calendar.sessions(
      '2022-01-01' as TradingDay,
      '2024-06-29' as TradingDay,
    );
    const split = action({ symbol: 'TCS', exDate: sessions[350] });
    const world = await worldWith(rawBars(tcs, split));
    const before = await planned(world, pooled);

    await world.actions.record({ actions: [split] });
    const after = await planned(world, pooled);

    const pools = startsOf(before).map((from) => `POOLED.all ${from}`);
    expect(changes(before, after)).toEqual({
      decision: [],
      models: pools.slice(3),
      predictions: [pools[2]],
    });
    const [, , judged, absent] = before.windows.filter(isEligible);
    expect(absent.absent).toEqual({ TCS: 'unconfirmed-action' });
    expect(judged.absent).toBeUndefined();
    expect(judged.members?.find(({ symbol }) => symbol === 'TCS')).toMatchObject({
      readTo: sessions[350],
    });
    // Sessions 341 to 361 of its span; from 350 on nobody may read it.
    expect([judged.judged?.['TCS'], judged.unread]).toEqual([21, { TCS: 12 }]);
  });

  test('decides every pool before it as if nobody knew of it: on bars that end with the decision', async () => {
    const sessions = (await testWorld()).calendar.sessions(
      '2022-01-01' as TradingDay,
      '2024-06-29' as TradingDay,
    );
    const split = action({ symbol: 'TCS', exDate: sessions[350] });
    const world = await worldWith(rawBars(tcs, split));
    const whole = await planned(world, pooled);

    const asOf = sessions[341];
    const known = await makePlan(world, { ...pooled, to: asOf, asOf }, world.now());

    const decided = (plan: Plan) =>
      plan.windows
        .filter(isEligible)
        .filter(({ decisionDay }) => decisionDay <= asOf)
        .map(({ window, rows, members, stages }) => [
          window,
          rows,
          members?.map(({ symbol, rows: own }) => [symbol, own]),
          stages.teacher.key,
          stages.student.key,
        ]);
    expect(decided(known)).toHaveLength(3);
    expect(decided(whole)).toEqual(decided(known));
  });
});
