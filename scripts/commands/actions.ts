import path from 'node:path';
import { Command, Option } from 'commander';
import {
  confirmAction,
  confirmMove,
  type Confirmation,
} from '../../activities/market/confirm-action.ts';
import { importActions } from '../../activities/market/import-actions.ts';
import { listActions } from '../../activities/market/list-actions.ts';
import { proposeActions } from '../../activities/market/propose-actions.ts';
import { InputError } from '../../shared/contracts/errors.ts';
import { actionKinds, type ActionKind } from '../../shared/contracts/plan.ts';
import { actionText, listText, searchText } from '../actions-text.ts';
import { inWorld } from '../in-world.ts';
import { answer } from '../output.ts';
import { dayFrom } from './day-option.ts';

interface ConfirmOptions {
  readonly kind?: ActionKind;
  readonly ratio?: string;
  readonly factor?: string;
  readonly cash?: string;
  readonly move?: true;
}

/** `actions`: splits, bonuses and the like; what raw bars are adjusted by, and what waits for a person. */
export function actionsCommand(): Command {
  const command = new Command('actions').description(
    'corporate actions: what raw bars are adjusted by, and what nobody has confirmed',
  );
  for (const part of [listCommand(), proposeCommand(), confirmCommand(), importCommand()])
    command.addCommand(part.exitOverride());
  return command;
}

function listCommand(): Command {
  return new Command('list')
    .description('every known action with its evidence, and the proposals nobody has answered')
    .option('--symbols <list>', 'tickers with commas (default: all)')
    .action(async ({ symbols }: { readonly symbols?: string }, command: Command) => {
      const found = await inWorld('actions', (world) => listActions(world, symbols?.split(',')));
      answer(isJson(command), { schema: 1, ...found }, () => listText(found));
    });
}

function proposeCommand(): Command {
  return new Command('propose')
    .description('search raw daily bars for splits and bonuses that nobody confirmed')
    .action(async (_: object, command: Command) => {
      const found = await inWorld('actions', (world) => proposeActions(world, world.now()));
      answer(isJson(command), { schema: 1, ...found }, () => searchText(found));
    });
}

function confirmCommand(): Command {
  return new Command('confirm')
    .description('vouch for an action, or with --move for the price having really moved that day')
    .argument('<symbol>', 'ticker, like INFY')
    .argument('<exDate>', 'the first day that trades without it, like 2018-09-04')
    .addOption(
      new Option('--kind <kind>', 'what it was (default: as proposed)').choices(actionKinds),
    )
    .option('--ratio <ratio>', 'like "5:1 split" or "1:3 bonus" (default: as proposed)')
    .option('--factor <factor>', 'price after over price before, like 0.9079')
    .option('--cash <rupees>', 'what a dividend pays a share')
    .option('--move', 'no action at all: the price moved')
    .addHelpText(
      'after',
      `
A split a:b makes a shares of b; a bonus a:b gives a new shares for b held. Several on one day are
joined: "5:1 split + 1:1 bonus". What you confirm stands before what the project carries.`,
    )
    .action(async (symbol: string, exDate: string, options: ConfirmOptions, command: Command) => {
      const { move, ...said } = options;
      const json = isJson(command);
      const asked = confirmationOf(symbol, exDate, said);
      if (move === true) {
        if (Object.keys(said).length > 0)
          throw new InputError('"--move" says that there was no action; leave out what it was');
        const moved = await inWorld('actions', (world) => confirmMove(world, asked, world.now()));
        answer(
          json,
          { schema: 1, symbol: moved.symbol, day: moved.day, moved: true },
          () => `${moved.symbol} really moved on ${moved.day}: nothing is adjusted`,
        );
        return;
      }
      const action = await inWorld('actions', (world) => confirmAction(world, asked, world.now()));
      answer(json, { schema: 1, ...action }, () => actionText(action));
    });
}

function importCommand(): Command {
  return new Command('import')
    .description('add a table of actions, whole or not at all')
    .argument('<csv>', 'a file with the columns of data/reference/corporate-actions.csv')
    .action(async (file: string, _: object, command: Command) => {
      const report = await inWorld('actions', (world) => importActions(world, path.resolve(file)));
      answer(
        isJson(command),
        { schema: 1, ...report },
        () =>
          `${report.actions} actions of ${report.symbols} symbols imported, ` +
          `${report.confirmed} of them confirmed`,
      );
    });
}

/** Whether `--json` was given: the option is that of `actions`, wherever on the line it stands. */
function isJson(command: Command): boolean {
  return command.optsWithGlobals<{ readonly json?: boolean }>().json === true;
}

/** Reads what a person typed. */
function confirmationOf(
  symbol: string,
  exDate: string,
  { kind, ratio, factor, cash }: Omit<ConfirmOptions, 'move'>,
): Confirmation {
  return {
    symbol,
    exDate: dayFrom('the ex-date', exDate),
    ...(kind === undefined ? {} : { kind }),
    ...(ratio === undefined ? {} : { ratio }),
    ...(factor === undefined ? {} : { factor: numberOf('--factor', factor) }),
    ...(cash === undefined ? {} : { cash: numberOf('--cash', cash) }),
  };
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new InputError(`${option} should be a number; "${text}" found`);
  return value;
}
