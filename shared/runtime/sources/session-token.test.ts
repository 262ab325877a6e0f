import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DataError, InputError } from '../../contracts/errors.ts';
import type { EpochMs } from '../../contracts/time.ts';
import type { DataRoot } from '../data-root.ts';
import { scratchRoot } from '../scratch.fixture.ts';
import { Secret } from '../stack/secret.ts';
import { sessionToken, type SessionToken } from './session-token.ts';

const at = Date.parse('2024-01-02T08:00:00Z') as EpochMs;
const key = new Secret('a key of the operator’s own');
const plain = Buffer.from('AB1234:5678901').toString('base64');

async function stored(root: DataRoot): Promise<SessionToken> {
  const token = sessionToken(root, 'breeze', key);
  await token.write(new Secret(plain), at);
  return token;
}

describe('sessionToken', () => {
  test('gives back what was written, to another process too', async () => {
    const root = await scratchRoot();
    await stored(root);

    expect((await sessionToken(root, 'breeze', key).read())?.reveal()).toBe(plain);
  });

  test('knows none before one is written, whatever the key', async () => {
    expect(await sessionToken(await scratchRoot(), 'breeze', undefined).read()).toBeUndefined();
  });

  test('sees what another process has written meanwhile', async () => {
    const root = await scratchRoot();
    const reader = await stored(root);
    await reader.read();

    await sessionToken(root, 'breeze', key).write(new Secret('bmV3'), at);

    expect((await reader.read())?.reveal()).toBe('bmV3');
  });

  test('leaves no plain text in the data root, nor anything beside the file', async () => {
    const root = await scratchRoot();
    await stored(root);

    const state = path.join(root.path, 'state');
    const names = await readdir(state);
    expect(names.toSorted()).toEqual(['root.json', 'session-breeze.json']);
    const text = await readFile(path.join(state, 'session-breeze.json'), 'utf8');
    for (const secret of [plain, 'AB1234', '5678901', key.reveal()])
      expect(text).not.toContain(secret);
  });

  test('never writes the same bytes twice', async () => {
    const root = await scratchRoot();
    const token = await stored(root);
    const first = await readFile(token.file, 'utf8');

    await token.write(new Secret(plain), at);

    expect(await readFile(token.file, 'utf8')).not.toBe(first);
  });

  test('says what to set where there is no key', async () => {
    const root = await scratchRoot();
    await stored(root);
    const keyless = sessionToken(root, 'breeze', undefined);

    const steps = await Promise.allSettled([keyless.read(), keyless.write(new Secret(plain), at)]);

    for (const step of steps)
      expect(step).toMatchObject({
        status: 'rejected',
        reason: {
          name: 'InputError',
          message: expect.stringContaining('SENSEQUANT_SECRET_KEY is not set'),
        },
      });
  });

  test('refuses another key, and says both remedies', async () => {
    const root = await scratchRoot();
    const { file } = await stored(root);

    const read = sessionToken(root, 'breeze', new Secret('another')).read();

    await expect(read).rejects.toThrow(InputError);
    await expect(read).rejects.toThrow(
      `"${file}" does not open with this SENSEQUANT_SECRET_KEY; set the one it was written with, ` +
        'or hand over a new session: npm run -s sensequant -- session --source breeze',
    );
  });

  test.each(['at', 'salt', 'nonce', 'tag', 'sealed'])(
    'does not open once its %s changed',
    async (field) => {
      const { file } = await stored(await scratchRoot());
      const record = JSON.parse(await readFile(file, 'utf8'));
      const root = { path: path.dirname(path.dirname(file)), id: '00000000' };
      const text = String(record[field]);
      const changed = `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`;
      await writeFile(file, JSON.stringify({ ...record, [field]: changed }));

      await expect(sessionToken(root, 'breeze', key).read()).rejects.toThrow(InputError);
    },
  );

  test('is not taken for another source’s', async () => {
    const root = await scratchRoot();
    const { file } = await stored(root);
    const other = sessionToken(root, 'simulated', key);
    const record = JSON.parse(await readFile(file, 'utf8'));

    await writeFile(other.file, JSON.stringify(record));
    await expect(other.read()).rejects.toThrow(DataError);
    await writeFile(other.file, JSON.stringify({ ...record, source: 'simulated' }));
    await expect(other.read()).rejects.toThrow(InputError);
  });

  test.each([
    ['breaks off', (text: string) => text.slice(0, 40)],
    ['is empty', () => ''],
    ['is other JSON', () => '[1]'],
    ['lacks its nonce', (text: string) => text.replace('nonce', 'once')],
    ['has a short tag', (text: string) => text.replace(/"tag":"[^"]*"/, '"tag":"AAAA"')],
  ])('names the file and the remedy where it %s', async (_, damage) => {
    const root = await scratchRoot();
    const token = await stored(root);
    await writeFile(token.file, damage(await readFile(token.file, 'utf8')));

    await expect(token.read()).rejects.toThrow(DataError);
    await expect(token.read()).rejects.toThrow(
      `"${token.file}" should hold an encrypted session of "breeze" but is damaged; hand over a new`,
    );
  });
});
