import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BatchTally, RunProgress, RunReport } from '../shared/contracts/run.ts';
import { commandLine, type ProcessRow } from './testing/command-line.fixture.ts';
import type { CommandLine } from './testing/command-line.ts';
import { storeSimulated } from './testing/simulated-bars.fixture.ts';

// Any process of a stack may be killed at any moment:
// - the run ends, and every window is trained exactly once
// - nothing is fitted twice but what was in flight
// - what was killed is there again, as another process

const symbols = ['RELIANCE', 'TCS', 'INFY', 'ITC', 'SBIN', 'LT'];
const spans = ['--from', '2022-01-01', '--to', '2024-06-30', '--step-days', '45', '--wait'];
/** Fits that a lane may have begun when it, or what it depends on, dies. */
const inFlight = 2 * 2;
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

describe.each([
  ['lane', 5],
  ['work', 6],
  ['orchestrator', 7],
  ['temporal', 8],
])('kill -9 of the %s process', (role, horizon) => {
  test('costs nothing but the work in flight', async () => {
    const name = `kill-${role}`;
    // Another horizon is other work: nothing of an earlier run can be reused.
    const running = user.json<RunReport>('train', ...spans, `--horizon=${horizon}`, '--name', name);
    await reached(name, 12);
    const before = await processes();
    const victim = before.find((process) => process.role === role)!;
    process.kill(victim.pid, 'SIGKILL');
    const report = await running;

    expect(report).toMatchObject({ state: 'completed', counts: { failed: {}, notStarted: 0 } });
    const { trained, stages } = report.counts;
    expect([stages.teacher.trained, stages.student.trained]).toEqual([trained, trained]);
    const starts = await fitsStarted(name);
    expect(starts.stages).toBe(2 * trained);
    expect(starts.fits - starts.stages).toBeLessThanOrEqual(inFlight);
    const after = await processes();
    expect(after.map(({ role: one, lane }) => [one, lane])).toEqual(
      before.map(({ role: one, lane }) => [one, lane]),
    );
    expect(after.map(({ pid }) => pid)).not.toContain(victim.pid);
  });
});

async function processes(): Promise<ProcessRow[]> {
  return (await user.json<{ processes: ProcessRow[] }>('status', '--processes')).processes;
}

/** Waits until a run has trained some windows, by asking it. */
async function reached(name: string, windows: number): Promise<void> {
  for (;;) {
    const { openBatches = [] } = await client.workflow
      .getHandle(`train/${name}`)
      .query<RunProgress>('progress')
      .catch((): Partial<RunProgress> => ({}));
    const tallies = await Promise.all(
      openBatches.map((batch) =>
        client.workflow
          .getHandle(batch)
          .query<BatchTally>('tally')
          .then((tally) => tally.trained)
          .catch(() => 0),
      ),
    );
    const trained = tallies.reduce((sum, count) => sum + count, 0);
    if (trained >= windows) return;
    await pause(20);
  }
}

/** Stages of a run's windows, and fits that lanes began for them. */
async function fitsStarted(name: string): Promise<{ stages: number; fits: number }> {
  let stages = 0;
  let fits = 0;
  const query = `Run = '${name}' AND WorkflowType IN ('trainTeacher', 'distilStudent')`;
  for await (const { workflowId } of client.workflow.list({ query })) {
    const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
    stages += 1;
    fits += (events ?? []).filter((event) => event.activityTaskStartedEventAttributes).length;
  }
  return { stages, fits };
}
