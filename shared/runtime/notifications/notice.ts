import { InputError } from '../../contracts/errors.ts';
import type { Secret } from '../stack/secret.ts';

/** What somebody is told. */
export interface Notice {
  /** The same for each try, and for no other notice. */
  readonly key: string;
  readonly subject: string;
  /** Markdown, for a person. */
  readonly text: string;
  /** The same for a program. */
  readonly facts: unknown;
}

/**
 * A secret that a channel cannot do without.
 *
 * @throws InputError naming the variable to set
 */
export function neededSecret(
  secret: Secret | undefined,
  variable: string | undefined,
): Secret | undefined {
  if (variable === undefined || secret !== undefined) return secret;
  throw new InputError(
    `the environment variable "${variable}" is not set where the work process runs; set it and ` +
      'start the stack again',
  );
}
