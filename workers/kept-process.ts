import type { ChildProcess } from 'node:child_process';
import { InputError, LaneError } from '../shared/contracts/errors.ts';

/** What a process of the stack says to its supervisor. */
export interface ProcessMessage {
  readonly ready?: true;
  readonly failed?: { readonly name: string; readonly message: string };
}

/** The exit code that says: do not start me again, a person must act first. */
export const exitForGood = 78;

/** A process that is started again when it dies. */
export interface KeptProcess {
  readonly pid: number | undefined;
  /** Why it was left down; undefined while it is kept. */
  readonly down: string | undefined;
  /** Settles with the first start: ready, or what it failed of. */
  readonly ready: Promise<void>;
  /** Asks it to end and does not start it again. */
  stop(graceMs: number): Promise<void>;
}

const firstPauseMs = 100;
const longestPauseMs = 30_000;
/** A process that stayed up this long has its pause forgiven. */
const wellAfterMs = 60_000;

/**
 * Starts a process and keeps it: when it dies it is started again at once, and after longer and
 * longer pauses while it keeps dying. One that exits with `exitForGood` is left down.
 *
 * @param start - starts it; it says `{ ready: true }` when it does its work
 * @param on - told of every start and of every end that nobody asked for
 */
export function keepProcess(
  start: () => ChildProcess,
  on: { started(): void; died(message: string): void },
): KeptProcess {
  let child: ChildProcess;
  let pauseMs = firstPauseMs;
  let isStopping = false;
  let down: string | undefined;
  let restart: NodeJS.Timeout | undefined;
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  // Whoever waits for readiness handles it; whoever does not is told of the death.
  ready.catch(() => {});
  launch();

  return {
    get pid() {
      return child.pid;
    },
    get down() {
      return down;
    },
    ready,
    async stop(graceMs) {
      isStopping = true;
      clearTimeout(restart);
      const hasEnded = child.exitCode !== null || child.signalCode !== null;
      // One that could not be started has no number, and nothing to end.
      if (hasEnded || child.pid === undefined) return;
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(force);
    },
  };

  function launch(): void {
    const began = Date.now();
    let why: ProcessMessage['failed'];
    child = start();
    child.on('message', (message: ProcessMessage) => {
      if (message.ready) resolve();
      why = message.failed ?? why;
    });
    child.on('error', (error) => {
      why ??= error;
    });
    // Not at its exit: what it said last may be heard after that, and one that could not be started
    // has none.
    child.once('close', (code, signal) => {
      if (isStopping) return;
      const message = why?.message ?? `ended with ${signal ?? `exit code ${code}`}`;
      const isFinal = code === exitForGood;
      if (isFinal) down = message;
      reject(isFinal ? new InputError(message) : new LaneError(message));
      on.died(isFinal ? `${message} (not started again)` : message);
      if (isFinal) return;
      if (Date.now() - began > wellAfterMs) pauseMs = firstPauseMs;
      restart = setTimeout(launch, pauseMs);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    });
    on.started();
  }
}
