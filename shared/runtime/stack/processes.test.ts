import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isAlive, thisProcess, type ProcessRef } from './processes.ts';
import { scratchFolder } from '../scratch.fixture.ts';

/** A shell that waits on its standard input until the test is over; the test may speak to its fd 3. */
async function started(command = 'sh', script = 'read line'): Promise<ChildProcess> {
  const child = spawn(command, ['-c', script], { stdio: ['pipe', 'pipe', 'inherit', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  return child;
}

async function textFrom(stream: Readable | null): Promise<string> {
  const [text] = (await once(stream ?? process.stdin, 'data')) as [Buffer];
  return text.toString().trim();
}

/** The process of a number, read by other means. */
async function refOf(pid: number): Promise<ProcessRef> {
  const { stdout } = spawn('sh', ['-c', `sed 's/.*) //' /proc/${pid}/stat | cut -d' ' -f20`]);
  return { pid, began: await textFrom(stdout) };
}

const hasProc = process.platform === 'linux';

describe('thisProcess', () => {
  test('is alive', async () => {
    const ref = await thisProcess();

    expect(ref.pid).toBe(process.pid);
    expect(ref.began).not.toBe('');
    expect(await isAlive(ref)).toBe(true);
  });

  test('is told from another that has its number at another time', async () => {
    const { pid, began } = await thisProcess();

    expect(await isAlive({ pid, began: `${began}0` })).toBe(false);
    expect(await isAlive({ pid, began: '' })).toBe(false);
  });
});

describe.skipIf(!hasProc)('isAlive', () => {
  test('knows a process until it has ended', async () => {
    const child = await started();
    const ref = await refOf(child.pid ?? 0);
    const before = await isAlive(ref);

    child.kill('SIGKILL');
    await once(child, 'exit');

    expect([before, await isAlive(ref)]).toEqual([true, false]);
  });

  test('reads past the brackets and spaces of a name', async () => {
    const odd = path.join(scratchFolder(), 'a) S 1 (b');
    symlinkSync('/bin/sh', odd);
    const child = await started(odd);

    expect(await isAlive(await refOf(child.pid ?? 0))).toBe(true);
  });

  test('takes one for dead that has ended and that nobody has buried', async () => {
    // The shell becomes a program that never asks after the child that the shell had.
    const parent = await started('sh', `sh -c 'read line <&3' & echo $!; exec cat`);
    const ref = await refOf(Number(await textFrom(parent.stdout)));
    parent.stdin?.write('is this cat?\n');
    await textFrom(parent.stdout);
    const before = await isAlive(ref);

    (parent.stdio[3] as Writable).write('\n');

    await expect.poll(() => isAlive(ref)).toBe(false);
    expect(before).toBe(true);
    expect(process.kill(ref.pid, 0), 'its number is not free').toBe(true);
  });
});
