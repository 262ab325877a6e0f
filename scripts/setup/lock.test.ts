import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { withLock } from './lock.mjs';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  path = join(folder, 'locks', 'a');
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('withLock', () => {
  test('lets one work at a time and tells the other whom it waits for', async () => {
    const onWait = vi.fn<(holder: string) => void>();
    let atWork = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++atWork);
      await wait(50);
      atWork--;
    };

    await Promise.all([withLock(path, onWait, work), withLock(path, onWait, work)]);

    expect(most).toBe(1);
    expect(onWait.mock.calls).toEqual([[`process "${process.pid}"`]]);
  });

  test('is free again after work that failed', async () => {
    const failing = withLock(path, vi.fn(), () => Promise.reject(new Error('no')));

    await expect(failing).rejects.toThrow('no');
    expect(existsSync(path)).toBe(false);
  });

  test('is taken over from a process that is gone', async () => {
    const gone = spawnSync(process.execPath, ['-e', '0']).pid;
    await withLock(path, vi.fn(), async () => undefined);
    writeFileSync(path, `${gone} ${hostname()} a`);
    const onWait = vi.fn<(holder: string) => void>();

    expect(await withLock(path, onWait, async () => 'done')).toBe('done');
    expect(onWait).not.toHaveBeenCalled();
  });

  test('is taken over from another container after a minute of silence', async () => {
    await withLock(path, vi.fn(), async () => undefined);
    writeFileSync(path, '1 elsewhere a');
    const before = new Date(Date.now() - 61_000);
    utimesSync(path, before, before);

    expect(await withLock(path, vi.fn(), async () => 'done')).toBe('done');
  });
});
