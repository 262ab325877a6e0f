import { fork } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import {
  errorFrom,
  errorRecord,
  InputError,
  type ErrorRecord,
} from '../../shared/contracts/errors.ts';
import { readConfig } from '../../shared/runtime/stack/config.ts';
import { openDataRoot, type DataRoot } from '../../shared/runtime/data-root.ts';
import type { StackState } from '../../shared/runtime/stack/stack.ts';
import { startStack } from '../../workers/supervisor.ts';
import { answer, say } from '../output.ts';
import { ensureLightgbm } from '../setup/lightgbm.ts';
import { ensureTemporal } from '../setup/temporal.ts';

/** What the detached process tells the command that started it. */
type DetachedMessage = { readonly state: StackState } | { readonly failed: ErrorRecord };

/** `up`: starts the stack and keeps it alive. */
export function upCommand(): Command {
  return new Command('up')
    .description('start the server, the orchestrator, the work process and every lane')
    .option('--detach', 'leave it running and return')
    .action(async ({ detach, json }: { detach?: boolean; json?: boolean }) => {
      const config = await readConfig();
      const root = await openDataRoot(config.dataRoot);
      await ensureLightgbm(say);
      if (detach === true) {
        const state = await startDetached(root);
        answer(json, described(state), () => summary(state, 'npm run -s sensequant -- down'));
        return;
      }
      const stack = await startStack(config, root, () => ensureTemporal(say), {
        step: say,
        died: (who, message) => say(`${who} ${message}`),
      }).catch((error: unknown) => {
        tell({ failed: errorRecord(error) });
        throw error;
      });
      tell({ state: stack.state });
      answer(json, described(stack.state), () => summary(stack.state, 'Ctrl-C'));
      await new Promise((resolve) => {
        process.once('SIGINT', resolve);
        process.once('SIGTERM', resolve);
      });
      say('drains the lanes, then stops the rest');
      await stack.stop();
    });
}

/** Starts the stack in a process of its own and waits until it is up. */
async function startDetached(root: DataRoot): Promise<StackState> {
  const logs = path.join(root.path, 'state', 'logs');
  await mkdir(logs, { recursive: true });
  const file = path.join(logs, 'supervisor.log');
  const output = openSync(file, 'a');
  const child = fork(path.resolve(import.meta.dirname, '..', 'sensequant.ts'), ['up'], {
    detached: true,
    stdio: ['ignore', output, output, 'ipc'],
  });
  const { promise, resolve, reject } = Promise.withResolvers<StackState>();
  child.once('message', (message: DetachedMessage) => {
    if ('state' in message) resolve(message.state);
    else reject(errorFrom(message.failed));
  });
  child.once('exit', () =>
    reject(new InputError(`the stack ended while it was starting; its log is "${file}"`)),
  );
  try {
    return await promise;
  } finally {
    if (child.connected) child.disconnect();
    child.unref();
  }
}

function tell(message: DetachedMessage): void {
  // Whoever started us may be gone: then nobody is told.
  if (process.connected === true) process.send?.(message);
}

function described(state: StackState): object {
  const { address: temporal, temporalUi, namespace, processes, lanes } = state;
  return {
    schema: 1,
    temporal,
    temporalUi: temporalUi ?? null,
    dashboard: null,
    namespace,
    processes,
    lanes,
  };
}

function summary(state: StackState, stop: string): string {
  const all = state.lanes ?? [];
  const open = all.filter(({ down }) => down === undefined);
  const lanes = open.map(({ lane, device }) => (device === 'cpu' ? lane : `${lane} (${device})`));
  const ui =
    state.temporalUi === undefined
      ? []
      : [`Temporal UI  ${state.temporalUi}/namespaces/${state.namespace}/workflows`];
  return [
    `Temporal     ${state.address}, namespace ${state.namespace}`,
    ...ui,
    `lanes        ${lanes.join(', ')}`,
    ...all.flatMap(({ lane, down }) => (down === undefined ? [] : `${lane} is down: ${down}`)),
    `stop it      ${stop}`,
  ].join('\n');
}
