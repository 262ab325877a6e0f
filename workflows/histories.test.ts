import { randomUUID } from 'node:crypto';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkout } from '../shared/runtime/stack/config.ts';
import { openReplayer, readHistories, type RecordedHistory } from '../workers/replay-histories.ts';

// Every history that was ever recorded must replay on today's workflow code: what is open when the
// code changes goes on. Recorded anew by `npm run record`, one folder a release of the SDK
// and a change of what workflows do.

const histories = await readHistories(path.join(import.meta.dirname, 'histories'));
const replayer = await openReplayer();

/** Paths through workflow code that a recorded history must witness. */
const paths = [
  'backfill-run.cancelled',
  'backfill-run.cancelled-drain',
  'backfill-run.cancelled-now',
  'backfill-run.completed',
  'backfill-run.continued',
  'backfill-run.continues',
  'backfill-run.failed-window',
  'backfill-run.limited',
  'backfill-run.paused',
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
  'lanes.drained',
  'lanes.failed',
  'lanes.lost',
  'lanes.told',
  'retrain.bars-late',
  'retrain.cancelled',
  'retrain.completed',
  'retrain.failed-backfill',
  'retrain.failed-evidence',
  'retrain.failed-gate',
  'retrain.failed-score',
  'retrain.failed-train',
  'retrain.gate-shut',
  'retrain.holiday',
  'retrain.late',
  'retrain.refused',
  'train-batch.cancelled',
  'train-batch.done',
  'train-batch.drained',
  'train-batch.failed-window',
  'train-batch.followed',
  'train-batch.follows',
  'train-batch.paused',
  'train-batch.retried',
  'train-batch.silent-lane',
  'train-batch.students-only',
  'train-batch.told',
  'train-batch.waited',
  'train-run.cancelled',
  'train-run.cancelled-now',
  'train-run.completed',
  'train-run.drained',
  'train-run.limited',
  'train-run.overlapped',
  'train-run.paused',
  'train-run.pooled-first',
  'train-run.refused',
  'train-run.replayed',
  'train-run.retried',
  'train-teacher.bad-data',
  'train-teacher.done',
  'train-teacher.moved',
  'train-teacher.no-lane',
  'train-teacher.unknown-error',
];

describe('recorded histories', () => {
  test('witness every path', () => {
    const witnessed = new Set(histories.map(({ name }) => path.basename(name, '.json')));

    expect([...witnessed].toSorted()).toEqual(paths);
  });

  test.each(histories)('$name replays', async ({ history }) => {
    expect((await replayer.replay(history)).fault).toBeUndefined();
  });

  test.each([
    ['train-batch.done', '"readPage"', '"readBook"', 'ACTIVITY_TASK_SCHEDULED'],
    ['train-batch.done', '"distilStudent"', '"distilTwice"', 'CHILD_WORKFLOW_EXECUTION_INITIATED'],
  ])('%s with %s for %s is refused at that very event', async (name, was, is, type) => {
    const { history } = histories.find((one) => one.name.endsWith(`students/${name}.json`))!;
    const other = JSON.parse(JSON.stringify(history).replaceAll(was, is)) as RecordedHistory;

    const { fault } = await replayer.replay(other);

    const changed = other.events.find((event) => JSON.stringify(event).includes(is));
    expect(fault?.eventType).toContain(type);
    expect(fault?.eventId).toBe(Number(changed?.eventId));
    expect(fault?.message).toContain(was.replaceAll('"', ''));
  });

  test('do not replay on workflow code that does the same things in another order', async () => {
    const broken = await brokenWorkflows();
    const { history } = histories.find(({ name }) =>
      name.endsWith('students/train-batch.done.json'),
    )!;

    const { fault } = await (await openReplayer(broken)).replay(history);

    // The first decision asks for the page, and the broken code for the lanes.
    expect(fault).toMatchObject({ eventType: 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED', eventId: 7 });
  });
});

/** The workflows of this checkout, of which a batch of then registers before it has read its page. */
async function brokenWorkflows(): Promise<string> {
  const folder = path.join(checkout, '.cache', `broken-${randomUUID()}`);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const room of ['workflows', 'shared/contracts'])
    await cp(path.join(checkout, room), path.join(folder, room), {
      recursive: true,
      filter: (place) => !place.includes('histories') && !place.endsWith('.test.ts'),
    });
  const file = path.join(folder, 'workflows', 'train-batch-by-cost.ts');
  const code = await readFile(file, 'utf8');
  const registers = '  await census.signal(register, workflowInfo().workflowId);\n';
  const reads = '  const specs = await work.readPage(page);\n';
  expect(code).toContain(reads);
  expect(code).toContain(registers);
  await writeFile(file, code.replace(registers, '').replace(reads, registers + reads));
  return path.join(folder, 'workflows', 'index.ts');
}
