import { CommanderError } from 'commander';
import { asSenseQuantError, errorRecord } from '../shared/contracts/errors.ts';

/** What a command's exit says; see `--help`. */
export const exitCodes = {
  done: 0,
  wrong: 1,
  withFailures: 2,
  overThreshold: 3,
  cancelled: 4,
} as const;

/** Prints a command's answer: one JSON document, or the text for a person. */
export function answer(json: boolean | undefined, value: unknown, text: () => string): void {
  process.stdout.write(`${json === true ? JSON.stringify(value) : text()}\n`);
}

/** Says something on the way to an answer; on stderr, so that stdout stays one document. */
export function say(message: string): void {
  clearProgress();
  process.stderr.write(`${message}\n`);
}

/**
 * Prints what went wrong. A fault of ours comes with its stack; anything else is a sentence.
 *
 * @returns the exit code
 */
export function failed(error: unknown, json: boolean): number {
  clearProgress();
  if (error instanceof CommanderError) return failedUsage(error, json);
  const { name, message } = errorRecord(error);
  const isKnown = asSenseQuantError(error) !== undefined && name !== 'InvariantError';
  if (json) errorDocument(name, message);
  const stack = error instanceof Error && !isKnown ? (error.stack ?? message) : message;
  process.stderr.write(`${isKnown ? message : stack}\n`);
  return exitCodes.wrong;
}

/** Commander has printed its own faults for a person, and help that was asked for is none. */
function failedUsage({ exitCode, code, message }: CommanderError, json: boolean): number {
  if (exitCode === 0) return exitCodes.done;
  const said =
    code === 'commander.help'
      ? 'a command was expected after this one; --help lists them'
      : message.replace(/^error: /, '');
  if (json) errorDocument('InputError', said);
  return exitCodes.wrong;
}

function errorDocument(name: string, message: string): void {
  process.stdout.write(`${JSON.stringify({ schema: 1, error: { class: name, message } })}\n`);
}

let hasProgress = false;

/** Shows one line that the next one replaces; nothing where nobody watches. */
export function showProgress(line: string): void {
  if (!process.stderr.isTTY) return;
  const width = process.stderr.columns || 80;
  process.stderr.write(`\r\u001b[2K${line.slice(0, width - 1)}`);
  hasProgress = true;
}

function clearProgress(): void {
  if (hasProgress) process.stderr.write('\r\u001b[2K');
  hasProgress = false;
}

/** Rows as aligned columns under their headings; numbers to the right. */
export function tableText(
  headings: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const cells = [headings, ...rows].map((row) => row.map(String));
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const isNumber = headings.map((_, column) =>
    rows.every((row) => typeof row[column] === 'number'),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        isNumber[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
      )
      .join('  ')
      .trimEnd();
  return cells.map(line).join('\n');
}
