import { Command, Option } from 'commander';
import {
  auditedRecipes,
  auditLeaks,
  type LeakAuditOptions,
} from '../../activities/validation/audit-leaks.ts';
import { InputError } from '../../shared/contracts/errors.ts';
import { readConfig } from '../../shared/runtime/config.ts';
import { openLogger } from '../../shared/runtime/logger.ts';
import { openLeakThreads } from '../../workers/compute-world.ts';
import { leaksText } from '../leaks-text.ts';
import { answer, exitCodes, showProgress } from '../output.ts';

const details = `
Simulated prices go through the code of production, from grid to predictions, without a server:
  random-walks   nothing is learnt from prices that nobody can predict
  coin-labels    nothing is learnt of labels that are coins (a shuffle within a series would keep
                 its base rate, which a pooled AUC rewards)
  planted-leak   a feature of tomorrow's return is found out
  purge          rows next to what was learnt score chance, and more where nothing is purged
  planted-edge   how often an edge of known strength is found, by length of the sample
  truncation     bars of later change no feature, no label that had ended, and no model
  late-rows      a row dated after the decision is refused
Intervals hold 99.9 %, by draw: rows of one universe overlap and share a market, universes do not.
The same draws give the same numbers. A control that fails fails the command (exit 1).`;

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
      new Option('--recipe <name>', 'recipe to audit').choices(auditedRecipes).default('symbol'),
    )
    .addOption(
      new Option('--draws <count>', 'random walks, at least 100; other controls take a share of it')
        .default(200)
        .argParser(wholeNumber),
    )
    .addHelpText('after', details)
    .action(async (options: LeakAuditOptions, command: Command) => {
      const { lightgbmLib } = await readConfig();
      const threads = await openLeakThreads(openLogger('audit'), lightgbmLib);
      try {
        const audit = await auditLeaks(threads, options, (done, all) =>
          showProgress(`draw ${done} of ${all}`),
        );
        const { json } = command.optsWithGlobals<{ readonly json?: boolean }>();
        answer(json, { schema: 1, ...audit }, () => leaksText(audit));
        process.exitCode = audit.passed ? exitCodes.done : exitCodes.wrong;
      } finally {
        await Promise.all(threads.map((thread) => thread.close()));
      }
    });
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text)) throw new InputError(`"${text}" is not a whole number of draws`);
  return number;
}
