import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { LaneError } from '../../shared/contracts/errors.ts';
import { readConfig } from '../../shared/runtime/stack/config.ts';
import { openDataRoot, type DataRoot } from '../../shared/runtime/data-root.ts';
import { isAlive } from '../../shared/runtime/stack/processes.ts';
import { readStack } from '../../shared/runtime/stack/stack.ts';
import { answer } from '../output.ts';

const drainLimitMs = 180_000;

/** `down`: drains the lanes and stops the stack. */
export function downCommand(): Command {
  return new Command('down')
    .description('let the lanes finish what they fit, then stop the stack')
    .action(async ({ json }: { json?: boolean }) => {
      const { dataRoot } = await readConfig();
      const wasUp = await stopStack(await openDataRoot(dataRoot));
      answer(json, { schema: 1, wasUp }, () => (wasUp ? 'stopped' : 'no stack was up'));
    });
}

/**
 * Stops the stack of a data root.
 *
 * @returns whether one was up
 * @throws LaneError if it does not drain in time
 */
async function stopStack(root: DataRoot): Promise<boolean> {
  const state = await readStack(root);
  if (state === undefined || !(await isAlive(state.supervisor))) return false;
  process.kill(state.supervisor.pid, 'SIGTERM');
  const until = performance.now() + drainLimitMs;
  while (await isAlive(state.supervisor)) {
    if (performance.now() > until)
      throw new LaneError(
        `the stack does not drain within ${drainLimitMs / 1000} s; look at its logs under ` +
          `"${root.path}/state/logs", or kill process "${state.supervisor.pid}"`,
      );
    await pause(50);
  }
  return true;
}
