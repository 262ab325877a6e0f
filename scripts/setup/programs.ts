import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Receives one line at a time of what a set-up step is doing. */
export type Progress = (line: string) => void;

/** How a program ended and what it printed. */
export interface Ending {
  /** Its exit code, or the signal that ended it. */
  readonly code: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a program is run with besides its arguments. */
export interface ProgramOptions {
  /** Variables that differ from this process's own. */
  readonly env: Readonly<Record<string, string>>;
  /** Receives each line of stderr as it comes. */
  readonly onErrorLine: Progress;
}

/** Nothing changed, nobody listening. */
export const defaultProgramOptions: ProgramOptions = { env: {}, onErrorLine: () => undefined };

/** A path below the checkout's `.cache`, where everything fetched or built is kept. */
export function cachePath(...parts: readonly string[]): string {
  return join(fileURLToPath(new URL('../../.cache', import.meta.url)), ...parts);
}

/** Whether `path` is a file that this process may run. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The first executable of that name on PATH, or undefined. */
export function findOnPath(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/**
 * Runs a program to its end, whatever its exit code; a signal to stop goes to the program.
 *
 * @param program - an executable's path
 * @throws Error if it cannot be started
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: ProgramOptions = defaultProgramOptions,
): Promise<Ending> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  });
  const stdout: string[] = [];
  const stderr: string[] = [];
  createInterface(child.stdout).on('line', (line) => stdout.push(line));
  createInterface(child.stderr).on('line', (line) => {
    stderr.push(line);
    options.onErrorLine(line);
  });
  const stop = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return new Promise<Ending>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve({ code: signal ?? code ?? 1, stdout: stdout.join('\n'), stderr: stderr.join('\n') }),
    );
  }).finally(() => process.off('SIGINT', stop).off('SIGTERM', stop));
}
