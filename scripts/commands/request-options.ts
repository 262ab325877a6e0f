import { readFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { InputError } from '../../shared/contracts/errors.ts';
import type { TrainRequest } from '../../shared/contracts/plan.ts';
import { recipeNames } from '../../shared/contracts/recipe.ts';
import { intervals } from '../../shared/contracts/time.ts';
import { parseRequest } from '../../shared/runtime/parse-request.ts';

/** What `plan` and `train` are asked on the command line. */
export interface RequestOptions {
  readonly symbols: string;
  readonly from: string;
  readonly to: string;
  readonly interval: string;
  readonly recipe: string;
  readonly asOf?: string;
  readonly universe?: string;
  readonly features?: string;
  readonly without?: string;
  readonly windowDays?: string;
  readonly stepDays?: string;
  readonly windowSessions?: string;
  readonly stepSessions?: string;
  readonly anchor?: string;
  readonly horizon?: string;
  readonly studentMix?: string;
  readonly planToken?: string;
}

/** Adds the options that say what to train. */
export function withRequestOptions(command: Command): Command {
  return command
    .requiredOption('--from <day>', 'windows of the grid that start on or after this day')
    .requiredOption('--to <day>', 'and on or before this one; what is decided later is not due')
    .option('--symbols <list>', '"all", tickers with commas, or @file with one a line', 'all')
    .addOption(
      new Option('--interval <spacing>', 'spacing of bars').choices(intervals).default('1d'),
    )
    .addOption(
      new Option(
        '--recipe <name>',
        'one model a symbol, one of the whole pool, or one a symbol on top of its pool',
      )
        .choices(recipeNames)
        .default('symbol'),
    )
    .option(
      '--universe <name>',
      'whose members are pooled, e.g. "nifty100" (default: the symbols asked for that have bars)',
    )
    .option('--features <set>', 'the feature set (default: that of the recipe)')
    .option('--without <families>', 'families of features to leave out, with commas')
    .option('--window-days <n>', 'length of a window in calendar days (default: 180)')
    .option('--step-days <n>', 'from one window to the next in calendar days (default: 180)')
    .option('--window-sessions <n>', 'length in sessions (default: pooled 504, of 5m bars 40)')
    .option('--step-sessions <n>', 'step in sessions (default: pooled 21, of 5m bars 10)')
    .option('--anchor <day>', 'a day on which a window starts (default: 2022-01-01)')
    .option('--horizon <bars>', 'bars a label looks ahead (default: 5; of 5m bars 12)')
    .option(
      '--student-mix <mix>',
      'what students learn: "hard" labels, a share of the teacher in (0, 1], or what informs (default: auto)',
    )
    .option('--as-of <day>', 'read no bar after this day (default: the last closed session)')
    .option(
      '--plan-token <token>',
      'refuse if the inputs are not those of the plan that showed it',
    );
}

/**
 * Reads the options into a request.
 *
 * @throws InputError naming every fault
 */
export async function requestFrom(options: RequestOptions): Promise<TrainRequest> {
  const { asOf, anchor, planToken } = options;
  return parseRequest({
    symbols: await symbolsFrom(options.symbols),
    from: options.from,
    to: options.to,
    interval: options.interval,
    recipe: options.recipe,
    ...(asOf === undefined ? {} : { asOf }),
    ...(anchor === undefined ? {} : { anchor }),
    ...(planToken === undefined ? {} : { planToken }),
    ...numberField('windowDays', options.windowDays),
    ...numberField('stepDays', options.stepDays),
    ...numberField('windowSessions', options.windowSessions),
    ...numberField('stepSessions', options.stepSessions),
    ...(options.universe === undefined ? {} : { universe: options.universe }),
    ...(options.features === undefined ? {} : { features: options.features }),
    ...(options.without === undefined ? {} : { without: symbolsOf(options.without, /,/) }),
    ...numberField('horizon', options.horizon),
    ...mixField(options.studentMix),
  });
}

function mixField(text: string | undefined): { studentMix?: string | number } {
  if (text === undefined) return {};
  return { studentMix: text === 'auto' || text === 'hard' ? text : Number(text) };
}

function numberField(name: string, text: string | undefined): Record<string, number> {
  return text === undefined ? {} : { [name]: Number(text) };
}

/**
 * Reads `--symbols`: `all`, tickers with commas, or `@file` with one a line.
 *
 * @throws InputError if the file cannot be read
 */
export async function symbolsFrom(text: string): Promise<'all' | string[]> {
  if (text === 'all') return 'all';
  if (!text.startsWith('@')) return symbolsOf(text, /,/);
  const file = text.slice(1);
  const lines = await readFile(file, 'utf8').catch(() => {
    throw new InputError(`"${file}" cannot be read; --symbols @file takes a file of tickers`);
  });
  return symbolsOf(lines.replaceAll(/#.*/g, ''), /[\s,]+/);
}

function symbolsOf(text: string, separator: RegExp): string[] {
  const symbols = text.split(separator).map((symbol) => symbol.trim());
  return symbols.filter((symbol) => symbol !== '');
}
