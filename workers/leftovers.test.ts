import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { DataRoot } from '../shared/runtime/data-root.ts';
import { scratchRoot } from '../shared/runtime/scratch.fixture.ts';
import type { StackProcess, StackState } from '../shared/runtime/stack/stack.ts';
import { endLeftovers } from './leftovers.ts';

// Patience is ten seconds of looks: one test cuts the wait between two of them short.
const patience = vi.hoisted(() => ({ isShort: false }));
vi.mock(import('node:timers/promises'), async (original) => {
  const timers = await original();
  const pause = (ms?: number) => timers.setTimeout(patience.isShort ? 0 : ms);
  return { ...timers, setTimeout: pause as typeof timers.setTimeout };
});

const obeys = `process.on('SIGTERM', () => process.exit(3));`;
const resists = `process.on('SIGTERM', () => console.log('no'));`;

/** A process that bears the words of a server's command line, and says so once it is up. */
async function started(script: string, ...words: readonly string[]): Promise<ChildProcess> {
  const lives = `${script} setInterval(() => {}, 1000); console.log('up');`;
  const child = spawn(process.execPath, ['-e', lives, '--', ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

/** What a supervisor left written down of a stack that ran one process. */
function leftBy(child: ChildProcess, role: StackProcess['role']): StackState {
  return {
    schema: 1,
    supervisor: { pid: 1, began: '0' },
    address: '127.0.0.1:7233',
    namespace: 'sensequant-0badcafe',
    processes: [{ role, pid: child.pid ?? 0 }],
  };
}

const database = ({ path }: DataRoot): string => `${path}/state/temporal.db`;

describe('endLeftovers', () => {
  test('ends the server of the data root, and waits until it is gone', async () => {
    const root = await scratchRoot();
    const server = await started(obeys, 'server', 'start-dev', '--db-filename', database(root));
    const gone = once(server, 'exit');

    await endLeftovers(leftBy(server, 'temporal'), root);

    expect(await gone).toEqual([3, null]);
  });

  test('kills a server that does not go', async () => {
    const root = await scratchRoot();
    const server = await started(resists, 'server', 'start-dev', '--db-filename', database(root));
    const gone = once(server, 'exit');
    patience.isShort = true;
    onTestFinished(() => void (patience.isShort = false));

    await endLeftovers(leftBy(server, 'temporal'), root);

    expect(await gone).toEqual([null, 'SIGKILL']);
  });

  test.each<[string, (root: DataRoot, other: DataRoot) => string[], StackProcess['role']]>([
    [
      'a server of another data root',
      (_, other) => ['server', 'start-dev', database(other)],
      'temporal',
    ],
    ['a program that has its number now', (root) => ['tail', database(root)], 'temporal'],
    ['a lane, which leaves by itself', (root) => ['server', 'start-dev', database(root)], 'lane'],
  ])('leaves %s alone', async (_, words, role) => {
    const root = await scratchRoot();
    const child = await started(obeys, ...words(root, await scratchRoot()));

    await endLeftovers(leftBy(child, role), root);

    child.kill('SIGKILL');
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  });

  test('has nothing to end where the process is gone', async () => {
    const root = await scratchRoot();
    const server = await started(obeys, 'server', 'start-dev', database(root));
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;

    await expect(endLeftovers(leftBy(server, 'temporal'), root)).resolves.toBeUndefined();
  });
});
