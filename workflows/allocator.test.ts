import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stages } from '../shared/contracts/outcome.ts';
import { simulatedRuns, type SimulatedLane } from './allocator.fixture.ts';
import { allocator, type Work } from './allocator.ts';

// Who gets the next window, played out against a clock of its own:
// - each stage is done once and in order, and no lane has more in flight than it may
// - lanes that are alike are equally busy; one three times slower costs no more than a tenth
// - pages overlap: no lane is idle while a window waits; runs share the lanes
// - what lanes measured decides; a lane not yet measured is as fast as its peers
// - a lane that failed is left out until it is there again

const alike: readonly SimulatedLane[] = [
  { lane: 'cpu0', slowness: 1 },
  { lane: 'cpu1', slowness: 1 },
];
const oneSlow: readonly SimulatedLane[] = [
  { lane: 'cpu0', slowness: 1 },
  { lane: 'cpu1', slowness: 3 },
];
const even = (count: number): number[] => Array.from({ length: count }, () => 1);

describe('600 windows on two lanes', () => {
  test('that are alike keep both equally busy', () => {
    const { jain, makespan, best, idleSeconds } = simulatedRuns([even(600)], { lanes: alike });

    expect(jain).toBeGreaterThan(0.98);
    expect(makespan / best).toBeLessThan(1.01);
    expect(idleSeconds).toBe(0);
  });

  test('of which one is three times slower take no tenth longer than they must', () => {
    const { jain, makespan, best, idleSeconds } = simulatedRuns([even(600)], { lanes: oneSlow });

    expect(makespan / best).toBeLessThan(1.1);
    expect(jain).toBeGreaterThan(0.98);
    expect(idleSeconds).toBe(0);
  });

  test('of two runs at once are shared by them', () => {
    const runs = [even(300), even(300)];

    const { makespan, best, mostInFlight } = simulatedRuns(runs, { lanes: oneSlow });

    expect(makespan / best).toBeLessThan(1.1);
    expect(mostInFlight).toBe(4);
  });

  test('are done in little more time in small pages than in large ones', () => {
    const { makespan, best } = simulatedRuns([even(601)], { lanes: oneSlow, perPage: 20 });

    expect(makespan / best).toBeLessThan(1.1);
  });
});

describe('any windows on any lanes', () => {
  const seconds = (min: number, max: number) => fc.double({ min, max, noNaN: true });
  const windows = fc.array(seconds(0.2, 5), { minLength: 1, maxLength: 60 });
  const lanes = fc
    .array(seconds(1, 4), { minLength: 1, maxLength: 5 })
    .map((all) => all.map((slowness, index) => ({ lane: `cpu${index}`, slowness })));
  const perPage = fc.integer({ min: 10, max: 40 });

  test('are each done once, teacher before student, with no more in flight than there may be', () => {
    const runs = fc.array(windows, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(runs, lanes, perPage, (costs, some, size) => {
        const { done, mostInFlight } = simulatedRuns(costs, { lanes: some, perPage: size });

        expect(done.size).toBe(costs.flat().length);
        for (const did of done.values()) expect(did).toEqual(stages);
        expect(mostInFlight).toBeLessThanOrEqual(4);
      }),
      { numRuns: 50 },
    );
  });

  test('take no longer than they must by a tenth and one window of the slowest lane', () => {
    fc.assert(
      fc.property(windows, lanes, perPage, (costs, some, size) => {
        const { makespan, best } = simulatedRuns([costs], { lanes: some, perPage: size });

        const slowest = Math.max(...some.map(({ slowness }) => slowness));
        expect(makespan).toBeLessThan(1.1 * best + 1.4 * Math.max(...costs) * slowest);
      }),
      { numRuns: 50 },
    );
  });
});

describe('allocator', () => {
  const lane = (name: string, generation = 1) =>
    ({ lane: name, device: 'cpu', engine: 'cpu', generation }) as const;
  const work = (cost = 1): Work => ({ engine: 'cpu', cost, stages: ['teacher'], isBegun: false });
  const opened = (inFlight = 2) => {
    const lanes = allocator({ follows: false, after: [] });
    lanes.tell({ lanes: [lane('cpu0'), lane('cpu1')], inFlight });
    return lanes;
  };

  test('takes a lane that nobody measured for as fast as the others', () => {
    const lanes = opened(9);
    lanes.measured('cpu1', 'teacher', 1, 5);

    const order = even(4).map((cost) => lanes.ask(work(cost)).ticket?.lane);

    expect(order).toEqual(['cpu0', 'cpu1', 'cpu0', 'cpu1']);
  });

  test('gives no more than the limit, and goes on when something ends', () => {
    const lanes = opened(1);
    const [first, , third] = even(3).map((cost) => lanes.ask(work(cost)));

    expect(third.ticket).toBeUndefined();
    lanes.release(first, false);

    expect(third.ticket).toEqual({ lane: 'cpu0', generation: 1, order: ['cpu0', 'cpu1'] });
  });

  test('leaves out a lane that failed until it announces itself again', () => {
    const lanes = opened();
    lanes.release(lanes.ask(work()), true);

    const while1 = even(2).map((cost) => lanes.ask(work(cost)).ticket?.lane);
    lanes.tell({ lanes: [lane('cpu0', 2), lane('cpu1')], inFlight: 2 });
    const then = even(2).map((cost) => lanes.ask(work(cost)).ticket?.lane);

    expect(while1).toEqual(['cpu1', 'cpu1']);
    expect(then).toEqual(['cpu0', 'cpu0']);
  });

  test('gives a page that follows only what the one before has left', () => {
    const lanes = allocator({ follows: true, after: [] });
    lanes.tell({ lanes: [lane('cpu0')], inFlight: 2 });
    const [first, second] = even(2).map((cost) => lanes.ask(work(cost)));

    expect(first.ticket).toBeUndefined();
    lanes.precede({ held: [['cpu0', 1, 0.5]], paces: [['cpu0', 'teacher', 0.25]] });
    expect([first.ticket?.lane, second.ticket?.lane]).toEqual(['cpu0', undefined]);
    lanes.precede({ held: [], paces: [] });
    expect(second.ticket?.lane).toBe('cpu0');
    expect(lanes.cede()).toEqual({
      held: [['cpu0', 2, 0.5]],
      paces: [['cpu0', 'teacher', 0.25]],
    });
  });
});
