import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { InputError } from '../shared/contracts/errors.ts';
import { buildBundle } from './bundle.ts';

/** A history as the server gives it in JSON; the rest of an event is the SDK's to read. */
export interface RecordedHistory {
  readonly events: readonly RecordedEvent[];
}

interface RecordedEvent {
  readonly eventId: string;
  readonly eventType: string;
  readonly workflowExecutionStartedEventAttributes?: {
    readonly workflowId: string;
    readonly workflowType: { readonly name: string };
  };
}

/** How today's workflow code takes a history. */
export interface ReplayOutcome {
  readonly workflowId: string;
  readonly workflowType: string;
  readonly events: number;
  /** Where and why it does something else; absent where it does the same. */
  readonly fault?: {
    readonly eventId: number;
    readonly eventType: string;
    readonly message: string;
  };
}

/** Replays histories against the workflow code of this checkout. */
export interface Replayer {
  replay(history: RecordedHistory): Promise<ReplayOutcome>;
}

/**
 * Builds workflow code to replay histories against. Needs no server.
 *
 * @param workflows - the file that names the workflow types; this checkout's where absent
 */
export async function openReplayer(workflows?: string): Promise<Replayer> {
  installRuntime();
  const workflowBundle = await buildBundle(() => {}, workflows);

  async function faultOf(history: RecordedHistory): Promise<string | undefined> {
    const id = history.events[0].workflowExecutionStartedEventAttributes?.workflowId;
    try {
      // Under the workflow's own id: a run takes its name from it.
      await Worker.runReplayHistory({ workflowBundle }, history, id);
      return undefined;
    } catch (error) {
      return wordsOf(error);
    }
  }

  return {
    async replay(history) {
      const { workflowId, workflowType } = startOf(history);
      const { events } = history;
      const said = { workflowId, workflowType: workflowType.name, events: events.length };
      const message = await faultOf(history);
      if (message === undefined) return said;
      const { eventId, eventType } = await firstFault(events, faultOf);
      return { ...said, fault: { eventId: Number(eventId), eventType, message } };
    },
  };
}

let isInstalled = false;

/** Once a process: what does not replay is told by the outcome, not by the core's log. */
function installRuntime(): void {
  if (!isInstalled)
    Runtime.install({
      logger: new DefaultLogger('ERROR', () => {}),
      telemetryOptions: { logging: { filter: 'OFF' } },
      shutdownSignals: [],
    });
  isInstalled = true;
}

/**
 * The event that the code does not lead to. The SDK does not name it, so the shortest part of the
 * history that fails is looked for: first by whole decisions, then by what the decision led to.
 */
async function firstFault(
  events: readonly RecordedEvent[],
  faultOf: (history: RecordedHistory) => Promise<string | undefined>,
): Promise<RecordedEvent> {
  const fails = async (end: number): Promise<boolean> =>
    (await faultOf({ events: events.slice(0, end) })) !== undefined;
  const ends = events.flatMap(({ eventType }, index) =>
    eventType === 'EVENT_TYPE_WORKFLOW_TASK_SCHEDULED' && index > 1 ? [index] : [],
  );
  const [before, end] = await firstFailing([...ends, events.length], fails);
  const decision = events.findLastIndex(
    ({ eventType }, index) =>
      index < end && index >= before && eventType === 'EVENT_TYPE_WORKFLOW_TASK_COMPLETED',
  );
  const inside = Array.from({ length: end - decision - 1 }, (_, index) => decision + 2 + index);
  const [, last] = await firstFailing(inside, fails);
  return events[last - 1];
}

/** The first of ascending ends that fails, the last of which does, and the end before it. */
async function firstFailing(
  ends: readonly number[],
  fails: (end: number) => Promise<boolean>,
): Promise<readonly [before: number, end: number]> {
  let [good, bad] = [-1, ends.length - 1];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (await fails(ends[middle])) bad = middle;
    else good = middle;
  }
  return [good < 0 ? 0 : ends[good], ends[bad]];
}

function startOf({ events }: RecordedHistory) {
  const started = events[0]?.workflowExecutionStartedEventAttributes;
  if (started !== undefined) return started;
  throw new InputError('a history should begin with the start of its workflow');
}

/** The SDK wraps what it means in its own structure's text. */
function wordsOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /message: "((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? text;
}

/**
 * The histories of a file, or of a folder and those in it, by their names in order.
 *
 * @throws InputError if there is none, or a file holds something else
 */
export async function readHistories(
  place: string,
): Promise<{ readonly name: string; readonly history: RecordedHistory }[]> {
  const found = await stat(place).catch(() => undefined);
  if (found === undefined) throw new InputError(`there is no file or folder "${place}"`);
  const names = found.isDirectory() ? await readdir(place, { recursive: true }) : [''];
  const files = names.filter((name) => name === '' || name.endsWith('.json')).toSorted();
  if (files.length === 0)
    throw new InputError(`"${place}" holds no .json files; make some: history export --help`);
  return await Promise.all(
    files.map(async (name) => {
      const file = path.join(place, name);
      return { name: name === '' ? path.basename(place) : name, history: await readHistory(file) };
    }),
  );
}

async function readHistory(file: string): Promise<RecordedHistory> {
  const text = await readFile(file, 'utf8');
  let history: Partial<RecordedHistory> | null;
  try {
    history = JSON.parse(text);
  } catch {
    history = null;
  }
  const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
  if (history === null || started === undefined)
    throw new InputError(
      `"${file}" is no history; "history export" and "temporal workflow show --output json" write them`,
    );
  return history as RecordedHistory;
}
