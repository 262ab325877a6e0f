// The five error classes, and all that follows from one: who must act, what is tried again, how often
// and after how long. Time limits of steps are in workflows/proxies.ts.

/** The five error classes. The class says who must act; `retryOf` says what the orchestrator does. */
export const errorClasses = [
  'InputError',
  'DataError',
  'SourceError',
  'LaneError',
  'InvariantError',
] as const;
export type ErrorClass = (typeof errorClasses)[number];

/** What the orchestrator does with a failure: give up, wait and ask again, or try another lane. */
export const retryOf: Readonly<Record<ErrorClass, 'never' | 'wait' | 'another-lane'>> = {
  InputError: 'never',
  DataError: 'never',
  SourceError: 'wait',
  LaneError: 'another-lane',
  InvariantError: 'never',
};

/** Classes that doing the same again would meet again: never retried, anywhere. */
export const finalErrors = errorClasses.filter((name) => retryOf[name] === 'never');

/**
 * Hand-overs of one stage, all lanes together. Each lane tries once and at once: another lane is the
 * back-off. A stage is handed on as it stands; one that ran out of memory is not made smaller.
 */
export const maximumDispatches = 3;

/** Waits between two tries of a step that needs no lane, and how often it is tried. */
export const backOff = {
  /** Eight tries within four minutes outlast a restart of any process. */
  work: {
    initialInterval: '1 second',
    backoffCoefficient: 2,
    maximumInterval: '1 minute',
    maximumAttempts: 8,
  },
  /** Until the disk takes what became of windows: nobody but the page that waits knows it. */
  record: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '10 seconds' },
  /** Of sources and of who is told: as long as the step may take, unless it says when to ask again. */
  outside: { initialInterval: '2 seconds', backoffCoefficient: 2, maximumInterval: '5 minutes' },
} as const;

/** Where and what, as fields that a program can read; the message says the same to a person. */
export type ErrorFields = Readonly<Record<string, string | number | boolean>>;

abstract class SenseQuantError extends Error {
  abstract override readonly name: ErrorClass;
  readonly fields: ErrorFields;

  constructor(message: string, fields: ErrorFields = {}, options?: ErrorOptions) {
    super(message, options);
    this.fields = fields;
  }
}

/** The caller must change what was asked. */
export class InputError extends SenseQuantError {
  override readonly name = 'InputError';
}

/** Whoever owns the data must mend it. */
export class DataError extends SenseQuantError {
  override readonly name = 'DataError';
}

/** Nobody must act: the source will answer later. */
export class SourceError extends SenseQuantError {
  override readonly name = 'SourceError';
}

/** The machine, or else its operator, must act: a device lost, memory or disk full. */
export class LaneError extends SenseQuantError {
  override readonly name = 'LaneError';
}

/** We must act: something that cannot be, is. */
export class InvariantError extends SenseQuantError {
  override readonly name = 'InvariantError';
}

const classes = { InputError, DataError, SourceError, LaneError, InvariantError } as const;

/** An error as plain values, to cross a thread or a process. */
export interface ErrorRecord {
  readonly name: string;
  readonly message: string;
  readonly fields: ErrorFields;
}

/** Whether `name` is one of the five classes. */
export function isErrorClass(name: unknown): name is ErrorClass {
  return errorClasses.some((known) => known === name);
}

/** One of the five errors as it was thrown, or undefined where `error` is none of them. */
export function asSenseQuantError(error: unknown): SenseQuantError | undefined {
  return error instanceof SenseQuantError ? error : undefined;
}

/** Takes an error apart; what is none of the five keeps its own name. */
export function errorRecord(error: unknown): ErrorRecord {
  if (error instanceof SenseQuantError)
    return { name: error.name, message: error.message, fields: error.fields };
  if (error instanceof Error) return { name: error.name, message: error.message, fields: {} };
  return { name: 'Error', message: String(error), fields: {} };
}

/** Puts an error together again on the other side. */
export function errorFrom(record: ErrorRecord): Error {
  if (isErrorClass(record.name)) return new classes[record.name](record.message, record.fields);
  return Object.assign(new Error(record.message), { name: record.name });
}
