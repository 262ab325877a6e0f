import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunReport } from '../../shared/contracts/run.ts';
import { readStack } from '../../shared/runtime/stack/stack.ts';
import type { CommandLine } from './command-line.ts';

/** A run to be broken. */
export interface BrokenRun {
  readonly name: string;
  /** What `train` is asked besides. */
  readonly asked: readonly string[];
  /** Symbols whose bars are damaged once they are planned. */
  readonly damaged: readonly string[];
}

/**
 * Starts a run and damages bars once they are planned and before a lane has read them, so that their
 * windows fail. What a lane has read it remembers: other symbols each time.
 *
 * @returns its report, and with what whoever watched it exits
 */
export async function brokenRun(
  user: CommandLine,
  { name, asked, damaged }: BrokenRun,
): Promise<{ readonly code: number | null; readonly report: RunReport }> {
  const { processes } = (await readStack({ path: user.dataRoot, id: '' }))!;
  const lanes = processes.filter(({ role }) => role === 'lane');
  for (const { pid } of lanes) process.kill(pid, 'SIGSTOP');
  await user.json('train', ...asked, '--name', name);
  while (!(await stat(path.join(user.dataRoot, 'runs', name, 'plan.json')).catch(() => undefined)))
    await pause(20);
  for (const symbol of damaged) await damage(user.dataRoot, symbol);
  for (const { pid } of lanes) process.kill(pid, 'SIGCONT');
  const { code, stdout } = await user.type('status', name, '--watch', '--json');
  return { code, report: JSON.parse(stdout) };
}

async function damage(dataRoot: string, symbol: string): Promise<void> {
  const folder = path.join(dataRoot, 'bars', '1d', symbol, 'simulated-raw');
  const segment = (await readdir(folder)).find((file) => file.endsWith('.parquet'))!;
  const bytes = await readFile(path.join(folder, segment));
  await writeFile(path.join(folder, segment), bytes.fill(0, bytes.length >> 1));
}
