import { Command } from 'commander';
import type { PermutationCost } from '../../activities/training/permutation-cost.ts';
import {
  permuteFamilies,
  type PermuteRequest,
} from '../../activities/training/permute-families.ts';
import { reportImportance } from '../../activities/training/report-importance.ts';
import { InputError } from '../../shared/contracts/errors.ts';
import { readConfig } from '../../shared/runtime/stack/config.ts';
import { openLogger } from '../../shared/runtime/logger.ts';
import type { World } from '../../shared/runtime/world.ts';
import { openImportanceThreads } from '../../workers/compute-world.ts';
import { costText, importanceText } from '../importance-text.ts';
import { inWorld } from '../in-world.ts';
import { answer, say, showProgress } from '../output.ts';
import { newestPlannedRun } from '../run-files.ts';

interface ImportanceOptions {
  readonly permute?: boolean;
  readonly repeats: number;
  readonly models?: number;
  readonly json?: boolean;
}

const details = `
By gain: what splits on a feature took off the training loss, by LightGBM's own count, as a share of
the model's whole gain; the mean over the run's models. It counts what was learnt, noise as well:
shuffled labels have important features, too.
--permute: every model's inner folds are fitted again, and the columns of a family are shuffled
together within each test block. What the log loss of these rows rises by is what the family told of
rows that the fold had not seen; about 0, or less, is nothing. Models stay as they are.
Neither is evidence: whether a family is a gain, train --without <family> --compare says.`;

/** `importance`: which features and families a run's models stand on. Needs no server. */
export function importanceCommand(): Command {
  return new Command('importance')
    .description("which features and families a run's models stand on")
    .argument('[runId]', 'name of the run (default: the newest)')
    .option(
      '--permute',
      'also measure what inner folds lose without each family; says its cost first',
    )
    .option('--repeats <n>', 'permutations of each test block', wholeNumber, 5)
    .option('--models <n>', 'permute at most so many of each stage, evenly spread', wholeNumber)
    .addHelpText('after', details)
    .action(async (runId: string | undefined, options: ImportanceOptions) => {
      const found = await inWorld('importance', async (world) => {
        const meant = runId ?? (await newestPlannedRun(world.root));
        const gain = await reportImportance(world, meant);
        if (options.permute !== true) return gain;
        return { ...gain, permuted: await permuted(world, { ...options, runId: meant }) };
      });
      answer(options.json, { schema: 1, ...found }, () => importanceText(found));
    });
}

async function permuted(world: World, { runId, repeats, models }: PermuteRequest) {
  const { lightgbmLib } = await readConfig();
  const threads = await openImportanceThreads(openLogger('importance'), lightgbmLib);
  try {
    const request = { runId, repeats, ...(models === undefined ? {} : { models }) };
    return await permuteFamilies(world, request, {
      threads,
      onCost: (cost: PermutationCost) => say(costText(cost, threads.length)),
      onProgress: (done, all) => showProgress(`model ${done} of ${all}`),
    });
  } finally {
    await Promise.all(threads.map((thread) => thread.close()));
  }
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InputError(`"${text}" is not a whole number from 1 on`);
}
