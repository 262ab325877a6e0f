import { Command } from 'commander';
import { operate, withOperator, type OperateOptions } from '../operate-run.ts';

/** `pause`: what is in flight ends, nothing new begins. */
export function pauseCommand(): Command {
  return withOperator(new Command('pause'))
    .description('let what is in flight end and begin nothing new, until resume')
    .action((name: string | undefined, options: OperateOptions) => operate(name, 'pause', options));
}
