import { describe, expect, test } from 'vitest';
import type { EpochMs } from '../contracts/time.ts';
import { machineMsUntil, scaledClock, type Clock } from './clock.ts';

const start = 1_700_000_000_000;
const exchange = Date.parse('2022-01-01T00:00:00+05:30') as EpochMs;

function machineAt(ms: number): Clock {
  return () => ms as EpochMs;
}

describe('scaledClock', () => {
  test.each([
    [0, 0],
    [1_000, 600_000],
    [-1_000, -600_000],
  ])('shows %i ms of the machine after its start as %i ms', (passed, shown) => {
    const spec = { real: start as EpochMs, exchange, scale: 600 };

    expect(scaledClock(spec, machineAt(start + passed))() - exchange).toBe(shown);
  });

  test('shows whole milliseconds where it runs slower than the machine', () => {
    const spec = { real: start as EpochMs, exchange, scale: 0.3 };

    expect(scaledClock(spec, machineAt(start + 5))() - exchange).toBe(1);
  });
});

describe('machineMsUntil', () => {
  const clock = scaledClock({ real: start as EpochMs, exchange, scale: 600 }, machineAt(start));

  test('turns an hour of the exchange into six seconds of this machine', () => {
    expect(machineMsUntil(clock, exchange + 3_600_000)).toBe(6_000);
  });

  test('never waits too short, nor for what has passed', () => {
    expect(machineMsUntil(clock, exchange + 1)).toBe(1);
    expect(machineMsUntil(clock, exchange - 1)).toBe(0);
  });

  test('takes a clock without a scale for one of this machine', () => {
    expect(machineMsUntil(machineAt(5), 12)).toBe(7);
  });
});
