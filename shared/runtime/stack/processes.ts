import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** A process that can be told from a later one with the same number. */
export interface ProcessRef {
  readonly pid: number;
  /** When it began, as the system says it. */
  readonly began: string;
}

/** This process. */
export async function thisProcess(): Promise<ProcessRef> {
  return { pid: process.pid, began: (await beganOf(process.pid)) ?? '' };
}

/** Whether that very process is alive; another with its number is not it. */
export async function isAlive({ pid, began }: ProcessRef): Promise<boolean> {
  return (await beganOf(pid)) === began;
}

async function beganOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The name in the second field may hold spaces; what follows its bracket does not.
  if (stat !== undefined) {
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  }
  if (process.platform === 'linux') return undefined;
  const list = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(
    () => undefined,
  );
  return list?.stdout.trim() || undefined;
}
