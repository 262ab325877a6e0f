import { ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { InputError, LaneError } from '../shared/contracts/errors.ts';
import { scratchFolder } from '../shared/runtime/scratch.fixture.ts';
import { exitForGood, keepProcess, type KeptProcess } from './kept-process.ts';

/** A kept process whose life can be waited for. */
interface Watched {
  readonly kept: KeptProcess;
  readonly children: readonly ChildProcess[];
  /** What was told of its ends, in order. */
  readonly deaths: readonly string[];
  /** Settles once it has started this often. */
  started(times: number): Promise<void>;
  /** Settles once it has died this often. */
  died(times: number): Promise<void>;
}

/** Keeps a process that runs `script`, or what `start` starts instead of it. */
function keep(script: string, start?: () => ChildProcess): Watched {
  const file = path.join(scratchFolder(), 'child.mjs');
  writeFileSync(file, `const say = (message) => process.send(message);\n${script}\n`);
  const children: ChildProcess[] = [];
  const deaths: string[] = [];
  let starts = 0;
  let changed = Promise.withResolvers<void>();
  const change = (): void => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const until = async (isTrue: () => boolean): Promise<void> => {
    while (!isTrue()) await changed.promise;
  };
  const kept = keepProcess(
    () => {
      const child = start?.() ?? fork(file, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      children.push(child);
      return child;
    },
    {
      started() {
        starts += 1;
        change();
      },
      died(message) {
        deaths.push(message);
        change();
      },
    },
  );
  onTestFinished(() => kept.stop(1_000));
  return {
    kept,
    children,
    deaths,
    started: (times) => until(() => starts >= times),
    died: (times) => until(() => deaths.length >= times),
  };
}

/** A kept process of children that do nothing, and that end when told. */
function mortal() {
  const watched = keep('', () => new ChildProcess());
  const end = (code: number): void => {
    const child = Object.assign(watched.children.at(-1) ?? new ChildProcess(), { exitCode: code });
    child.emit('close', code, null);
  };
  onTestFinished(() => end(1));
  return { ...watched, end };
}

const staysUp = `say({ ready: true }); process.on('message', () => {});`;

describe('keepProcess', () => {
  test('is ready when the process says so', async () => {
    const { kept, children, deaths } = keep(staysUp);

    await kept.ready;

    expect(kept.pid).toBe(children[0].pid);
    expect(deaths).toEqual([]);
  });

  test('starts a killed process again', async () => {
    const { kept, children, deaths, started } = keep(staysUp);
    await kept.ready;
    const { pid: before } = kept;

    process.kill(before ?? 0, 'SIGKILL');

    await started(2);
    const [message] = (await once(children[1], 'message')) as [unknown];
    expect(message).toEqual({ ready: true });
    expect(kept.pid).toBe(children[1].pid);
    expect(kept.pid).not.toBe(before);
    expect(deaths).toEqual(['ended with SIGKILL']);
  });

  test('starts one again that keeps dying', async () => {
    const { children, deaths, died } = keep('process.exit(3);');

    await died(3);

    expect(deaths).toEqual(Array.from({ length: 3 }, () => 'ended with exit code 3'));
    expect(new Set(children.map(({ pid }) => pid)).size).toBe(3);
  });

  test('passes on what the first start failed of', async () => {
    const { kept, deaths } = keep(
      `say({ failed: { name: 'LaneError', message: 'the device is lost' } });
       process.exitCode = 1;
       process.disconnect();`,
    );

    await expect(kept.ready).rejects.toThrow(LaneError);
    await expect(kept.ready).rejects.toThrow('the device is lost');
    expect(deaths).toEqual(['the device is lost']);
  });

  test('hears what a process said last, where its exit is heard before', async () => {
    const child = new ChildProcess();
    const { kept, deaths } = keep('', () => child);

    child.emit('exit', exitForGood, null);
    child.emit('message', { failed: { name: 'InputError', message: 'no such lane' } });
    child.emit('close', exitForGood, null);

    await expect(kept.ready).rejects.toThrow(InputError);
    expect(deaths).toEqual(['no such lane (not started again)']);
    Object.assign(child, { exitCode: exitForGood });
  });

  test('pauses longer and longer, until one has stayed up for a while', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { children, end } = mortal();
    const pauses: number[] = [];

    for (const lifeMs of [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 60_001]) {
      vi.advanceTimersByTime(lifeMs);
      const before = { starts: children.length, ms: Date.now() };
      end(1);
      while (children.length === before.starts) vi.advanceTimersToNextTimer();
      pauses.push(Date.now() - before.ms);
    }

    const doubled = [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000];
    expect(pauses).toEqual([...doubled, 100]);
  });

  test('has no start ahead of it once it is stopped, or was left down', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const [stopped, left] = [mortal(), mortal()];

    stopped.end(1);
    left.end(exitForGood);

    expect(vi.getTimerCount()).toBe(1);
    await stopped.kept.stop(1_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('leaves one down that asks for a person', async () => {
    const { kept, children, deaths } = keep(
      `say({ failed: { name: 'InputError', message: 'no such lane' } });
       process.exitCode = ${exitForGood};
       process.disconnect();`,
    );

    await expect(kept.ready).rejects.toThrow(InputError);
    expect(deaths).toEqual(['no such lane (not started again)']);
    expect(kept.down).toBe('no such lane');
    await kept.stop(1_000);
    expect(children).toHaveLength(1);
  });

  test('tells of one that cannot be started, and tries again', async () => {
    const { kept, deaths, died } = keep('', () => spawn('/nowhere/program'));

    await died(2);

    await expect(kept.ready).rejects.toThrow(LaneError);
    expect(deaths[1]).toBe('spawn /nowhere/program ENOENT');
  });

  test('asks a process to end, and does not start it again', async () => {
    const { kept, children, deaths } = keep(
      `process.on('SIGTERM', () => process.exit(0));\n${staysUp}`,
    );
    await kept.ready;

    await kept.stop(60_000);

    expect([children[0].exitCode, children[0].signalCode]).toEqual([0, null]);
    expect([children.length, deaths]).toEqual([1, []]);
  });

  test('kills a process that does not end in time', async () => {
    const { kept, children } = keep(`process.on('SIGTERM', () => {});\n${staysUp}`);
    await kept.ready;

    await kept.stop(10);

    expect(children[0].signalCode).toBe('SIGKILL');
  });

  test('starts nothing after a stop between a death and the next start', async () => {
    const { kept, children, died } = keep('process.exit(3);');
    await died(1);

    await kept.stop(1_000);

    await expect(kept.ready).rejects.toThrow(LaneError);
    expect(children).toHaveLength(1);
  });
});
