import { Command } from 'commander';
import { operate, withOperator, type OperateOptions } from '../operate-run.ts';

/** `resume`: a paused run goes on. */
export function resumeCommand(): Command {
  return withOperator(new Command('resume'))
    .description('let a paused run or backfill go on')
    .action((name: string | undefined, options: OperateOptions) =>
      operate(name, 'resume', options),
    );
}
