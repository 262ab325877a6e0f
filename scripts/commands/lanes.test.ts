import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LanesView } from '../../shared/contracts/lanes.ts';
import type { RunReport } from '../../shared/contracts/run.ts';
import { commandLine, type ProcessRow } from '../testing/command-line.fixture.ts';
import type { CommandLine } from '../testing/command-line.ts';
import { storeSimulated } from '../testing/simulated-bars.fixture.ts';

// Lanes at the command line:
// - what a lane is, and is not, is shown with the reason
// - a lane that an operator drained stays so when its process is started again
// - a report says what each lane took, and how even they were

const grid = ['--from', '2022-01-01', '--to', '2023-06-30'];
let user: CommandLine;

beforeAll(async () => {
  user = await commandLine({ cpu0: 'cpu', cpu1: { device: 'cpu', slowdown: 2 } });
  await storeSimulated(user.dataRoot, ['RELIANCE', 'TCS', 'INFY']);
  await user.up();
});
afterAll(() => user[Symbol.asyncDispose]());

const stateOf = (view: LanesView, name: string) =>
  view.lanes.find(({ lane }) => lane === name) as LanesView['lanes'][number];

describe('a drained lane', () => {
  test('stays drained when its process dies and is there again, until undrain', async () => {
    const drained = await user.json<LanesView>('drain', 'cpu1', '--why', 'a new fan');
    await kill('cpu1');
    const back = await until((view) => stateOf(view, 'cpu1').generation === 2);
    const report = await user.json<RunReport>('train', ...grid, '--wait');
    const text = await user.type('lanes');
    const taken = await user.json<LanesView>('undrain', 'cpu1');

    expect(stateOf(drained, 'cpu1')).toMatchObject({ state: 'draining', why: 'a new fan' });
    expect(stateOf(back, 'cpu1')).toMatchObject({ state: 'draining', why: 'a new fan' });
    expect(report.lanes).toMatchObject([{ lane: 'cpu0', device: 'cpu' }]);
    expect(report.balance).toEqual({ jain: 1 });
    expect(text.stdout).toMatch(/^cpu1 +cpu +draining +2 +by .+: a new fan$/m);
    expect(stateOf(taken, 'cpu1').state).toBe('open');
  });

  test('cannot be one that nobody knows, or that no operator drained', async () => {
    const unknown = await user.type('drain', 'cpu7');
    const open = await user.type('undrain', 'cpu0');

    expect([unknown.code, unknown.stderr]).toEqual([
      1,
      'there is no lane "cpu7"; there are "cpu0", "cpu1"\n',
    ]);
    expect([open.code, open.stderr]).toEqual([
      1,
      'lane "cpu0" was drained by no operator; it is open\n',
    ]);
  });
});

describe('lanes', () => {
  test('take a limit of windows in flight, one at least', async () => {
    const view = await user.json<LanesView>('lanes', '--in-flight', '3');
    const refused = await user.type('lanes', '--in-flight', '0');

    expect(view.inFlight).toBe(3);
    expect(refused.stderr).toBe('a lane has at least "1" window in flight, not "0"\n');
  });

  test('are in the report with what they took', async () => {
    const report = await user.json<RunReport>('train', ...grid, '--horizon=4', '--wait');
    const text = await user.type('status', report.runId);
    const processes = await user.type('status', '--processes');

    expect(report.lanes.map(({ lane }) => lane)).toEqual(['cpu0', 'cpu1']);
    for (const lane of report.lanes) {
      expect(lane.cpuSeconds).toBeGreaterThan(0);
      expect(lane.busyShare).toBeCloseTo(lane.busySeconds / report.seconds, 3);
    }
    expect(report.balance?.jain).toBeGreaterThan(0.5);
    expect(text.stdout).toMatch(
      /^cpu1 +cpu: \d+ windows, busy [\d.]+ s \(\d+ %\), [\d.]+ s of CPU$/m,
    );
    expect(text.stdout).toMatch(/^balance +[01]\.\d{3} by Jain's index/m);
    expect(processes.stdout).toContain('cpu1 is made 2 times slower, for a trial');
  });
});

async function kill(lane: string): Promise<void> {
  const { processes } = await user.json<{ processes: ProcessRow[] }>('status', '--processes');
  process.kill(processes.find((one) => one.lane === lane)?.pid ?? 0, 'SIGKILL');
}

async function until(isDone: (view: LanesView) => boolean): Promise<LanesView> {
  for (;;) {
    const view = await user.json<LanesView>('lanes');
    if (isDone(view)) return view;
    await pause(100);
  }
}
