import { Command, Option } from 'commander';
import { auditLeaks, type LeakAuditOptions } from '../../activities/validation/audit-leaks.ts';
import { auditRun, type RunAuditOptions } from '../../activities/audit/audit-run.ts';
import { InputError } from '../../shared/contracts/errors.ts';
import { recipeNames } from '../../shared/contracts/recipe.ts';
import { readConfig } from '../../shared/runtime/stack/config.ts';
import { openLogger } from '../../shared/runtime/logger.ts';
import { openLeakThreads, openTrainingThread } from '../../workers/compute-world.ts';
import { inWorld } from '../in-world.ts';
import { leaksText, runAuditText } from '../leaks-text.ts';
import { answer, exitCodes, showProgress } from '../output.ts';

const details = `
Simulated prices go through the code of production, from grid to predictions, without a server:
  random-walks   nothing is learnt from prices that nobody can predict
  coin-labels    nothing is learnt of labels that are coins (a shuffle within a series would keep
                 its base rate, which a pooled AUC rewards)
  soft-labels    students of the teacher's opinions alone learn nothing of random walks, and are seen
                 through where the teacher had learnt the rows it speaks of
  planted-leak   a feature of tomorrow's return is found out
  purge          rows next to what was learnt score chance, and more where nothing is purged
  planted-edge   how often an edge of known strength is found, by length of the sample
  truncation     bars of later change no feature, no label that had ended, and no model
  late-rows      a row dated after the decision is refused
Intervals hold 99.9 %, by draw: rows of one universe overlap and share a market, universes do not.
The same draws give the same numbers; pools are small ones. A control that fails fails the command
(exit 1).

With --run, a run that exists is audited instead, by its own plan, bars and stored rows:
  stored-rows      every row that trained had ended by its decision, and none of them was judged
  purge            rows that folds learnt, counted again from when their labels end
  truncation       of a few windows: features and labels of bars cut at random, rows and names of
                   models from bars cut at the decision, and models fitted again on them, byte by byte
  predictions      stored models say again what is stored
  shuffled-labels  scores against labels of other days, and no AUC that bars alone cannot have`;

interface AuditCommandOptions extends LeakAuditOptions, Omit<RunAuditOptions, 'runId'> {
  readonly run?: string;
}

/** `audit`: whether the pipeline itself can be trusted. */
export function auditCommand(): Command {
  return new Command('audit')
    .description('whether the pipeline itself can be trusted')
    .addCommand(leaksCommand().exitOverride());
}

function leaksCommand(): Command {
  return new Command('leaks')
    .description('search the pipeline for looks into the future, by controls that must find them')
    .addOption(
      new Option('--recipe <name>', 'recipe to audit')
        .choices([...recipeNames, 'all'])
        .default('all'),
    )
    .addOption(
      new Option('--draws <count>', 'random walks, at least 100; other controls take a share of it')
        .default(200)
        .argParser(wholeNumber),
    )
    .option('--run <runId>', 'audit a run by what is stored of it')
    .addOption(
      new Option('--windows <count>', 'with --run: windows to look at closely')
        .default(8)
        .argParser(wholeNumber),
    )
    .addOption(
      new Option('--refits <count>', 'with --run: windows whose models are fitted again')
        .default(2)
        .argParser(wholeNumber),
    )
    .addHelpText('after', details)
    .action(async (options: AuditCommandOptions, command: Command) => {
      const { json } = command.optsWithGlobals<{ readonly json?: boolean }>();
      if (options.run !== undefined) {
        await auditRunCommand({ ...options, runId: options.run }, json);
        return;
      }
      const { lightgbmLib } = await readConfig();
      const threads = await openLeakThreads(openLogger('audit'), lightgbmLib);
      try {
        const audit = await auditLeaks(threads, options, (done, all) =>
          showProgress(`draw ${done} of ${all}`),
        );
        answer(json, { schema: 1, ...audit }, () => leaksText(audit));
        process.exitCode = audit.passed ? exitCodes.done : exitCodes.wrong;
      } finally {
        await Promise.all(threads.map((thread) => thread.close()));
      }
    });
}

async function auditRunCommand(options: RunAuditOptions, json: boolean | undefined): Promise<void> {
  const { lightgbmLib } = await readConfig();
  const thread = await openTrainingThread(openLogger('audit'), lightgbmLib);
  try {
    const audit = await inWorld('audit', (world) =>
      auditRun(world, thread, options, (done, all) => showProgress(`window ${done} of ${all}`)),
    );
    answer(json, { schema: 1, ...audit }, () => runAuditText(audit));
    process.exitCode = audit.passed ? exitCodes.done : exitCodes.wrong;
  } finally {
    await thread.close();
  }
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text)) throw new InputError(`"${text}" is not a whole number`);
  return number;
}
