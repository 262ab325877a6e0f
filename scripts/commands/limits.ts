import { Command } from 'commander';
import { operate, withOperator, type OperateOptions } from '../operate-run.ts';

/** `limits`: how much of a run may be in flight. */
export function limitsCommand(): Command {
  return withOperator(new Command('limits'))
    .description('limit how much of a run or a backfill is in flight')
    .requiredOption(
      '--in-flight <n>',
      "of a run: windows a lane, within the stack's own limit; of a backfill: windows open at once",
      Number,
    )
    .action(
      (name: string | undefined, { inFlight, ...options }: OperateOptions & { inFlight: number }) =>
        operate(name, 'limits', options, { inFlight }),
    );
}
