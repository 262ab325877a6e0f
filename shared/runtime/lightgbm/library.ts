import { existsSync } from 'node:fs';
import path from 'node:path';
import koffi from 'koffi';
import { InvariantError } from '../../contracts/errors.ts';
import { bindApi, type BoundApi, type CApi } from './c-api.ts';
import { fault, loadFault } from './faults.ts';
import { logLines, type LogLines, type OnLog } from './log-lines.ts';

/** The calls that make something which must be freed. */
type FreeCall = 'LGBM_DatasetFree' | 'LGBM_BoosterFree';

const logCallback = koffi.pointer(koffi.proto('void', ['const char *']));

// LightGBM keeps one log callback an OS thread, and so does this module: whoever calls must be the
// one who listens, or two open libraries would hear each other.
let listening: bigint | undefined;

/** A handle of the library's memory. Freed once, however often it is closed. */
export class Handle implements Disposable {
  #pointer: bigint | undefined;
  readonly #what: string;
  readonly #free: (pointer: bigint) => void;

  constructor(pointer: bigint, what: string, free: (pointer: bigint) => void) {
    this.#pointer = pointer;
    this.#what = what;
    this.#free = free;
  }

  /** @throws InvariantError after it was freed */
  get pointer(): bigint {
    if (this.#pointer === undefined) throw new InvariantError(`the ${this.#what} is closed`);
    return this.#pointer;
  }

  [Symbol.dispose](): void {
    const pointer = this.#pointer;
    this.#pointer = undefined;
    if (pointer !== undefined) this.#free(pointer);
  }
}

/** LightGBM, loaded. Belongs to the thread that opened it: its errors and its log are thread-local. */
export class Library implements Disposable {
  readonly log: LogLines;
  readonly #bound: BoundApi;
  #callback: bigint | undefined;
  #openHandles = 0;
  #scratch = Buffer.alloc(1 << 20);

  constructor(bound: BoundApi, onLog: OnLog) {
    this.#bound = bound;
    this.log = logLines(onLog);
    this.#callback = koffi.register((text: string) => {
      try {
        this.log.piece(text);
      } catch {
        // Thrown through the library's frames it would take the place of the call's result, and a
        // handle made by that call would be lost.
      }
    }, logCallback);
  }

  /** Handles that were made and not yet freed. */
  get openHandles(): number {
    return this.#openHandles;
  }

  /**
   * Memory to write into, the same for every call: a mebibyte made and dropped with each of
   * thousands of models leaves holes that the process never gives back.
   */
  scratch(sizeBytes: number): Buffer {
    if (this.#scratch.length < sizeBytes) this.#scratch = Buffer.alloc(sizeBytes);
    return this.#scratch;
  }

  /**
   * Calls one function of the C API.
   *
   * @throws the error that the library's words stand for
   * @throws InvariantError after the library was closed
   */
  call<Name extends keyof CApi>(name: Name, ...args: Parameters<CApi[Name]>): void {
    if (this.#callback === undefined) throw new InvariantError('the LightGBM library is closed');
    const { api } = this.#bound;
    if (listening !== this.#callback) {
      api.LGBM_RegisterLogCallback(this.#callback);
      listening = this.#callback;
    }
    const native = api[name] as (...args: Parameters<CApi[Name]>) => number;
    const returned = native(...args);
    if (returned !== 0) throw fault(name, returned, this.#bound.lastError());
  }

  /** Makes a handle by a call whose last argument takes the pointer. */
  handle(what: string, free: FreeCall, make: (out: BigUint64Array) => void): Handle {
    const out = new BigUint64Array(1);
    make(out);
    this.#openHandles += 1;
    return new Handle(out[0], what, (pointer) => {
      this.#openHandles -= 1;
      // Past `call`: a model may outlive the library that made it, and freeing says nothing.
      this.#bound.api[free](pointer);
    });
  }

  /** Stops listening to the log. The code stays loaded, as do handles, until they are freed. */
  [Symbol.dispose](): void {
    const callback = this.#callback;
    if (callback === undefined) return;
    this.#callback = undefined;
    if (listening === callback) {
      this.#bound.api.LGBM_RegisterLogCallback(null);
      listening = undefined;
    }
    koffi.unregister(callback);
  }
}

/**
 * Loads LightGBM.
 *
 * @param file - path of `lib_lightgbm.so`
 * @throws InputError if it is missing, cannot be loaded or is no LightGBM 4
 */
export function openLibrary(file: string, onLog: OnLog): Library {
  const whole = path.resolve(file);
  if (!existsSync(whole)) throw loadFault(whole, 'no such file');
  let bound: BoundApi;
  try {
    bound = bindApi(koffi.load(whole));
  } catch (error) {
    throw loadFault(whole, error instanceof Error ? error.message : String(error));
  }
  return new Library(bound, onLog);
}
