import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errorClasses } from './errors.ts';
import type { BatchTally } from './run.ts';
import { addTally, emptyTally, withoutFailed } from './tally.ts';

const count = fc.integer({ min: 1, max: 1000 });
const stage = fc.record({ trained: fc.nat(200), reused: fc.nat(200), failed: fc.nat(200) });
const tallies: fc.Arbitrary<BatchTally> = fc.record({
  trained: fc.nat(200),
  reused: fc.nat(200),
  failed: fc
    .dictionary(fc.constantFrom(...errorClasses), count, { noNullPrototype: true })
    .map((failed) => failed as BatchTally['failed']),
  lanes: fc
    .uniqueArray(
      fc.record({
        lane: fc.constantFrom('cpu0', 'cpu1', 'gpu0'),
        device: fc.constant('cpu'),
        windows: count,
        busySeconds: count,
      }),
      { selector: ({ lane }) => lane },
    )
    .map((lanes) => lanes.toSorted((a, b) => (a.lane < b.lane ? -1 : 1))),
  stages: fc.record({ teacher: stage, student: stage }),
});
const none = { trained: 0, reused: 0, failed: 0 };

describe('addTally', () => {
  test('adds counts, failures by class, and lanes by name', () => {
    const first: BatchTally = {
      trained: 3,
      reused: 1,
      failed: { DataError: 1, LaneError: 2 },
      lanes: [
        { lane: 'cpu0', device: 'cpu', windows: 2, busySeconds: 1.5 },
        { lane: 'cpu2', device: 'cpu', windows: 2, busySeconds: 2 },
      ],
      stages: { teacher: { trained: 4, reused: 1, failed: 2 }, student: none },
    };
    const second: BatchTally = {
      trained: 2,
      reused: 0,
      failed: { LaneError: 1 },
      lanes: [
        { lane: 'cpu1', device: 'cpu', windows: 1, busySeconds: 4 },
        { lane: 'cpu0', device: 'cpu', windows: 1, busySeconds: 0.25 },
      ],
      stages: { teacher: { trained: 2, reused: 0, failed: 1 }, student: none },
    };

    expect(addTally(first, second)).toEqual({
      trained: 5,
      reused: 1,
      failed: { DataError: 1, LaneError: 3 },
      lanes: [
        { lane: 'cpu0', device: 'cpu', windows: 3, busySeconds: 1.75 },
        { lane: 'cpu1', device: 'cpu', windows: 1, busySeconds: 4 },
        { lane: 'cpu2', device: 'cpu', windows: 2, busySeconds: 2 },
      ],
      stages: { teacher: { trained: 6, reused: 1, failed: 3 }, student: none },
    });
  });

  test('takes a batch of before students for one that had none', () => {
    const { stages: _, ...before } = emptyTally;
    const stages = { teacher: { trained: 1, reused: 2, failed: 3 }, student: none };

    expect(addTally(before, { ...emptyTally, stages }).stages).toEqual(stages);
    expect(addTally({ ...emptyTally, stages }, before).stages).toEqual(stages);
  });

  test('leaves a tally as it is where nothing is added', () => {
    fc.assert(
      fc.property(tallies, (tally) => {
        expect(addTally(tally, emptyTally)).toEqual(tally);
        expect(addTally(emptyTally, tally)).toEqual(tally);
      }),
      { seed: 1 },
    );
  });

  test('is the same in any order', () => {
    fc.assert(
      fc.property(tallies, tallies, tallies, (a, b, c) => {
        expect(addTally(a, b)).toEqual(addTally(b, a));
        expect(addTally(addTally(a, b), c)).toEqual(addTally(a, addTally(b, c)));
      }),
      { seed: 2 },
    );
  });
});

describe('withoutFailed', () => {
  test('takes windows that are tried again out of the failed ones, by class and by stage', () => {
    const tally: BatchTally = {
      ...emptyTally,
      trained: 3,
      failed: { DataError: 2, LaneError: 1 },
      stages: { teacher: { trained: 4, reused: 0, failed: 2 }, student: { ...none, failed: 1 } },
    };

    const rest = withoutFailed(tally, [
      { stage: 'teacher', class: 'DataError' },
      { stage: 'student', class: 'LaneError' },
    ]);

    expect(rest).toMatchObject({ trained: 3, failed: { DataError: 1 } });
    expect(rest.failed).not.toHaveProperty('LaneError');
    expect(rest.stages?.teacher.failed).toBe(1);
    expect(rest.stages?.student.failed).toBe(0);
  });
});
