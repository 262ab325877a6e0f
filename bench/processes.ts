import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { checkout, environmentOf } from '../shared/runtime/stack/config.ts';
import type { ProcessMessage } from '../workers/kept-process.ts';

/** The most memory a process has had at once, in bytes. */
export async function mostMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** Starts the orchestrator of a data root and waits until it polls. */
export async function startOrchestrator(dataRoot: string): Promise<ChildProcess> {
  const child = fork(path.join(checkout, 'workers', 'orchestrator.ts'), [], {
    env: environmentOf(dataRoot),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [said] = (await once(child, 'message')) as [ProcessMessage];
  if (said.ready !== true) throw new Error(`no orchestrator: ${said.failed?.message}`);
  return child;
}
