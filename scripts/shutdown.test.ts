import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunReport } from '../shared/contracts/run.ts';
import { isAlive } from '../shared/runtime/stack/processes.ts';
import { readStack, type StackState } from '../shared/runtime/stack/stack.ts';
import { commandLine } from './testing/command-line.fixture.ts';
import type { CommandLine } from './testing/command-line.ts';
import { storeSimulated } from './testing/simulated-bars.fixture.ts';

// `up` is told to end (SIGTERM) in the middle of a run:
// - lanes end the fits they have begun, and every process ends
// - up again, the run goes on where it was: every window once, nothing found by a time-out

const symbols = ['RELIANCE', 'TCS', 'INFY', 'ITC', 'SBIN', 'LT'];
const spans = ['--from', '2022-01-01', '--to', '2024-06-30', '--step-days', '45'];
let user: CommandLine;
let client: Client;

beforeAll(async () => {
  user = await commandLine();
  await storeSimulated(user.dataRoot, symbols);
  client = await user.up();
});
afterAll(async () => {
  await user[Symbol.asyncDispose]();
});

test('SIGTERM drains the stack and loses nothing', async () => {
  await user.json('train', ...spans, '--name', 'drained');
  await begun(20);
  const before = await stack();
  process.kill(before.supervisor.pid, 'SIGTERM');
  while (await isAlive(before.supervisor)) await pause(50);
  const left = before.processes.filter(({ pid }) => isThere(pid));

  client = await user.up();
  const report = await user.json<RunReport>('status', 'drained', '--watch');
  const fits = await fitsOf('drained');

  expect(left).toEqual([]);
  expect(report).toMatchObject({ state: 'completed', counts: { failed: {}, notStarted: 0 } });
  const { trained, stages } = report.counts;
  expect([stages.teacher.trained, stages.student.trained]).toEqual([trained, trained]);
  expect(fits.completed).toBe(2 * trained);
  // One a lane at most was handed over, or handed by the server to a poll that nobody awaited any more;
  // what had been begun was ended.
  expect(fits.started - fits.completed).toBeLessThanOrEqual(2);
  expect(fits.timedOut).toBeLessThanOrEqual(2);
});

async function stack(): Promise<StackState> {
  return (await readStack({ path: user.dataRoot, id: '' }))!;
}

/** Waits until lanes have begun so many fits. */
async function begun(fits: number): Promise<void> {
  while ((await fitsOf('drained')).started < fits) await pause(50);
}

/** Events of the fits of a run's stages. */
async function fitsOf(
  name: string,
): Promise<{ started: number; completed: number; timedOut: number }> {
  const fits = { started: 0, completed: 0, timedOut: 0 };
  const query = `Run = '${name}' AND WorkflowType IN ('trainTeacher', 'distilStudent')`;
  for await (const { workflowId } of client.workflow.list({ query })) {
    const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
    for (const event of events ?? []) {
      if (event.activityTaskStartedEventAttributes) fits.started += 1;
      if (event.activityTaskCompletedEventAttributes) fits.completed += 1;
      if (event.activityTaskTimedOutEventAttributes) fits.timedOut += 1;
    }
  }
  return fits;
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
