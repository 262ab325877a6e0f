import { workerData } from 'node:worker_threads';
import { errorFrom, InputError, type ErrorRecord } from '../../contracts/errors.ts';
import type { FitProgress } from '../../domain/training/booster.ts';
import { serveJobs, type ThreadSide } from './compute-thread.ts';
import { binary, finished, trainingSet } from '../lightgbm/booster.fixture.ts';
import { openBooster } from '../lightgbm/booster.ts';

/** How the thread of the tests behaves at its start. */
export interface FixtureData {
  readonly library: string;
  readonly start: 'serve' | 'throw' | 'throw-outside' | 'throw-unknown' | 'leave';
}

/** A number that both threads see. */
export type Gate = Int32Array;

type Work<Output> = Generator<FitProgress, Output, void>;

/** A job without rounds. */
function atOnce<Input, Output>(compute: (input: Input) => Output) {
  return function* (input: Input): Work<Output> {
    yield { round: 1, rounds: 1 };
    return compute(input);
  };
}

export type FixtureJobs = ReturnType<typeof fixtureJobs>;

function fixtureJobs(library: string, { log }: ThreadSide) {
  const booster = openBooster(library, { version: '4.7.0', onLog: log });
  const kept: Float64Array<ArrayBuffer>[] = [];

  return {
    *count({ to }: { to: number }): Work<number> {
      for (let round = 1; round <= to; round++) yield { round, rounds: to };
      return to;
    },
    echo: atOnce((input: unknown) => input),
    /** Goes on until the gate is open; tells the second gate that it freed what it held. */
    *hold({ gate, freed }: { gate: Gate; freed?: Gate }): Work<string> {
      try {
        for (let round = 1; Atomics.wait(gate, 0, 0, 1) === 'timed-out'; round++)
          yield { round, rounds: 0 };
        return 'let go';
      } finally {
        if (freed) Atomics.store(freed, 0, 1);
      }
    },
    *fail(record: ErrorRecord): Work<void> {
      yield { round: 1, rounds: 1 };
      throw errorFrom(record);
    },
    *failInCleanUp({ rounds }: { rounds: number }): Work<void> {
      using _damaged = {
        [Symbol.dispose]() {
          throw new InputError('the clean-up failed');
        },
      };
      for (let round = 1; round <= rounds; round++) yield { round, rounds };
    },
    exit: atOnce(({ code }: { code: number }) => process.exit(code)),
    crash: atOnce(() =>
      queueMicrotask(() => {
        throw new TypeError('nobody catches this');
      }),
    ),
    give: atOnce(({ length }: { length: number }) => {
      const memory = new Float64Array(length);
      kept.push(memory);
      return { whole: memory, parts: [memory.subarray(0, 2), memory.subarray(2)] };
    }),
    giveAgain: atOnce(() => kept[0]),
    hasGiven: atOnce(() => kept.every((memory) => memory.buffer.detached)),
    giveFunction: atOnce(() => () => 1),
    giveText: atOnce(() => Buffer.from('small buffers share a pool')),
    /** Loud, for its lines to be heard on the other side; how loud a fit was is no part of its text. */
    *fit({ rounds }: { rounds: number }): Work<{ text: string; predictions: Float64Array }> {
      const set = trainingSet();
      using model = yield* booster.fit(set, { ...binary, verbosity: 1 }, rounds);
      return { text: model.text, predictions: model.predict(set.matrix) };
    },
    /** One long native call; the gate is 1 meanwhile. */
    build: atOnce(({ gate, rows }: { gate: Gate; rows: number }) => {
      const set = trainingSet(rows, 40);
      Atomics.store(gate, 0, 1);
      finished(booster.fit(set, binary, 1))[Symbol.dispose]();
      Atomics.store(gate, 0, 2);
    }),
    openHandles: atOnce(() => booster.openHandles),
  };
}

const { library, start } = workerData as FixtureData;
if (start === 'throw-outside') throw new InputError('outside', { where: 'top' });
if (start === 'throw-unknown') throw new TypeError('unknown');
if (start !== 'leave')
  await serveJobs((thread) => {
    if (start === 'throw') throw new InputError('inside', { where: 'open' });
    return fixtureJobs(library, thread);
  });
