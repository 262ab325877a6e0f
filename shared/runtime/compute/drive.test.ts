import { describe, expect, test, vi } from 'vitest';
import type { FitProgress } from '../../domain/training/booster.ts';
import { drive, memoryOf } from './drive.ts';

const going = () => new Int32Array(1);

describe('drive', () => {
  test('reports first, then after 100 ms each, then last', () => {
    let nowMs = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const seen: number[] = [];
    function* work(): Generator<FitProgress, string, void> {
      for (let round = 1; round <= 10; round++, nowMs += 40) yield { round, rounds: 10 };
      return 'done';
    }

    const end = drive(work(), going(), ({ round }) => seen.push(round));

    expect(end).toEqual({ output: 'done' });
    expect(seen).toEqual([1, 4, 7, 10]);
    clock.mockRestore();
  });

  test('reports nothing twice', () => {
    const seen: number[] = [];
    function* work(): Generator<FitProgress, void, void> {
      yield { round: 1, rounds: 1 };
    }

    drive(work(), going(), ({ round }) => seen.push(round));

    expect(seen).toEqual([1]);
  });

  test('ends after the yield at which it is stopped', () => {
    const stop = going();
    const steps: string[] = [];
    function* work(): Generator<FitProgress, void, void> {
      try {
        for (let round = 1; round < 10; round++) {
          steps.push(`round ${round}`);
          if (round === 2) stop[0] = 1;
          yield { round, rounds: 10 };
        }
      } finally {
        steps.push('freed');
      }
    }

    const end = drive(work(), stop, () => {});

    expect(end).toBe('stopped');
    expect(steps).toEqual(['round 1', 'round 2', 'freed']);
  });

  test('does not begin when it is stopped before', () => {
    let hasBegun = false;
    function* work(): Generator<FitProgress, void, void> {
      hasBegun = true;
      yield { round: 1, rounds: 1 };
    }

    const end = drive(work(), new Int32Array([1]), () => {});

    expect(end).toBe('stopped');
    expect(hasBegun).toBe(false);
  });
});

describe('memoryOf', () => {
  test('finds each buffer once, wherever it is', () => {
    const a = new Float64Array(4);
    const b = new Uint8Array(4);
    const c = new ArrayBuffer(4);
    const d = new DataView(new ArrayBuffer(4));
    const value = { a, part: a.subarray(1), deep: [new Map([['b', b]]), new Set([c])], d };

    expect(memoryOf(value)).toEqual([a.buffer, b.buffer, c, d.buffer]);
  });

  test('ends where a value holds itself', () => {
    const value: { self?: unknown; column: Float32Array } = { column: new Float32Array(1) };
    value.self = value;

    expect(memoryOf(value)).toEqual([value.column.buffer]);
  });

  test('leaves out what threads share, and the pool of small buffers', () => {
    const value = [new Int32Array(new SharedArrayBuffer(4)), Buffer.from('small'), null, 7, 'text'];

    expect(memoryOf(value)).toEqual([]);
  });
});
