import { inspect } from 'node:util';

const shown = '[secret]';

/**
 * A password, key or token that no log line, error message or JSON document shows: the value leaves
 * by `reveal` alone.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value, for a header, a request's body or a cipher, and for nothing else. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [inspect.custom](): string {
    return shown;
  }
}
