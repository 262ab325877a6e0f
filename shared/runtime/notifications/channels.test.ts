import { createServer, type IncomingHttpHeaders } from 'node:http';
import { createServer as createSocketServer, type AddressInfo, type Socket } from 'node:net';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { InputError, SourceError } from '../../contracts/errors.ts';
import { scratchRoot } from '../scratch.fixture.ts';
import { channelsOf, send, type Channels } from './channels.ts';
import type { Notice } from './notice.ts';

// A channel is told at least once:
// - a webhook by POST, its token from the environment, the key also as a header
// - a mailbox by SMTP, its Message-ID following from the key
// - a file by a line, once a key
// What may be better later is a SourceError, what will not is an InputError; no message shows a secret.

const notice: Notice = {
  key: 'retrain/nightly-2024-12-31T14:30:00Z/run/briefing/desk',
  subject: 'SenseQuant nightly as of 2024-12-31, completed',
  text: '# nightly\n\n- 3 windows',
  facts: { kind: 'briefing', runId: '2024-12-31-nightly' },
};
const never = new AbortController().signal;

async function tell(channels: Channels, name: string, told = notice): Promise<unknown> {
  const root = await scratchRoot();
  return await send({ channels, root }, name, told, never).catch((error: unknown) => error);
}

interface Posted {
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** A server on this machine that answers each POST in turn. */
async function desk(...answers: readonly [status: number, headers?: Record<string, string>][]) {
  const posted: Posted[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      posted.push({ headers: request.headers, body });
      const [status, headers = {}] = answers[posted.length - 1] ?? [200];
      response.writeHead(status, headers).end('heard');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { posted, url: `http://127.0.0.1:${port}/nights` };
}

/** A mail server that speaks just enough SMTP: who wrote to whom, and what. */
async function mailbox(refuse?: { readonly at: string; readonly with: string }) {
  const lines: string[] = [];
  const mails: string[] = [];
  const serve = (socket: Socket): void => {
    let [rest, mail, isMail] = ['', '', false];
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    const take = (line: string): void => {
      if (isMail) {
        if (line !== '.') return void (mail += `${line}\n`);
        isMail = false;
        mails.push(mail);
        return say('250 queued');
      }
      lines.push(line);
      const word = line.slice(0, 4).toUpperCase();
      if (refuse !== undefined && word === refuse.at) return say(refuse.with);
      if (word === 'EHLO') return say('250-mail.example.com\r\n250 AUTH PLAIN');
      if (word === 'AUTH') return say('235 welcome');
      if (word === 'DATA') isMail = true;
      say(word === 'DATA' ? '354 go on' : word === 'QUIT' ? '221 bye' : '250 ok');
    };
    say('220 mail.example.com');
    socket.on('error', () => {});
    socket.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\r\n');
      rest = parts.pop() ?? '';
      parts.forEach(take);
    });
  };
  const server = createSocketServer(serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { lines, mails, port };
}

const smtp = (port: number) =>
  ({
    kind: 'smtp',
    host: '127.0.0.1',
    port,
    tls: 'never',
    from: 'nightly@example.com',
    to: ['desk@example.com', 'risk@example.com'],
    userEnv: 'MAIL_USER',
    passwordEnv: 'MAIL_PASSWORD',
  }) as const;
const login = { MAIL_USER: 'nightly', MAIL_PASSWORD: 'open sesame' };

describe('a webhook', () => {
  test('is posted the notice with its key and the token of the environment', async () => {
    const { posted, url } = await desk();
    const channels = channelsOf(
      { desk: { kind: 'webhook', url, tokenEnv: 'DESK_TOKEN' } },
      { DESK_TOKEN: 'open sesame' },
    );

    await send({ channels, root: await scratchRoot() }, 'desk', notice, never);

    expect(posted).toHaveLength(1);
    expect(posted[0].headers).toMatchObject({
      'idempotency-key': notice.key,
      authorization: 'Bearer open sesame',
    });
    expect(posted[0].body).toEqual({ schema: 1, ...notice });
  });

  test.each([
    ['an outage', 503, {}, SourceError, {}],
    ['a limit', 429, { 'retry-after': '7' }, SourceError, { afterMs: 7000 }],
    ['a refusal', 403, {}, InputError, {}],
  ] as const)('that answers with %s', async (_, status, headers, kind, fields) => {
    const { url } = await desk([status, headers]);
    const channels = channelsOf({ desk: { kind: 'webhook', url } }, {});

    const error = await tell(channels, 'desk');

    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ fields });
    expect((error as Error).message).toContain(`"${status}"`);
  });

  test('that does not answer is asked again', async () => {
    const channels = channelsOf({ desk: { kind: 'webhook', url: 'http://127.0.0.1:1/' } }, {});

    expect(await tell(channels, 'desk')).toBeInstanceOf(SourceError);
  });

  test('whose token is not set is named with its variable', async () => {
    const { posted, url } = await desk();
    const channels = channelsOf({ desk: { kind: 'webhook', url, tokenEnv: 'DESK_TOKEN' } }, {});

    const error = await tell(channels, 'desk');

    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toContain('"DESK_TOKEN" is not set');
    expect(posted).toEqual([]);
  });
});

describe('a mailbox', () => {
  test('is sent the text, and a Message-ID that is the same each time', async () => {
    const { lines, mails, port } = await mailbox();
    const channels = channelsOf({ mail: smtp(port) }, login);

    await tell(channels, 'mail');
    await tell(channels, 'mail');

    expect(lines).toContain('MAIL FROM:<nightly@example.com>');
    expect(lines).toContain('RCPT TO:<risk@example.com>');
    expect(lines).toContain(`AUTH PLAIN ${btoa('\0nightly\0open sesame')}`);
    expect(mails).toHaveLength(2);
    expect(mails[0]).toContain(`Subject: ${notice.subject}`);
    expect(mails[0]).toContain('- 3 windows');
    const ids = mails.map((mail) => /^Message-ID: (.*)$/im.exec(mail)?.[1]);
    expect(ids[0]).toMatch(/^<[0-9a-f]{32}@sensequant>$/);
    expect(ids[1]).toBe(ids[0]);
  });

  test.each([
    ['refuses for good', { at: 'RCPT', with: '550 no such user' }, InputError, '"550"'],
    ['refuses the login', { at: 'AUTH', with: '535 wrong' }, InputError, '"535"'],
    ['is busy', { at: 'MAIL', with: '451 later' }, SourceError, '"451"'],
  ] as const)('that %s', async (_, refuse, kind, words) => {
    const { port } = await mailbox(refuse);

    const error = await tell(channelsOf({ mail: smtp(port) }, login), 'mail');

    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toContain(words);
    expect((error as Error).message).not.toContain('sesame');
  });

  test('that does not answer is asked again', async () => {
    expect(await tell(channelsOf({ mail: smtp(1) }, login), 'mail')).toBeInstanceOf(SourceError);
  });
});

describe('a file', () => {
  test('has a line a notice, and the same notice once', async () => {
    const root = await scratchRoot();
    const channels = channelsOf({ log: { kind: 'file', path: 'told/nights.jsonl' } }, {});
    for (const told of [notice, notice, { ...notice, key: 'another' }])
      await send({ channels, root }, 'log', told, never);

    const lines = (await readFile(path.join(root.path, 'told', 'nights.jsonl'), 'utf8'))
      .trimEnd()
      .split('\n');

    expect(lines.map((line) => (JSON.parse(line) as Notice).key)).toEqual([notice.key, 'another']);
  });
});

test('a channel that does not exist is named with those that do', async () => {
  const channels = channelsOf({ log: { kind: 'file', path: 'nights.jsonl' } }, {});

  const error = await tell(channels, 'mail');

  expect(error).toBeInstanceOf(InputError);
  expect((error as Error).message).toContain('temporal-dev.yaml has "log"');
});
