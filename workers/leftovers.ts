import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { StackState } from '../shared/runtime/stack/stack.ts';
import type { DataRoot } from '../shared/runtime/data-root.ts';

const looksBeforeForce = 200;

/**
 * Ends what a supervisor that was killed left running. Workers leave by themselves once it is gone;
 * the server does not notice, and two servers may not share one database file.
 */
export async function endLeftovers(before: StackState, root: DataRoot): Promise<void> {
  for (const { pid, role } of before.processes) {
    if (role !== 'temporal') continue;
    for (let look = 0; await isServerOf(pid, root); look++) {
      if (look === 0) process.kill(pid, 'SIGTERM');
      if (look === looksBeforeForce) process.kill(pid, 'SIGKILL');
      await pause(50);
    }
  }
}

/** Numbers of processes are used again: only a server of this very data root is ended. */
async function isServerOf(pid: number, root: DataRoot): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return command.includes('start-dev') && command.includes(root.path);
}
