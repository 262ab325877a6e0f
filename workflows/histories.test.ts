import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { describe, expect, test } from 'vitest';
import { buildBundle } from '../workers/bundle.ts';

// Every history that was ever recorded must replay on today's workflow code: what is open when the
// code changes goes on. Recorded anew by `npm run record`, one folder a release of the SDK
// and a change of what workflows do.

Runtime.install({ logger: new DefaultLogger('ERROR', () => {}), shutdownSignals: [] });

const folder = path.join(import.meta.dirname, 'histories');
const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.json'));
const workflowBundle = await buildBundle(() => {});

/** Paths through workflow code that a recorded history must witness. */
const paths = [
  'backfill-run.cancelled',
  'backfill-run.completed',
  'backfill-run.continued',
  'backfill-run.continues',
  'backfill-run.failed-window',
  'backfill-run.waited',
  'backfill-window.bad-answer',
  'backfill-window.cancelled',
  'backfill-window.failed',
  'backfill-window.halved',
  'backfill-window.quota',
  'backfill-window.session',
  'backfill-window.stored',
  'distil-student.moved',
  'lanes.batch-gone',
  'lanes.continued',
  'lanes.lost',
  'lanes.told',
  'train-batch.cancelled',
  'train-batch.done',
  'train-batch.failed-window',
  'train-batch.silent-lane',
  'train-batch.students-only',
  'train-batch.waited',
  'train-run.cancelled',
  'train-run.completed',
  'train-run.refused',
  'train-teacher.bad-data',
  'train-teacher.done',
  'train-teacher.moved',
  'train-teacher.no-lane',
  'train-teacher.unknown-error',
];

describe('recorded histories', () => {
  test('witness every path', () => {
    const witnessed = new Set(names.map((name) => path.basename(name, '.json')));

    expect([...witnessed].toSorted()).toEqual(paths);
  });

  test.each(names)('%s replays', async (name) => {
    const history = await read(name);

    await expect(replay(history)).resolves.toBeUndefined();
  });

  test('do not replay on a workflow that does something else first', async () => {
    const name = names.find((one) => one.includes('train-batch.done')) ?? '';
    const history = await read(name);
    const other = JSON.parse(JSON.stringify(history).replaceAll('"readPage"', '"readBook"'));

    await expect(replay(other)).rejects.toThrow(/readPage/);
  });
});

interface RecordedHistory {
  readonly events: readonly {
    readonly workflowExecutionStartedEventAttributes?: { readonly workflowId: string };
  }[];
}

async function read(name: string): Promise<RecordedHistory> {
  return JSON.parse(await readFile(path.join(folder, name), 'utf8'));
}

/** Replays under the workflow's own id: a run takes its name from it. */
async function replay(history: RecordedHistory): Promise<void> {
  const started = history.events[0].workflowExecutionStartedEventAttributes;
  await Worker.runReplayHistory({ workflowBundle }, history, started?.workflowId);
}
