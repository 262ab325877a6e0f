import { userInfo } from 'node:os';
import { Command } from 'commander';
import {
  listHoldouts,
  openHoldout,
  sealHoldout,
  type Holdout,
} from '../../activities/validation/holdouts.ts';
import { holdoutText } from '../holdout-words.ts';
import { inWorld } from '../in-world.ts';
import { answer } from '../output.ts';
import { newestPlannedRun } from '../run-files.ts';
import { dayFrom } from './day-option.ts';

interface WordOptions {
  readonly why: string;
  readonly who: string;
}

interface SealOptions extends WordOptions {
  readonly run?: string;
  readonly freeze?: string;
}

const details = `
A configuration is all that models depend on but bars: interval, recipe with every option, universe.
While it is sealed, evidence and exports of any run of it show what they would if the freeze date were
the last session there is; explain keeps its scores back. Training goes on. Each seal and each opening
is an entry of the ledger, data/registry/ledger/, with who, why and when; none is ever changed.`;

/** `holdout`: sessions of a frozen configuration that nobody looks at until they are opened. */
export function holdoutCommand(): Command {
  const command = new Command('holdout')
    .description('seal the later sessions of a frozen configuration, and open them, once, for good')
    .addHelpText('after', details);
  for (const part of [sealCommand(), openCommand(), listCommand()])
    command.addCommand(part.configureHelp({ showGlobalOptions: true }).exitOverride());
  return command;
}

function sealCommand(): Command {
  return withWord(new Command('seal'))
    .description('freeze the configuration of a run and seal its sessions after a day')
    .argument('<name>', 'what the holdout is called from now on')
    .option('--run <runId>', 'whose configuration it is (default: the newest run)')
    .option(
      '--freeze <day>',
      'the last session to be looked at (default: the as-of day of the run)',
    )
    .action(async (name: string, { run, freeze, ...word }: SealOptions, command: Command) => {
      const day = freeze === undefined ? {} : { freeze: dayFrom('--freeze', freeze) };
      const sealed = await inWorld('holdout', async (world) =>
        sealHoldout(world, {
          ...word,
          ...day,
          name,
          runId: run ?? (await newestPlannedRun(world.root)),
        }),
      );
      tell(command, sealed);
    });
}

function openCommand(): Command {
  return withWord(new Command('open'))
    .description('open a holdout: its sessions may be looked at from now on, for good')
    .argument('<name>', 'of a holdout, as list shows it')
    .action(async (name: string, word: WordOptions, command: Command) => {
      const opened = await inWorld('holdout', (world) => openHoldout(world, { name, ...word }));
      tell(command, opened);
    });
}

function listCommand(): Command {
  return new Command('list')
    .description('every holdout: what is sealed, and who opened what, when and why')
    .action(async (_: object, command: Command) => {
      const holdouts = await inWorld('holdout', (world) => listHoldouts(world));
      answer(isJson(command), { schema: 1, holdouts }, () =>
        holdouts.length === 0
          ? 'nothing is sealed; see: holdout seal --help'
          : holdouts.map(holdoutText).join('\n'),
      );
    });
}

function withWord(command: Command): Command {
  return command
    .requiredOption('--why <reason>', 'for the ledger')
    .option('--who <name>', 'for the ledger', userInfo().username);
}

function tell(command: Command, holdout: Holdout): void {
  answer(isJson(command), { schema: 1, ...holdout }, () => holdoutText(holdout));
}

/** Whether `--json` was given: the option is that of `holdout`, wherever on the line it stands. */
function isJson(command: Command): boolean {
  return command.optsWithGlobals<{ readonly json?: boolean }>().json === true;
}
