import { setTimeout as pause } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { InputError } from '../../shared/contracts/errors.ts';
import { readConfig } from '../../shared/runtime/stack/config.ts';
import { openDataRoot } from '../../shared/runtime/data-root.ts';
import {
  readTelemetry,
  telemetryFolder,
  type LogLine,
} from '../../shared/runtime/runs/telemetry.ts';
import { answer } from '../output.ts';
import { newestPlannedRun, writtenReport } from '../run-files.ts';
import { meantWindow } from './explain.ts';

interface LogsOptions {
  readonly window?: string;
  readonly follow?: boolean;
  readonly json?: boolean;
}

const lookEveryMs = 300;

/** `logs`: what every process of the stack said of a run, in order. Reads files, needs no server. */
export function logsCommand(): Command {
  return new Command('logs')
    .description('what every process said of a run or a backfill, by time')
    .argument('[runId]', 'name of the run (default: the newest that was planned)')
    .option('--window <window>', 'of one window, by its name or the id of its workflow')
    .addOption(
      new Option('--follow', 'go on until the run has ended; Ctrl-C leaves').conflicts('json'),
    )
    .action(logs);
}

async function logs(named: string | undefined, options: LogsOptions): Promise<void> {
  const { window, follow, json } = options;
  const meant = window === undefined ? undefined : meantWindow(window, named);
  const { dataRoot } = await readConfig();
  const root = await openDataRoot(dataRoot);
  const runId = named ?? meant?.runId ?? (await newestPlannedRun(root));
  const folder = telemetryFolder(root, runId);
  const read = new Map<string, number>();
  const next = async (): Promise<LogLine[]> =>
    (await readTelemetry(folder, read)).filter(
      (line) => meant === undefined || line.window === meant.window,
    );
  const lines = await next();
  if (read.size === 0 && follow !== true)
    throw new InputError(`there is no log of run "${runId}" in "${root.path}"`);
  answer(json, { schema: 1, runId, lines }, () => lines.map(lineText).join('\n'));
  if (follow !== true) return;
  for (;;) {
    // What was written before the report was is read after it was seen.
    const hasEnded = (await writtenReport(root, runId)) !== undefined;
    const since = await next();
    if (since.length > 0) process.stdout.write(`${since.map(lineText).join('\n')}\n`);
    if (hasEnded) return;
    await pause(lookEveryMs);
  }
}

const levels: Readonly<Record<number, string>> = { 40: 'warning: ', 50: 'error: ', 60: 'fatal: ' };

/** `2026-11-24T17:44:17.120Z cpu0 TCS/1d/2022-01-01..2022-06-30 fitTeacher: done in 0.15 s`. */
function lineText(line: LogLine): string {
  const { time, role, window, step, level, msg } = line;
  const { seconds, who, why } = line as { seconds?: number; who?: string; why?: string };
  const about = [role.replace(/^lane /, ''), window, step]
    .filter((word) => word !== undefined)
    .join(' ');
  return (
    `${time} ${about}: ${levels[level] ?? ''}${msg}` +
    `${seconds === undefined ? '' : ` after ${seconds} s`}` +
    `${who === undefined ? '' : ` by ${who}: ${why}`}`
  );
}
