import { setTimeout as pause } from 'node:timers/promises';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { DataRoot } from '../../shared/runtime/data-root.ts';
import { readStack, type StackProcess } from '../../shared/runtime/stack/stack.ts';
import type { RunningExchange } from '../exchange/exchange.ts';

const killedRoles = ['work', 'orchestrator', 'temporal'] as const;

/** A process that was killed. */
export interface Kill {
  readonly role: (typeof killedRoles)[number];
  /** Calls that the exchange had been made by then. */
  readonly calls: number;
}

/** How often is killed, and when. */
interface KillOptions {
  readonly seed: number;
  readonly kills: number;
  /** Calls that the work takes, about. */
  readonly expected: number;
  readonly ended: AbortSignal;
  readonly onEvent: (what: string) => void;
}

/** How long after a call a kill may come: into a wait, too. */
const latestMs = 1_500;

/** Kills one process after the other, each at a random moment of the work. */
export async function killed(
  root: DataRoot,
  exchange: RunningExchange,
  { seed, kills, expected, ended, onEvent }: KillOptions,
): Promise<readonly Kill[]> {
  const chance = xoroshiro128plus(seed);
  const moments = Array.from({ length: kills }, () => uniformFloat64(chance));
  moments.sort((a, b) => a - b);
  const done: Kill[] = [];
  for (const [index, moment] of moments.entries()) {
    const delayMs = latestMs * uniformFloat64(chance);
    while (!ended.aborted && exchange.calls().total < moment * expected)
      await pause(50, undefined, { signal: ended }).catch(() => {});
    await pause(delayMs, undefined, { signal: ended }).catch(() => {});
    if (ended.aborted) break;
    const role = killedRoles[index % killedRoles.length];
    await kill(root, role);
    const calls = exchange.calls().total;
    done.push({ role, calls });
    onEvent(`kill -9 of ${role} after ${calls} calls`);
  }
  return done;
}

/** Kills a process of the stack, once it is there again from the last time. */
async function kill(root: DataRoot, role: StackProcess['role']): Promise<void> {
  for (;;) {
    const stack = await readStack(root);
    const found = stack?.processes.find((one) => one.role === role);
    try {
      if (found !== undefined) return void process.kill(found.pid, 'SIGKILL');
    } catch {
      // It is gone already, and nobody has written down who follows it.
    }
    await pause(20);
  }
}
