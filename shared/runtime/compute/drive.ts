import { isMarkedAsUntransferable } from 'node:worker_threads';
import type { FitProgress } from '../../domain/training/booster.ts';

/** A computation that yields how far it is. Input and output are copied or moved between threads. */
export type Job<Input, Output> = (input: Input) => Generator<FitProgress, Output, void>;

/** Jobs by name; a type alias or the type of a value, not an interface. */
export type JobTable = Readonly<Record<string, Job<never, unknown>>>;

/** What a job of a table returns. */
export type JobOutput<Work> = Work extends Job<never, infer Output> ? Output : never;

/** Milliseconds between two reports of progress. */
const progressEveryMs = 100;

/**
 * Runs a computation to its end, or ends it after the yield at which it finds itself stopped.
 *
 * @param work - ended early, it runs its `finally` blocks and frees what it holds
 * @param stop - one number, shared with whoever may stop it; 0 goes on
 * @param report - told the first progress, then every 100 ms at most, then the last
 */
export function drive<Output>(
  work: Generator<FitProgress, Output, void>,
  stop: Int32Array,
  report: (progress: FitProgress) => void,
): 'stopped' | { readonly output: Output } {
  let reportedMs = -Infinity;
  let unreported: FitProgress | undefined;
  while (Atomics.load(stop, 0) === 0) {
    const step = work.next();
    if (step.done) {
      if (unreported) report(unreported);
      return { output: step.value };
    }
    unreported = step.value;
    if (performance.now() - reportedMs < progressEveryMs) continue;
    report(unreported);
    reportedMs = performance.now();
    unreported = undefined;
  }
  work.return(undefined as never);
  return 'stopped';
}

/**
 * Finds the memory behind all arrays in a value: what can be moved to another thread.
 *
 * @returns each buffer once, however many views share it; no memory that threads share, and none
 *   of Node's pool of small buffers, which belongs to everybody
 */
export function memoryOf(value: unknown): readonly ArrayBuffer[] {
  const found: ArrayBuffer[] = [];
  collect(value, found, new Set());
  return found.filter((buffer) => !isMarkedAsUntransferable(buffer));
}

function collect(value: unknown, found: ArrayBuffer[], seen: Set<object>): void {
  if (value === null || typeof value !== 'object' || seen.has(value)) return;
  seen.add(value);
  if (ArrayBuffer.isView(value)) collect(value.buffer, found, seen);
  else if (value instanceof ArrayBuffer) found.push(value);
  else if (value instanceof Map) for (const entry of value) collect(entry, found, seen);
  else if (value instanceof Set) for (const member of value) collect(member, found, seen);
  else for (const member of Object.values(value)) collect(member, found, seen);
}
