import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { WindowExplanation } from '../activities/validation/explain-window.ts';
import type { Plan } from '../shared/contracts/plan.ts';
import type { RunReport } from '../shared/contracts/run.ts';
import type { TradingDay } from '../shared/contracts/time.ts';
import { readReference } from '../shared/runtime/reference/reference.ts';
import type { LogLine } from '../shared/runtime/runs/telemetry.ts';
import { brokenRun } from './testing/broken-run.ts';
import { commandLine } from './testing/command-line.fixture.ts';
import type { CommandLine } from './testing/command-line.ts';
import { storeSimulated } from './testing/simulated-bars.fixture.ts';

// What an operator types, on a real server with two lanes:
// - of 20 windows one fails: exit 2; of 20 four: exit 3; each failure keeps its evidence
// - a run is paused, looked at and waited for from other terminals, resumed, limited
// - a run is cancelled: who waits for it exits with 4, and what is done stays done
// - what cannot be done is refused in a sentence

const { instruments } = await readReference();
const all = instruments.all
  .filter(({ kind, listed }) => kind === 'equity' && (listed ?? '') < '2020-01-01')
  .map(({ symbol }) => symbol)
  .slice(0, 60);
const half = ['--from', '2022-01-01', '--to', '2022-06-30'];
const asOf = ['--as-of', '2022-12-30'];
const word = ['--who', 'asha', '--why', 'the disk is full'];
let user: CommandLine;
/** Twenty symbols with a window each to train, and twenty others. */
let few: readonly string[];
let many: readonly string[];

beforeAll(async () => {
  user = await commandLine();
  await storeSimulated(user.dataRoot, all, '2022-12-31' as TradingDay);
  await user.up();
  const { windows } = await user.json<Pick<Plan, 'windows'>>('plan', ...half, ...asOf);
  const planned = windows.filter(({ decision }) => decision === 'train');
  const symbols = planned.map(({ symbol }) => symbol);
  [few, many] = [symbols.slice(0, 20), symbols.slice(20, 40)];
});
afterAll(async () => {
  await user[Symbol.asyncDispose]();
});

/** Trains on bars some of which are damaged once a run has pinned them, before a lane reads them. */
async function trainedOn(damaged: readonly string[], symbols: readonly string[], name: string) {
  const asked = [...half, ...asOf, '--symbols', symbols.join()];
  return await brokenRun(user, { name, asked, damaged });
}

describe('windows that fail', () => {
  test('leave a run within the threshold done with exit 2, and past it with exit 3', async () => {
    const within = await trainedOn(few.slice(0, 1), few, 'five-percent');
    const past = await trainedOn(many.slice(0, 4), many, 'twenty-percent');

    expect(within.report).toMatchObject({
      state: 'completed',
      counts: { failed: { DataError: 1 } },
    });
    expect(within.report.counts.trained).toBe(19);
    expect(within.code).toBe(2);
    expect(past.report).toMatchObject({
      state: 'over-threshold',
      counts: { failed: { DataError: 4 } },
    });
    expect(past.report.counts.trained).toBe(16);
    expect(past.code).toBe(3);
  });

  test('keep their evidence, which explain shows with what replays them', async () => {
    const window = `${few[0]}/1d/2022-01-01..2022-06-30`;

    const explained = await user.json<WindowExplanation & { readonly replay: string }>(
      'explain',
      window,
      '--run',
      'five-percent',
    );
    const { stdout } = await user.type('explain', window, '--run', 'five-percent');
    const logs = await user.json<{ lines: LogLine[] }>('logs', 'five-percent', '--window', window);

    const [evidence] = explained.evidence ?? [];
    expect(explained.evidence).toHaveLength(1);
    expect(evidence).toMatchObject({ class: 'DataError', stage: 'teacher', device: 'cpu' });
    expect(evidence.inputs?.series).toMatchObject({ symbol: few[0], series: 'simulated-raw' });
    expect(evidence.inputs?.key).toBe(explained.stages?.teacher.model.key);
    expect(evidence.log.join('\n')).toContain('"began"');
    expect(explained.stages?.teacher.failedDispatches).toMatchObject([
      { lane: evidence.lane, ended: 'DataError', at: expect.any(Number) },
    ]);
    expect(explained.replay).toContain(`replay --windows '${window}' --of five-percent`);
    expect(stdout).toContain(`replay --windows '${window}' --of five-percent`);
    expect(stdout).toContain(`logs five-percent --window '${window}'`);
    expect(logs.lines.map(({ msg }) => msg.split(':')[0])).toEqual(['began', 'failed']);
    expect(logs.lines[0]).toMatchObject({ runId: 'five-percent', window, step: 'fitTeacher' });
  });

  test('and what went well are in the log of the run, from every process, by time', async () => {
    const { lines } = await user.json<{ lines: LogLine[] }>('logs', 'five-percent');
    const followed = await user.type('logs', 'five-percent', '--follow');

    const times = lines.map(({ time }) => time);
    expect(times).toEqual(times.toSorted());
    const roles = new Set(lines.map(({ role }) => role.replace(/^lane /, '')));
    expect([...roles]).toEqual(expect.arrayContaining(['cpu0', 'cpu1', 'work']));
    expect(lines.filter(({ step, msg }) => step === 'fitStudent' && msg === 'done')).toHaveLength(
      19,
    );
    expect(followed.code).toBe(0);
    expect(followed.stdout.trimEnd().split('\n')).toHaveLength(lines.length);
  });
});

/** Many small windows: some seconds of work for two lanes. */
const long = ['--from', '2022-01-01', '--to', '2022-12-30', '--step-days', '15'];
const sound = (): string[] => ['--symbols', few.slice(1, 16).join(), ...asOf];
/** What runs of many windows may take on a machine that has other work. */
const slowMs = 300_000;

interface Standing {
  readonly state: string;
  readonly counts: RunReport['counts'];
  readonly control: RunReport['control'];
}

async function started(...options: string[]): Promise<string> {
  const asked = ['train', ...long, ...sound(), ...options];
  const { runId } = await user.json<{ runId: string }>(...asked);
  await vi.waitFor(
    async () => {
      const { counts } = await user.json<RunReport>('status', runId);
      expect(counts.trained).toBeGreaterThan(0);
    },
    { timeout: 60_000, interval: 100 },
  );
  return runId;
}

describe('a run', { timeout: slowMs }, () => {
  test('is paused, watched from other terminals, limited and resumed', async () => {
    const runId = await started();
    const watching = user.type('status', runId, '--watch', '--json');
    const attached = user.type('train', ...long, ...sound(), '--wait', '--json');

    const paused = await user.json<Standing>('pause', ...word);
    const twice = await user.type('pause', runId, '--why', 'lunch');
    const again = await user.type('pause', runId, '--json');
    await pause(1_000);
    const first = await user.json<RunReport>('status', runId);
    const second = await user.json<RunReport>('status', runId);
    const limited = await user.json<{ inFlight: number }>('limits', runId, '--in-flight', '2');
    const text = await user.type('status', runId);
    const resumed = await user.json<Standing>('resume', runId, '--who', 'ravi', '--why', 'space');
    const reports = await Promise.all([watching, attached]);

    expect(paused).toMatchObject({ state: 'paused', control: { who: 'asha', why: word[3] } });
    expect(twice).toMatchObject({ code: 1, stdout: '' });
    expect(twice.stderr).toBe(`run "${runId}" is paused already: "asha" said "the disk is full"\n`);
    expect(JSON.parse(again.stdout)).toMatchObject({ error: { class: 'InputError' } });
    expect(first.state).toBe('paused');
    expect(first.counts.notStarted).toBeGreaterThan(0);
    expect(first).not.toHaveProperty('etaSeconds');
    expect(second.counts).toEqual(first.counts);
    expect(limited.inFlight).toBe(2);
    expect(text.stdout).toContain('paused: asha, the disk is full');
    expect(resumed).toMatchObject({ state: 'running', control: { who: 'ravi' } });
    for (const { code, stdout } of reports) {
      const report = JSON.parse(stdout) as RunReport;
      expect(code).toBe(0);
      expect(report).toMatchObject({ runId, state: 'completed', counts: { notStarted: 0 } });
      expect(report.counts.stages.student.trained).toBe(report.counts.trained);
    }
    const waited = await user.json<{ lines: LogLine[] }>('logs', runId);
    const told = waited.lines.map(({ msg }) => msg).filter((msg) => msg.includes('was told to'));
    expect(told).toEqual(
      ['pause', 'limit', 'resume'].map((verb) => `run "${runId}" was told to ${verb}`),
    );
  });

  test('says when it may end, once it has a pace', async () => {
    const runId = await started('--horizon', '4');
    const { etaSeconds } = await user.json<RunReport>('status', runId);
    await user.type('cancel', runId, '--now');

    expect(etaSeconds).toBeGreaterThan(0);
    expect(etaSeconds).toBeLessThan(600);
  });

  test.each([
    ['drained', []],
    ['cancelled at once', ['--now']],
  ] as const)('is %s: who waits exits with 4, and the rest is not started', async (name, how) => {
    const id = name.replaceAll(' ', '-');
    const runId = await started('--horizon', how.length === 0 ? '3' : '2', '--name', id);
    const waiting = user.type('status', runId, '--watch', '--json');

    const cancelled = await user.type('cancel', runId, ...how, ...word);
    const ended = await waiting;
    const late = await user.type('resume', runId);
    const none = await user.type('pause');

    const report = JSON.parse(ended.stdout) as RunReport;
    expect(cancelled.code).toBe(0);
    expect(ended.code).toBe(4);
    expect(report).toMatchObject({ state: 'cancelled', control: { who: 'asha', why: word[3] } });
    const { planned, trained, notStarted, skipped, reused } = report.counts;
    const skips = Object.values(skipped).reduce((sum, count) => sum + count, 0);
    expect(notStarted).toBeGreaterThan(0);
    expect(trained + reused + skips + notStarted).toBe(planned);
    // A window that was in flight ended whole.
    if (how.length === 0) expect(report.counts.stages.teacher.trained).toBe(trained);
    expect(late.stderr).toBe(
      `"${runId}" has ended; nothing of it can be changed, see: status ${runId}\n`,
    );
    expect(none.stderr).toBe('neither a run nor a backfill is open; see: status\n');
  });
});
