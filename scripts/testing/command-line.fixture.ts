import { inject } from 'vitest';
import { openCommandLine, type CommandLine, type CommandLineOptions } from './command-line.ts';

/** A process of `status --processes --json`. */
export interface ProcessRow {
  readonly role: string;
  readonly lane?: string;
  readonly pid: number;
}

/**
 * Sits down at the command line, in a folder that is removed afterwards, its stack stopped.
 *
 * @param lanes - CPU lanes of the stack, or all its lanes by name and device
 * @param settings - lines that its stack file has besides
 */
export async function commandLine(
  lanes: CommandLineOptions['lanes'] = 2,
  settings = '',
): Promise<CommandLine> {
  return await openCommandLine({ lanes, settings, temporalCli: inject('temporalCli') });
}
