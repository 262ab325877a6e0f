import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { errorClasses, errorRecord, InvariantError, LaneError } from '../../contracts/errors.ts';
import type { FitProgress } from '../../domain/training/booster.ts';
import type { FixtureData, FixtureJobs, Gate } from './compute-thread.fixture.ts';
import { openComputeThread, type ComputeThread } from './compute-thread.ts';
import { fitted, installedBooster, libraryFile, trainingSet } from '../lightgbm/booster.fixture.ts';

const entry = new URL('./compute-thread.fixture.ts', import.meta.url);
const serving: FixtureData = { library: libraryFile, start: 'serve' };

let thread: ComputeThread<FixtureJobs>;
let lines: string[];

function open(workerData: FixtureData, from = entry): Promise<ComputeThread<FixtureJobs>> {
  const onLog = (level: string, line: string) => lines.push(`${level}: ${line}`);
  return openComputeThread<FixtureJobs>(from, { workerData, onLog });
}

function closedGate(): Gate {
  return new Int32Array(new SharedArrayBuffer(4));
}

function unlock(gate: Gate): void {
  Atomics.store(gate, 0, 1);
  Atomics.notify(gate, 0);
}

beforeAll(async () => {
  thread = await open(serving);
});

beforeEach(() => {
  lines = [];
});

afterAll(() => thread.close());

describe('run', () => {
  test('gives what the job returns', async () => {
    expect(await thread.run('count', { to: 3 })).toBe(3);
  });

  test('fits to the same bytes as this thread does', async () => {
    using booster = installedBooster();
    using model = fitted(booster);

    const { text, predictions } = await thread.run('fit', { rounds: 20 });

    expect(text).toBe(model.text);
    expect(predictions).toEqual(model.predict(trainingSet().matrix));
  });

  test('reports the first progress and the last', async () => {
    const seen: FitProgress[] = [];

    await thread.run('count', { to: 5000 }, { onProgress: (progress) => seen.push(progress) });

    expect(seen.at(0)).toEqual({ round: 1, rounds: 5000 });
    expect(seen.at(-1)).toEqual({ round: 5000, rounds: 5000 });
  });

  test('brings log lines over', async () => {
    await thread.run('fit', { rounds: 1 });

    expect(lines.some((line) => /^info: Number of positive: \d+/.test(line))).toBe(true);
  });

  test.each([...errorClasses, 'RangeError'])('brings a %s over as it was', async (name) => {
    const record = { name, message: `of "${name}"`, fields: { line: 7 } };

    const error = await thread.run('fail', record).catch((thrown: unknown) => thrown);

    const fields = name === 'RangeError' ? {} : record.fields;
    expect(errorRecord(error)).toEqual({ ...record, fields });
    expect(await thread.run('count', { to: 1 }), 'the next job').toBe(1);
  });

  test('logs as whoever asked for the job, so that its lines are told apart', async () => {
    const asker = new AsyncLocalStorage<string>();
    const heard: (string | undefined)[] = [];
    const own = await openComputeThread<FixtureJobs>(entry, {
      workerData: serving,
      onLog: () => heard.push(asker.getStore()),
    });

    await Promise.all([
      asker.run('one', () => own.run('fit', { rounds: 1 })),
      asker.run('two', () => own.run('fit', { rounds: 1 })),
    ]);
    await own.close();

    expect(new Set(heard)).toEqual(new Set(['one', 'two']));
  });

  test('takes one job at a time, in the order asked', async () => {
    const gate = closedGate();
    const ended: string[] = [];
    const first = thread.run('hold', { gate }).then(() => ended.push('first'));
    const others = ['second', 'third'].map((name) =>
      thread.run('echo', name).then((echo) => ended.push(String(echo))),
    );
    expect(ended).toEqual([]);

    unlock(gate);
    await Promise.all([first, ...others]);

    expect(ended).toEqual(['first', 'second', 'third']);
  });

  test('refuses a job that nobody serves', async () => {
    await expect(thread.run('nothing' as 'echo', 1)).rejects.toThrow(
      new InvariantError('no job is called "nothing"'),
    );
  });

  test('refuses what cannot cross, and goes on', async () => {
    const bad = () => 1;

    await expect(thread.run('echo', bad)).rejects.toThrow(/the input of "echo" cannot cross/);
    await expect(thread.run('giveFunction', undefined)).rejects.toThrow(
      /the output of "giveFunction" cannot cross/,
    );
    expect(await thread.run('count', { to: 1 })).toBe(1);
  });
});

describe('arrays', () => {
  test('of an output are moved, and stay views of one memory', async () => {
    const { whole, parts } = await thread.run('give', { length: 5 });

    expect(await thread.run('hasGiven', undefined)).toBe(true);
    parts[1][0] = 7;
    expect([...whole]).toEqual([0, 0, 7, 0, 0]);
  });

  test('of an input are copied', async () => {
    const input = Float64Array.of(1, 2, 3);

    const output = await thread.run('echo', input);

    expect(output).toEqual(input);
    expect(input.buffer.detached).toBe(false);
  });

  test('that threads share stay shared', async () => {
    const gate = closedGate();

    const echo = (await thread.run('echo', { deep: [gate] })) as { deep: Gate[] };

    echo.deep[0][0] = 5;
    expect(gate[0]).toBe(5);
  });

  test('of the small pool are copied', async () => {
    const bytes = await thread.run('giveText', undefined);

    expect(Buffer.from(bytes).toString()).toBe('small buffers share a pool');
    expect(await thread.run('giveText', undefined)).toEqual(bytes);
  });

  test('that left the thread before are an error, not empty', async () => {
    await thread.run('give', { length: 5 });

    await expect(thread.run('giveAgain', undefined)).rejects.toThrow(
      new InvariantError('the output of "giveAgain" holds an array that left the thread before'),
    );
  });
});

describe('the main thread', () => {
  test('turns while the thread is inside one long native call', async () => {
    const gate = closedGate();
    let turns = 0;
    const turn = () => {
      if (Atomics.load(gate, 0) === 1) turns += 1;
      if (Atomics.load(gate, 0) < 2) setImmediate(turn);
    };
    turn();

    await thread.run('build', { gate, rows: 40_000 });

    expect(turns).toBeGreaterThan(10);
  });

  test('ticks through a long fit, and ends it between rounds', async () => {
    const abort = new AbortController();
    const reason = new Error('fifty ticks');
    let ticks = 0;
    let rounds = 0;
    const timer = setInterval(() => {
      if (rounds > 0) ticks += 1;
      if (ticks === 50) abort.abort(reason);
    }, 1);

    const run = thread.run(
      'fit',
      { rounds: 10_000_000 },
      { signal: abort.signal, onProgress: ({ round }) => (rounds = round) },
    );

    await expect(run).rejects.toBe(reason);
    clearInterval(timer);
    expect(ticks).toBeGreaterThanOrEqual(50);
    expect(await thread.run('openHandles', undefined), 'handles left open').toBe(0);
  });
});

describe('abort', () => {
  test('rejects only after the job has freed what it holds', async () => {
    const abort = new AbortController();
    const freed = closedGate();
    const { promise: begun, resolve: onProgress } = Promise.withResolvers<unknown>();
    const run = thread.run(
      'hold',
      { gate: closedGate(), freed },
      { signal: abort.signal, onProgress },
    );
    await begun;

    abort.abort(new Error('enough'));

    await expect(run).rejects.toThrow('enough');
    expect(freed[0]).toBe(1);
  });

  test('rejects a waiting job at once, and leaves the others', async () => {
    const gate = closedGate();
    const abort = new AbortController();
    const first = thread.run('hold', { gate });
    const second = thread.run('echo', 'second', { signal: abort.signal });
    const third = thread.run('echo', 'third');

    abort.abort(new Error('not needed'));

    await expect(second).rejects.toThrow('not needed');
    unlock(gate);
    expect(await Promise.all([first, third])).toEqual(['let go', 'third']);
  });

  test('before the run rejects without running', async () => {
    const freed = closedGate();
    const signal = AbortSignal.abort(new Error('too late'));

    const run = thread.run('hold', { gate: closedGate(), freed }, { signal });

    await expect(run).rejects.toThrow('too late');
    expect(freed[0]).toBe(0);
  });

  test('after the end changes nothing', async () => {
    const abort = new AbortController();
    const output = await thread.run('echo', 'done', { signal: abort.signal });

    abort.abort();

    expect(output).toBe('done');
    expect(await thread.run('count', { to: 2 })).toBe(2);
  });

  test('keeps its reason when the clean-up fails, and logs the failure', async () => {
    const abort = new AbortController();
    const onProgress = () => abort.abort(new Error('enough'));

    const run = thread.run(
      'failInCleanUp',
      { rounds: 10_000_000 },
      { onProgress, signal: abort.signal },
    );

    await expect(run).rejects.toThrow('enough');
    expect(lines).toEqual(['warn: "failInCleanUp" failed while it was ended: the clean-up failed']);
  });

  test('is what an error of onProgress amounts to', async () => {
    const run = thread.run(
      'hold',
      { gate: closedGate() },
      {
        onProgress: () => {
          throw new RangeError('of the listener');
        },
      },
    );

    await expect(run).rejects.toThrow(new RangeError('of the listener'));
  });
});

describe('a thread that dies', () => {
  let mortal: ComputeThread<FixtureJobs>;

  beforeEach(async () => {
    mortal = await open(serving);
  });

  test('fails what runs, what waits and what comes', async () => {
    const runs = [mortal.run('exit', { code: 3 }), mortal.run('echo', 1)];
    const death = new LaneError('the compute thread died with exit code "3"');

    const ends = await Promise.allSettled(runs);

    expect(ends.map((end) => end.status === 'rejected' && end.reason)).toEqual([death, death]);
    await expect(mortal.run('echo', 1)).rejects.toThrow(death);
  });

  test('says which error it died of', async () => {
    const gate = closedGate();
    const crash = mortal.run('crash', undefined);
    const next = mortal.run('hold', { gate });

    await crash.catch(() => {});

    await expect(next).rejects.toThrow(LaneError);
    await expect(next).rejects.toThrow(/exit code "1": nobody catches this/);
  });
});

describe('close', () => {
  let mortal: ComputeThread<FixtureJobs>;

  beforeEach(async () => {
    mortal = await open(serving);
  });

  test('ends what runs and what waits, and refuses what comes', async () => {
    const freed = closedGate();
    const runs = [mortal.run('hold', { gate: closedGate(), freed }), mortal.run('echo', 1)];
    const closed = new LaneError('the compute thread was closed');
    const ends = Promise.allSettled(runs);

    await mortal.close();

    expect((await ends).map((end) => end.status === 'rejected' && end.reason)).toEqual([
      closed,
      closed,
    ]);
    await expect(mortal.run('echo', 1)).rejects.toThrow(closed);
  });

  test('may be repeated', async () => {
    await mortal.close();
    await mortal.close();
  });
});
