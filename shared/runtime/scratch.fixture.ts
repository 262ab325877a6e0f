import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { openDataRoot, type DataRoot } from './data-root.ts';

/** A folder of its own for one test, removed after it. */
export function scratchFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sensequant-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A data root of its own for one test, removed after it. */
export async function scratchRoot(): Promise<DataRoot> {
  return await openDataRoot(scratchFolder());
}

/** Whether this process may mount a disk: tests of full disks are skipped where it may not. */
export const canMakeDisk = mounted();

/** A disk of a few kilobytes for one test, in memory, unmounted after it. */
export function tinyDisk(sizeKb: number): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sensequant-disk-'));
  mount(folder, sizeKb);
  onTestFinished(() => unmount(folder));
  return folder;
}

function mounted(): boolean {
  if (process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(path.join(tmpdir(), 'sensequant-disk-'));
  try {
    mount(folder, 16);
    unmount(folder);
    return true;
  } catch {
    rmSync(folder, { recursive: true, force: true });
    return false;
  }
}

function mount(folder: string, sizeKb: number): void {
  const disk = ['-t', 'tmpfs', '-o', `size=${sizeKb}k`, 'tmpfs', folder];
  execFileSync('mount', disk, { stdio: 'ignore' });
}

function unmount(folder: string): void {
  execFileSync('umount', [folder], { stdio: 'ignore' });
  rmSync(folder, { recursive: true, force: true });
}
