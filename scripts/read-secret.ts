import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { InputError } from '../shared/contracts/errors.ts';
import { Secret } from '../shared/runtime/stack/secret.ts';

/**
 * Reads a secret: from a terminal, where it is asked for and not shown, else from standard input.
 * Never from an argument: those are seen by everybody on the machine, and kept by shells.
 *
 * @param name - what it is, in words
 * @returns undefined where the person pressed Ctrl-C or Ctrl-D
 * @throws InputError if nothing was given, or more than a line
 */
export async function readSecret(name: string): Promise<Secret | undefined> {
  const given = process.stdin.isTTY ? await prompted(name) : await text(process.stdin);
  if (given === undefined) return undefined;
  const value = given.trim();
  if (value === '')
    throw new InputError(`no ${name} was given; paste it at the prompt or pipe it in`);
  if (!/^[\x21-\x7e]+$/.test(value))
    throw new InputError(`the ${name} should be one line without blanks; hand over nothing else`);
  return new Secret(value);
}

async function prompted(name: string): Promise<string | undefined> {
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: unseen, terminal: true });
  // Not before: until it is made, the terminal shows what is typed and Ctrl-C kills.
  process.stderr.write(`${name} (not shown): `);
  try {
    const left = new Promise<undefined>((resolve) => {
      lines.once('SIGINT', () => resolve(undefined)).once('close', () => resolve(undefined));
    });
    return await Promise.race([lines.question(''), left]);
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
