import { AsyncLocalStorage } from 'node:async_hooks';
import { parentPort, Worker } from 'node:worker_threads';
import { errorFrom, errorRecord, InvariantError, LaneError } from '../../contracts/errors.ts';
import type { FitProgress } from '../../domain/training/booster.ts';
import {
  startFault,
  unsendable,
  type FromThread,
  type Post,
  type ToThread,
} from './compute-messages.ts';
import { drive, memoryOf, type Job, type JobOutput, type JobTable } from './drive.ts';
import type { OnLog } from '../lightgbm/log-lines.ts';

/** How one run is watched and ended. */
export interface RunOptions {
  /** Told how far the job is, every 100 ms at most, and once more at its end. */
  readonly onProgress?: (progress: FitProgress) => void;
  /** Ends the run: at once while it waits, after the current yield while it computes. */
  readonly signal?: AbortSignal;
}

/** What `openComputeThread` gives the thread. */
export interface ComputeThreadOptions {
  /** Reaches the entry as `workerData` of `node:worker_threads`. */
  readonly workerData: unknown;
  /** Told each line that the jobs log. */
  readonly onLog: OnLog;
}

/** One thread that computes one job at a time, in the order asked. */
export interface ComputeThread<Jobs extends JobTable> {
  /**
   * Runs a job in the thread. Arrays of the input are copied, those of the output moved.
   *
   * @throws the job's own error, as the same class
   * @throws the signal's reason after it aborted, once the job has ended
   * @throws LaneError if the thread died or was closed
   */
  run<Name extends keyof Jobs & string>(
    job: Name,
    input: Parameters<Jobs[Name]>[0],
    options?: RunOptions,
  ): Promise<JobOutput<Jobs[Name]>>;
  /** Ends what runs after its current yield, rejects what waits, and ends the thread. */
  close(): Promise<void>;
}

/** What the entry may use while it opens its jobs. */
export interface ThreadSide {
  /** Logs a line on the main side. */
  readonly log: OnLog;
}

interface Run {
  readonly job: string;
  readonly input: unknown;
  readonly onProgress: RunOptions['onProgress'];
  /** One number that both threads see; not 0 tells the job to end. */
  readonly stop: Int32Array;
  readonly resolve: (output: unknown) => void;
  readonly reject: (reason: unknown) => void;
  /** Does something as whoever asked for the run: what the job logs is theirs. */
  readonly asAsked: <R>(work: () => R) => R;
  /** Why it is ended early. */
  stopped?: { readonly reason: unknown };
}

class OpenThread<Jobs extends JobTable> implements ComputeThread<Jobs> {
  readonly started = Promise.withResolvers<void>();
  readonly #exited = Promise.withResolvers<void>();
  readonly #worker: Worker;
  readonly #onLog: OnLog;
  readonly #waiting: Run[] = [];
  #running: Run | undefined;
  /** Why no run can begin any more. */
  #over: Error | undefined;

  constructor(entry: URL, { workerData, onLog }: ComputeThreadOptions) {
    let uncaught: unknown;
    this.#onLog = onLog;
    this.#worker = new Worker(entry, { workerData })
      .on('message', (message: FromThread) => this.#take(message))
      .on('error', (error) => {
        uncaught = error;
      })
      .on('exit', (code) => {
        this.started.reject(startFault(entry, uncaught));
        const said = uncaught === undefined ? '' : `: ${errorRecord(uncaught).message}`;
        const death = new LaneError(`the compute thread died with exit code "${code}"${said}`);
        this.#end(death);
        this.#settle((run) => run.reject(this.#over));
        this.#exited.resolve();
      });
  }

  run<Name extends keyof Jobs & string>(
    job: Name,
    input: Parameters<Jobs[Name]>[0],
    { onProgress, signal }: RunOptions = {},
  ): Promise<JobOutput<Jobs[Name]>> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#over) return Promise.reject(this.#over);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const asAsked = AsyncLocalStorage.snapshot();
    const run: Run = { job, input, onProgress, stop, asAsked, resolve, reject };
    const abort = () => this.#stop(run, signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    this.#waiting.push(run);
    this.#next();
    return promise.finally(() => signal?.removeEventListener('abort', abort)) as Promise<never>;
  }

  async close(): Promise<void> {
    const closed = new LaneError('the compute thread was closed');
    this.#end(closed);
    if (this.#running) this.#stop(this.#running, closed);
    this.#worker.postMessage({ kind: 'close' } satisfies ToThread);
    await this.#exited.promise;
  }

  #take(message: FromThread): void {
    if (message.kind === 'ready') this.started.resolve();
    else if (message.kind === 'unready') this.started.reject(errorFrom(message.error));
    else if (message.kind === 'log') this.#log(message.level, message.line);
    else if (message.kind === 'progress') this.#report(message.progress);
    else if (message.kind === 'finished') this.#settle((run) => run.resolve(message.output));
    else if (message.kind === 'stopped') this.#settle(() => {});
    else this.#fail(errorFrom(message.error));
  }

  #log(...line: Parameters<OnLog>): void {
    const { asAsked } = this.#running ?? {};
    if (asAsked === undefined) this.#onLog(...line);
    else asAsked(() => this.#onLog(...line));
  }

  #fail(error: Error): void {
    const run = this.#running;
    if (run?.stopped)
      this.#onLog('warn', `"${run.job}" failed while it was ended: ${error.message}`);
    this.#settle(() => run?.reject(error));
  }

  #next(): void {
    if (this.#running || this.#over) return;
    const run = this.#waiting.shift();
    if (!run) return;
    this.#running = run;
    const { job, input, stop } = run;
    try {
      this.#worker.postMessage({ kind: 'run', job, input, stop } satisfies ToThread);
    } catch (error) {
      this.#settle(() => run.reject(unsendable(`the input of "${job}"`, error)));
    }
  }

  #settle(end: (run: Run) => void): void {
    const run = this.#running;
    this.#running = undefined;
    if (run?.stopped) run.reject(run.stopped.reason);
    else if (run) end(run);
    this.#next();
  }

  #stop(run: Run, reason: unknown): void {
    run.stopped ??= { reason };
    Atomics.store(run.stop, 0, 1);
    const at = this.#waiting.indexOf(run);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    run.reject(reason);
  }

  #report(progress: FitProgress): void {
    const run = this.#running;
    if (!run || run.stopped) return;
    try {
      run.onProgress?.(progress);
    } catch (error) {
      this.#stop(run, error);
    }
  }

  #end(reason: Error): void {
    this.#over ??= reason;
    for (const run of this.#waiting.splice(0)) run.reject(this.#over);
  }
}

/**
 * Starts the thread and waits until it has opened its jobs.
 *
 * The main thread stays free to heartbeat while the thread is inside a native call. Such a call
 * cannot be interrupted: abort and close take effect when the job yields next, and a crash of
 * native code ends the whole process.
 *
 * @param entry - module that calls `serveJobs` with the same table
 * @throws the entry's own error if it cannot start, as the same class
 */
export async function openComputeThread<Jobs extends JobTable>(
  entry: URL,
  options: ComputeThreadOptions,
): Promise<ComputeThread<Jobs>> {
  const thread = new OpenThread<Jobs>(entry, options);
  await thread.started.promise;
  return thread;
}

/**
 * Serves jobs in this thread, until the main side closes it. The thread then exits, as by
 * `process.exit`, which ends a thread and not the process.
 *
 * A job's output leaves the thread: the memory of its arrays is moved, so a job must not keep
 * them. Whatever a job holds it frees in `finally` or by `using`: that is what runs when it is
 * ended early.
 *
 * @param open - opens what the jobs need; what it throws becomes the fault of `openComputeThread`
 */
export async function serveJobs(
  open: (thread: ThreadSide) => JobTable | Promise<JobTable>,
): Promise<void> {
  const port = parentPort;
  if (!port) throw new InvariantError('jobs are served in a worker thread only');
  const post: Post = (message, moved) => port.postMessage(message, moved);
  let jobs: JobTable;
  try {
    jobs = await open({ log: (level, line) => post({ kind: 'log', level, line }) });
  } catch (error) {
    post({ kind: 'unready', error: errorRecord(error) });
    process.exit(1);
  }
  port.on('message', (message: ToThread) => {
    if (message.kind === 'close') process.exit(0);
    const { job, input, stop } = message;
    try {
      if (!Object.hasOwn(jobs, job)) throw new InvariantError(`no job is called "${job}"`);
      const work = jobs[job] as Job<unknown, unknown>;
      const end = drive(work(input), stop, (progress) => post({ kind: 'progress', progress }));
      if (end === 'stopped') post({ kind: 'stopped' });
      else hand(job, end.output, post);
    } catch (error) {
      post({ kind: 'failed', error: errorRecord(error) });
    }
  });
  post({ kind: 'ready' });
}

function hand(job: string, output: unknown, post: Post): void {
  const moved = memoryOf(output);
  if (moved.some((buffer) => buffer.detached))
    throw new InvariantError(`the output of "${job}" holds an array that left the thread before`);
  try {
    post({ kind: 'finished', output }, moved);
  } catch (error) {
    throw unsendable(`the output of "${job}"`, error);
  }
}
