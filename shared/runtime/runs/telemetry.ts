import { AsyncLocalStorage } from 'node:async_hooks';
import { appendFileSync, mkdirSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { isRunName } from '../../contracts/ids.ts';
import { codeOf } from '../files/files.ts';
import type { DataRoot } from '../data-root.ts';
import { withoutSecrets } from '../stack/secret.ts';

/** Lines of a step that are kept for whoever asks why it failed: the last ones, and no longer ones. */
const keptLines = 100;
const keptCharacters = 500;

/** What a log line is about. */
export interface LineIds {
  readonly runId: string;
  readonly window?: string;
  /** What is done: `fitTeacher`. */
  readonly step?: string;
  readonly attempt?: number;
}

/** One line of a run's log, as it lies in `data/telemetry/<runId>/<process>.jsonl`. */
export interface LogLine extends LineIds {
  /** As pino counts: 30 is info, 40 a warning, 50 an error. */
  readonly level: number;
  readonly time: string;
  /** The process that speaks. */
  readonly role: string;
  readonly msg: string;
}

/** A step that something is logged in: what the process says meanwhile belongs to its run. */
export interface LoggedStep {
  readonly ids: LineIds;
  /** Does the work; lines of the process's logger are the step's while it lasts. */
  run<T>(work: () => T): T;
  /** Says something in the run's log alone. */
  say(message: string, fields?: Readonly<Record<string, unknown>>, level?: number): void;
  /** Takes a line that the process's logger wrote. */
  take(line: string): void;
  /** The last lines, as they were written. */
  lines(): readonly string[];
}

const current = new AsyncLocalStorage<LoggedStep>();

/** The step that is being done, as far as the caller belongs to one. */
export function stepNow(): LoggedStep | undefined {
  return current.getStore();
}

/**
 * Begins a step's log. Each line is appended at once; a disk that takes none costs the line and never
 * the step.
 *
 * @param role - the process, which names the file
 */
export function loggedStep(
  root: DataRoot,
  role: string,
  ids: LineIds,
  now: () => number,
): LoggedStep {
  const file = path.join(
    telemetryFolder(root, ids.runId),
    `${role.replaceAll(/[^\w.-]/g, '-')}.jsonl`,
  );
  const kept: string[] = [];
  const step: LoggedStep = {
    ids,
    run: (work) => current.run(step, work),
    say(message, fields = {}, level = 30) {
      const time = new Date(now()).toISOString();
      step.take(JSON.stringify({ level, time, role, ...ids, ...fields, msg: message }));
    },
    take(line) {
      const clean = withoutSecrets(line.trimEnd());
      kept.push(clean.slice(0, keptCharacters));
      if (kept.length > keptLines) kept.shift();
      if (isRunName(ids.runId)) append(file, `${clean}\n`);
    },
    lines: () => kept,
  };
  return step;
}

/** Where a run's log lies: a file a process. */
export function telemetryFolder(root: DataRoot, runId: string): string {
  return path.join(root.path, 'telemetry', runId);
}

/**
 * Reads a run's log.
 *
 * @param from - bytes of each file that were read before; moved on
 * @returns lines that have come since, by time
 */
export async function readTelemetry(
  folder: string,
  from: Map<string, number> = new Map(),
): Promise<LogLine[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const read = await Promise.all(
    names
      .filter((name) => name.endsWith('.jsonl'))
      .map(async (name) => {
        const start = from.get(name) ?? 0;
        const bytes = (await readFile(path.join(folder, name))).subarray(start);
        // What follows the last line end is being written.
        const whole = bytes.subarray(0, bytes.lastIndexOf(10) + 1);
        from.set(name, start + whole.length);
        return whole.toString('utf8').split('\n').flatMap(parsed);
      }),
  );
  return read.flat().toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

/** A line that a kill cut off is left out: the others are none the worse. */
function parsed(text: string): LogLine[] {
  if (text === '') return [];
  try {
    return [JSON.parse(text) as LogLine];
  } catch {
    return [];
  }
}

function append(file: string, line: string): void {
  try {
    appendFileSync(file, line);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') return;
    try {
      mkdirSync(path.dirname(file), { recursive: true });
      appendFileSync(file, line);
    } catch {
      // The disk is full or not ours: what the step does matters more than what it says.
    }
  }
}
