import path from 'node:path';
import { Command } from 'commander';
import {
  importInstruments,
  type InstrumentImport,
} from '../../activities/market/import-instruments.ts';
import { listInstruments, type InstrumentList } from '../../activities/market/list-instruments.ts';
import { inWorld } from '../in-world.ts';
import { answer, tableText } from '../output.ts';
import { dayFrom } from './day-option.ts';

interface Common {
  readonly universe?: string;
  readonly asOf?: string;
  readonly json?: boolean;
}

/** `instruments`: what is known of symbols, and what newer files say. */
export function instrumentsCommand(): Command {
  const command = new Command('instruments')
    .description(
      "show what is known of symbols: codes, ISINs, listing, former tickers, hours' class",
    )
    .argument('[symbols...]', 'tickers, current or former (default: all)')
    .option('--universe <name>', 'members of an index, e.g. nifty100')
    .option('--as-of <day>', 'members on this day (default: today)')
    .action(async (symbols: string[], { universe, asOf, json }: Common) => {
      await inWorld('instruments', (world) => {
        const list = listInstruments(world, {
          symbols: symbols.map((symbol) => symbol.toUpperCase()),
          ...(asOf === undefined ? {} : { day: dayFrom('--as-of', asOf) }),
          ...(universe === undefined ? {} : { universe }),
        });
        answer(json, { schema: 1, ...list }, () => listText(list));
      });
    });
  command
    .command('import')
    .description("compare ICICI's security master or an NSE constituent file with what is known")
    .argument('<file>', 'SecurityMaster.zip, NSEScripMaster.txt, or ind_nifty100list.csv and alike')
    .option('--apply', 'keep what the file says; without it nothing is changed')
    .option('--universe <name>', 'whose constituents they are (default: read off the file name)')
    .option('--as-of <day>', 'the day whose facts the file tells (default: today)')
    .option('--json', 'one JSON document on stdout, nothing else')
    .action(importAction);
  return command;
}

async function importAction(
  file: string,
  { apply }: { apply?: boolean },
  command: Command,
): Promise<void> {
  const { universe, asOf, json } = command.optsWithGlobals<Common>();
  await inWorld('instruments', async (world) => {
    const result = await importInstruments(world, {
      path: path.resolve(file),
      apply: apply === true,
      ...(asOf === undefined ? {} : { asOf: dayFrom('--as-of', asOf) }),
      ...(universe === undefined ? {} : { universe }),
    });
    answer(json, { schema: 1, ...result }, () => importText(result));
  });
}

function listText({ universe, instruments }: InstrumentList): string {
  const rows = instruments.map((one) => [
    one.symbol,
    one.isecCode ?? '',
    one.token ?? '',
    one.isin ?? '',
    one.faceValue ?? '',
    one.derivatives ? 'yes' : 'no',
    one.listed ?? '',
    one.delisted ?? '',
    one.sector ?? '',
    one.formerly.map(({ symbol, until }) => `${symbol} until ${until}`).join(', '),
  ]);
  const headings = [
    'symbol',
    'code',
    'token',
    'isin',
    'face',
    'futures',
    'listed',
    'delisted',
    'sector',
    'formerly',
  ];
  const whose =
    universe === undefined ? '' : `, members of ${universe.name} as of ${universe.asOf}`;
  return `${tableText(headings, rows)}\n\n${instruments.length} instruments${whose}`;
}

/** How many names a line holds before it says how many more there are. */
const namesShown = 12;

/** A difference in lines. */
function importText(found: InstrumentImport): string {
  const { added, renamed, changed, gone, outdated, membership } = found;
  const lines = [
    `${found.kind} as of ${found.asOf}: ${found.rows} shares, ${found.passedOver} other rows passed over`,
    named(
      'new',
      added.map(({ symbol }) => symbol),
    ),
    ...renamed.map(
      ({ symbol, formerly, by }) =>
        `renamed   ${formerly} is ${symbol} now (same ${by === 'isin' ? 'ISIN' : 'ISEC code'})`,
    ),
    ...changed.map(
      ({ symbol, field, before, after, evidence }) =>
        `changed   ${symbol} ${field}: ${before ?? 'unknown'} -> ${after}` +
        (evidence === undefined ? '' : ` (${evidence})`),
    ),
    named('gone', gone),
    named('outdated', outdated),
    ...(membership === undefined
      ? []
      : [
          `universe  ${membership.universe}, since ${membership.since ?? 'ever'}`,
          named('joined', membership.joined),
          named('left', membership.left),
        ]),
    found.applied ? 'kept' : 'nothing is changed; keep it with --apply',
  ];
  return lines.filter((line) => line !== '').join('\n');
}

function named(what: string, symbols: readonly string[]): string {
  if (symbols.length === 0) return '';
  const more = symbols.length > namesShown ? ` and ${symbols.length - namesShown} more` : '';
  return `${what.padEnd(9)} ${symbols.slice(0, namesShown).join(', ')}${more}`;
}
