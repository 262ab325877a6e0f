import { describe, expect, test } from 'vitest';
import { thisProcess } from './processes.ts';
import { scratchRoot } from '../scratch.fixture.ts';
import { stackEngines, writeStack, type StackLane, type StackState } from './stack.ts';

const cpu: StackLane = { lane: 'cpu0', device: 'cpu', engine: 'cpu' };
const gpu: StackLane = { lane: 'gpu0', device: 'opencl:0:0', engine: 'gpu' };

const up = async (...lanes: StackLane[]): Promise<StackState> => ({
  schema: 1,
  supervisor: await thisProcess(),
  address: '127.0.0.1:7233',
  namespace: 'sensequant-test',
  processes: [],
  lanes,
});

describe('stackEngines', () => {
  test('are those configured while no stack is up', async () => {
    const root = await scratchRoot();

    expect(await stackEngines(root, [cpu, gpu])).toEqual(new Set(['cpu', 'gpu']));
    expect(await stackEngines(root, 'auto')).toBeUndefined();
  });

  test('are those of the stack that is up, without lanes that were left down', async () => {
    const root = await scratchRoot();

    await writeStack(root, await up(cpu, { ...gpu, down: 'not proven' }));

    expect(await stackEngines(root, [cpu, gpu])).toEqual(new Set(['cpu']));
    expect(await stackEngines(root, 'auto')).toEqual(new Set(['cpu']));
  });

  test('are not those of a stack that has gone', async () => {
    const root = await scratchRoot();
    await writeStack(root, {
      ...(await up(gpu)),
      supervisor: { pid: process.pid, began: 'never' },
    });

    expect(await stackEngines(root, [cpu])).toEqual(new Set(['cpu']));
    expect(await stackEngines(root, 'auto')).toBeUndefined();
  });
});
