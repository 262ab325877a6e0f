import { Command } from 'commander';
import { operate, withOperator, type OperateOptions } from '../operate-run.ts';

/** `cancel`: ends a run, after what is in flight or at once. */
export function cancelCommand(): Command {
  return withOperator(new Command('cancel'))
    .description('end a run or a backfill: what is in flight ends first, the rest is not started')
    .option('--now', 'cancel what is in flight as well')
    .addHelpText(
      'after',
      `
What is done stays done: the same request trains only the rest. The run reports, its state is
cancelled, and whoever waits for it exits with 4. A drain that takes too long is cut short by
"cancel --now".`,
    )
    .action((name: string | undefined, { now, ...options }: OperateOptions & { now?: boolean }) =>
      operate(name, 'cancelRun', options, { mode: now === true ? 'now' : 'drain' }),
    );
}
