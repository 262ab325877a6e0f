import { inject } from 'vitest';
import { openCommandLine, type CommandLine } from './command-line.ts';

/** A process of `status --processes --json`. */
export interface ProcessRow {
  readonly role: string;
  readonly lane?: string;
  readonly pid: number;
}

/**
 * Sits down at the command line, in a folder that is removed afterwards, its stack stopped.
 *
 * @param lanes - CPU lanes of the stack
 */
export async function commandLine(lanes = 2): Promise<CommandLine> {
  return await openCommandLine({ lanes, temporalCli: inject('temporalCli') });
}
