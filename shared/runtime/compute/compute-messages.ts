import type { Transferable } from 'node:worker_threads';
import {
  errorFrom,
  errorRecord,
  InvariantError,
  isErrorClass,
  type ErrorRecord,
} from '../../contracts/errors.ts';
import type { FitProgress } from '../../domain/training/booster.ts';
import type { LogLevel } from '../lightgbm/log-lines.ts';

/** What the main thread tells the compute thread. */
export type ToThread =
  | {
      readonly kind: 'run';
      readonly job: string;
      readonly input: unknown;
      /** One number that both threads see; not 0 tells the job to end. */
      readonly stop: Int32Array;
    }
  | { readonly kind: 'close' };

/** What the compute thread tells the main thread. */
export type FromThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly line: string }
  | { readonly kind: 'progress'; readonly progress: FitProgress }
  | { readonly kind: 'finished'; readonly output: unknown }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed' | 'unready'; readonly error: ErrorRecord };

/** Posts from the compute thread; the memory in `moved` leaves it. */
export type Post = (message: FromThread, moved?: readonly Transferable[]) => void;

/** What a thread died of before it was ready: its entry threw outside of `serveJobs`, or left. */
export function startFault(entry: URL, uncaught: unknown): Error {
  if (uncaught === undefined)
    return new InvariantError(`"${entry.pathname}" ended without serving jobs`);
  // An error that nobody caught crosses as plain values; the name is what is left of its class.
  const { name, message } = errorRecord(uncaught);
  if (!isErrorClass(name))
    return new InvariantError(`"${entry.pathname}" cannot start: ${message}`);
  const fields = (uncaught as { fields?: ErrorRecord['fields'] }).fields ?? {};
  return errorFrom({ name, message, fields });
}

/** A value that structured cloning refuses: a function, an open model. */
export function unsendable(what: string, error: unknown): InvariantError {
  return new InvariantError(`${what} cannot cross threads: ${errorRecord(error).message}`);
}
