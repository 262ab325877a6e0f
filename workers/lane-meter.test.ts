import { describe, expect, test } from 'vitest';
import { laneMeter } from './lane-meter.ts';

const never = new AbortController().signal;

describe('laneMeter', () => {
  test('counts the CPU time of a stage, and knows no device where no driver tells', async () => {
    const meter = laneMeter('cpu')();
    let sum = 0;
    for (let round = 0; round < 2e7; round++) sum += Math.sqrt(round);

    const usage = await meter.end(never);

    expect(sum).toBeGreaterThan(0);
    expect(usage.cpuSeconds).toBeGreaterThan(0);
    expect(Object.keys(usage)).toEqual(['cpuSeconds']);
  });

  test('starts anew with each stage', async () => {
    const begin = laneMeter('cpu');
    const first = begin();
    for (let round = 0; round < 2e7; round++) Math.sqrt(round);
    const busy = await first.end(never);

    const idle = await begin().end(never);

    expect(idle.cpuSeconds).toBeLessThan(busy.cpuSeconds);
  });

  test('ends for the reason of whoever cancels, also on a lane that is slowed', async () => {
    const reason = new Error('the run was cancelled');

    const end = laneMeter('cpu', 100)().end(AbortSignal.abort(reason));

    await expect(end).rejects.toBe(reason);
  });
});
