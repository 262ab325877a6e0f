import { format, inspect } from 'node:util';
import pino from 'pino';
import { describe, expect, test } from 'vitest';
import { Secret } from './secret.ts';

const value = 'QUI1NjpzZXNzaW9u';

describe('Secret', () => {
  test('gives its value to whoever asks for it by name', () => {
    expect(new Secret(value).reveal()).toBe(value);
  });

  test.each<[string, (secret: Secret) => string]>([
    ['text', (secret) => `${String(secret)}`],
    ['JSON', (secret) => JSON.stringify({ nested: [secret] })],
    ['the console', (secret) => format('%s %o %j', secret, secret, secret)],
    ['inspection', (secret) => inspect({ secret }, { showHidden: true, depth: 9 })],
    ['its properties', (secret) => JSON.stringify(Object.getOwnPropertyDescriptors(secret))],
    ['a clone', (secret) => inspect(structuredClone({ secret }), { showHidden: true })],
    ['a log line', (secret) => logged((log) => log.info({ secret, deep: { secret } }, 'stored'))],
    [
      'a logged error',
      (secret) => logged((log) => log.error(new Error(`refused ${String(secret)}`))),
    ],
  ])('keeps its value out of %s', (_, write) => {
    const text = write(new Secret(value));

    expect(text).not.toBe('');
    expect(text).not.toContain(value);
  });
});

function logged(write: (log: pino.Logger) => void): string {
  let lines = '';
  write(pino({}, { write: (line: string) => void (lines += line) }));
  return lines;
}
