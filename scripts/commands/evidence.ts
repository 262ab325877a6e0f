import { Command, Option } from 'commander';
import {
  groupings,
  reportEvidence,
  type Grouping,
} from '../../activities/validation/report-evidence.ts';
import { inWorld } from '../in-world.ts';
import { evidenceText } from '../evidence-text.ts';
import { answer } from '../output.ts';
import { newestPlannedRun } from '../run-files.ts';

interface EvidenceCommandOptions {
  readonly against?: string;
  readonly by?: Grouping;
  readonly holdout?: string;
  readonly json?: boolean;
}

const details = `
What is said of each arm, over the same rows of the evaluation spans, which no model had seen:
  rank IC      correlation of ranks of score and return among the symbols of a session, mean over
               sessions; t by Newey and West with lags of twice the horizon
  AUC          pooled over symbols and sessions: selection and timing of the market together
  log loss     less that of the base rate of the same rows, in thousandths of a nat: below 0 is better
  ECE          expected calibration error, ten bins; chance alone makes it positive
  top tenth    what the top tenth by score returned more than equal weight, basis points a label,
               before costs
Intervals hold 95 % of 5,000 resamples of blocks of sessions, 10 on average, all rows of a session
together. Baselines are computed from bars known at the close of each row's bar; reversal-5 and
momentum-60 look back so many bars. Rows are kept apart by what reconcile found of the bars behind
them: run it first. The models of --against <runId> are compared on the rows that both runs have: train
again with --student-mix hard for what distillation is worth, and see train --compare. Of twenty figures one is beyond its
interval by chance: nothing is corrected for the number of looks. No verdict is given.`;

/** `evidence`: what out-of-sample predictions are worth. Reads files, needs no server. */
export function evidenceCommand(): Command {
  return new Command('evidence')
    .description('what the out-of-sample predictions of a run are worth, beside naive baselines')
    .argument('[runId]', 'name of the run (default: the newest)')
    .option('--against <runId>', 'compare the models with those of another run')
    .option('--holdout <name>', 'judge the sessions of an opened holdout alone')
    .addOption(new Option('--by <group>', 'judge the students of each').choices(groupings))
    .addHelpText('after', details)
    .action(async (runId: string | undefined, options: EvidenceCommandOptions) => {
      const { against, by, holdout, json } = options;
      const evidence = await inWorld('evidence', async (world) =>
        reportEvidence(world, {
          runId: runId ?? (await newestPlannedRun(world.root)),
          ...(against === undefined ? {} : { against }),
          ...(by === undefined ? {} : { by }),
          ...(holdout === undefined ? {} : { holdout }),
        }),
      );
      answer(json, { schema: 1, ...evidence }, () => evidenceText(evidence));
    });
}
