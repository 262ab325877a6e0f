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

/** A name that stands for a secret, and the value given to it: `"apiKey":"…"`, `session_token=…`. */
const namedSecret =
  /((?:token|secret|password|passphrase|api_?key|app_?key|session_?key|api_?session|authorization)["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,;&"'{}]+)/gi;

/** A text with the values of named secrets left out: what is written to a log or into evidence. */
export function withoutSecrets(text: string): string {
  return text.replaceAll(namedSecret, (_, name: string, value: string) =>
    /^["']/.test(value) ? `${name}${value[0]}…${value[0]}` : `${name}…`,
  );
}
