import path from 'node:path';
import { Command, Option } from 'commander';
import { checkCalendar, type CalendarCheck } from '../../activities/market/check-calendar.ts';
import { listSessions, type ListedSession } from '../../activities/market/list-sessions.ts';
import { addDays, intervals, type Interval, type TradingDay } from '../../shared/contracts/time.ts';
import { readReference } from '../../shared/runtime/reference/reference.ts';
import { inWorld } from '../in-world.ts';
import { answer, exitCodes, say, tableText } from '../output.ts';
import { spanFrom, type DayOptions } from './day-option.ts';

interface ListOptions extends DayOptions {
  readonly interval: Interval;
  readonly json?: boolean;
}

/** `calendar`: the sessions of the exchange, and how bars agree with them. */
export function calendarCommand(): Command {
  const command = new Command('calendar')
    .description('list sessions with their hours and how many bars each has; reads no bars')
    .option('--from <day>', 'first day (default: the first of this year, or of that of --to)')
    .option('--to <day>', 'last day (default: a year from the first)')
    .addOption(
      new Option('--interval <spacing>', 'whose expected bars to show')
        .choices(intervals)
        .default('1m'),
    )
    .action(async ({ interval, json, ...days }: ListOptions) => {
      const span = spanFrom(days);
      const reference = await readReference();
      const first = span.from ?? yearStart(span.to);
      const end = span.to ?? yearFrom(first, reference.calendar.to);
      const sessions = listSessions(reference, first, end);
      answer(json, { schema: 1, from: first, to: addDays(end, -1), sessions }, () =>
        sessionsText(sessions, interval),
      );
    });
  command
    .command('check')
    .description('compare the calendar with imported bars, or with CSV files before their import')
    .argument('[path]', 'a folder of SYMBOL.csv, or one such file (default: all imported bars)')
    .option('--json', 'one JSON document on stdout, nothing else')
    .addHelpText(
      'after',
      `
Lists bars on days without a session, sessions on which fewer than half of the series that
trade then have bars, and days with more bars than the session has room for; with an
explanation where one is known. What has none is wrong, in the bars or in the calendar.`,
    )
    .action(checkAction);
  return command;
}

async function checkAction(
  folder: string | undefined,
  _: unknown,
  command: Command,
): Promise<void> {
  const { json } = command.optsWithGlobals<{ json?: boolean }>();
  await inWorld('calendar', async (world) => {
    const check = await checkCalendar(
      world,
      folder === undefined ? undefined : path.resolve(folder),
    );
    for (const { file, line, message } of check.faults) say(`${file}:${line}: ${message}`);
    const { from, to } = world.calendar;
    answer(json, { schema: 1, calendar: { from, to }, ...check }, () => checkText(check));
    process.exitCode = check.faults.length > 0 ? exitCodes.wrong : exitCodes.done;
  });
}

/** The first day of the year in which a span ends; of this year where its end is not said. */
function yearStart(end: TradingDay | undefined): TradingDay {
  const year = end === undefined ? new Date().getUTCFullYear() : addDays(end, -1).slice(0, 4);
  return `${year}-01-01` as TradingDay;
}

/** The day a year on, or the end of the calendar. */
function yearFrom(first: TradingDay, end: TradingDay): TradingDay {
  const later = addDays(first, 365);
  return later < end ? later : end;
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

function sessionsText(sessions: readonly ListedSession[], interval: Interval): string {
  const rows = sessions.map(({ day, template, hours, expectedBars, holiday }) => [
    day,
    weekdays[new Date(day).getUTCDay()],
    template,
    hours.map(({ from, to }) => `${from}-${to}`).join(' '),
    expectedBars.derivatives[interval],
    expectedBars.cash[interval],
    holiday ?? '',
  ]);
  const headings = ['day', '', 'template', 'hours', `${interval} derivatives`, 'cash', 'holiday'];
  return `${tableText(headings, rows)}\n\n${sessions.length} sessions`;
}

/** A comparison in lines: what agrees, then what does not. */
function checkText({ compared }: CalendarCheck): string {
  const lines = compared.map(
    ({ interval, series, from, to, sessions, confirmed, contradictions }) =>
      `${interval}: ${series} series of ${from} to ${addDays(to, -1)}: ${confirmed} of ${sessions} sessions ` +
      `have bars, ${contradictions.length} contradictions, ` +
      `${contradictions.filter(({ explanation }) => explanation === undefined).length} unexplained`,
  );
  const rows = compared.flatMap(({ interval, contradictions }) =>
    contradictions.map((one) => [
      interval,
      one.day,
      one.kind,
      `${one.symbols.length} of ${one.trading}`,
      one.found === undefined ? '' : `${one.found} bars, not ${one.expected ?? 0}`,
      one.explanation ?? 'UNEXPLAINED',
    ]),
  );
  if (rows.length === 0) return lines.join('\n');
  const headings = ['interval', 'day', 'contradiction', 'series', 'bars', 'explanation'];
  return `${lines.join('\n')}\n\n${tableText(headings, rows)}`;
}
