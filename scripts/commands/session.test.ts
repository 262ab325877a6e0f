import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { ensureNamespace } from '../../shared/runtime/stack/client.ts';
import { checkout } from '../../shared/runtime/stack/config.ts';
import { openDataRoot, type DataRoot } from '../../shared/runtime/data-root.ts';
import { thisProcess } from '../../shared/runtime/stack/processes.ts';
import { scratchFolder } from '../../shared/runtime/scratch.fixture.ts';
import { Secret } from '../../shared/runtime/stack/secret.ts';
import { sessionToken } from '../../shared/runtime/sources/session-token.ts';
import { writeStack } from '../../shared/runtime/stack/stack.ts';
import { testExchange, type TestExchange } from '../exchange/exchange.fixture.ts';

/**
 * What `session` promises: the token is stored encrypted and nowhere else; whoever waits is told by
 * an empty signal; a refusal stores nothing; nothing is shown of what is typed.
 */
const secretKey = 'a key of the operator’s own';
const entry = path.join(checkout, 'scripts', 'sensequant.ts');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Desk {
  readonly exchange: TestExchange;
  readonly root: DataRoot;
  readonly env: NodeJS.ProcessEnv;
  /** Types `session --source simulated` and pipes `given` in. */
  session(given: string, ...args: string[]): Promise<Ended>;
}

async function desk(): Promise<Desk> {
  const exchange = await testExchange();
  const folder = scratchFolder();
  const root = await openDataRoot(path.join(folder, 'data'));
  const config = path.join(folder, 'temporal-dev.yaml');
  const own = await readFile(path.join(checkout, 'temporal-dev.yaml'), 'utf8');
  await writeFile(
    config,
    own.replace(
      'sources:\n',
      `sources:\n  simulated: { protocol: breeze, url: "${exchange.url}" }\n`,
    ),
  );
  const env = {
    ...process.env,
    SENSEQUANT_DATA: root.path,
    SENSEQUANT_CONFIG: config,
    SENSEQUANT_SECRET_KEY: secretKey,
  };
  return {
    exchange,
    root,
    env,
    async session(given, ...args) {
      const typed = [entry, 'session', '--source', 'simulated', ...args];
      const child = spawn(process.execPath, typed, { env });
      child.stdin.end(given);
      const said = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr'] as const)
        child[name].setEncoding('utf8').on('data', (text: string) => (said[name] += text));
      const [code] = (await once(child, 'close')) as [number | null];
      return { code, ...said };
    },
  };
}

const storedIn = (root: DataRoot): Promise<Secret | undefined> =>
  sessionToken(root, 'simulated', new Secret(secretKey)).read();

describe('session', () => {
  test('stores what the exchange gives for the session it is piped, encrypted', async () => {
    const { exchange, root, session } = await desk();

    const { code, stdout, stderr } = await session(`${exchange.apiSession()}\n`);

    expect({ code, stderr }).toEqual({ code: 0, stderr: 'no stack is up: nobody waits for it\n' });
    const file = path.join(root.path, 'state', 'session-simulated.json');
    expect(stdout).toBe(`the session of "simulated" is stored, encrypted, in "${file}"\n`);
    const token = (await storedIn(root))?.reveal();
    expect(token).toBe(await exchange.login());
    for (const name of await readdir(path.dirname(file)))
      expect(await readFile(path.join(root.path, 'state', name), 'utf8')).not.toContain(token);
  });

  test('wakes every open backfill by an empty signal, and no other workflow', async () => {
    const { exchange, root, session } = await desk();
    const client = await stackOf(root);
    const started = (type: string, workflowId: string) =>
      client.workflow.start(type, { workflowId, taskQueue: 'nobody', args: [] });
    const waiting = [
      await started('backfillRun', 'backfill/one'),
      await started('backfillRun', 'backfill/two'),
    ];
    const closed = await started('backfillRun', 'backfill/closed');
    await closed.terminate();
    const other = await started('trainRun', 'train/one');
    await listed(client, 3);

    const { code, stdout } = await session(exchange.apiSession(), '--json');

    expect(code).toBe(0);
    const said = JSON.parse(stdout);
    expect(said).toMatchObject({ schema: 1, source: 'simulated', stack: true });
    expect(said.told.toSorted()).toEqual(['backfill/one', 'backfill/two']);
    const token = (await storedIn(root))?.reveal() ?? 'none';
    for (const handle of waiting) {
      const history = await handle.fetchHistory();
      const signals = (history.events ?? []).flatMap(
        ({ workflowExecutionSignaledEventAttributes: signal }) => (signal ? [signal] : []),
      );
      expect(signals.map(({ signalName, input }) => [signalName, input?.payloads ?? []])).toEqual([
        ['sessionRenewed', []],
      ]);
      const text = JSON.stringify(historyToJSON(history));
      for (const secret of [token, exchange.apiSession(), Buffer.from(token).toString('base64')])
        expect(text).not.toContain(secret);
    }
    expect(JSON.stringify(await other.fetchHistory())).not.toContain('sessionRenewed');
  });

  test.each([
    ['a session that was refused', '12345678', 'log in again and hand over the API_Session'],
    ['nothing', '\n', 'no API session was given'],
    ['more than a line', 'API_Session\n12345678', 'should be one line without blanks'],
  ])('stores nothing of %s, and says what to do', async (_, given, words) => {
    const { root, session } = await desk();

    const { code, stdout, stderr } = await session(given, '--json');

    expect(code).toBe(1);
    expect(stderr).toContain(words);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 1, error: { class: 'InputError' } });
    expect(stdout + stderr).not.toContain('12345678');
    expect(existsSync(path.join(root.path, 'state', 'session-simulated.json'))).toBe(false);
  });

  test('keeps the session of before where the new one is refused', async () => {
    const { exchange, root, session } = await desk();
    await session(exchange.apiSession());
    const before = (await storedIn(root))?.reveal();

    await session('12345678');

    expect((await storedIn(root))?.reveal()).toBe(before);
  });

  test('takes no session from its arguments', async () => {
    const { session } = await desk();

    const { code, stderr } = await session('', '12345678');

    expect(code).toBe(1);
    expect(stderr).toContain('too many arguments');
  });

  test('asks at a terminal without showing what is typed', async () => {
    const { exchange, root, env } = await desk();

    const { code, shown } = await atTerminal(env, `${exchange.apiSession()}\r`);

    expect({ code, shown }).toMatchObject({ code: 0 });
    expect(shown).toContain('API session (not shown): ');
    expect(shown).not.toContain(exchange.apiSession());
    expect((await storedIn(root))?.reveal()).toBe(await exchange.login());
  });

  test.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('is cancelled by %s', async (_, key) => {
    const { env, root } = await desk();

    expect(await atTerminal(env, key)).toMatchObject({ code: 4 });
    expect(await storedIn(root)).toBeUndefined();
  });
});

/** A namespace of the run's server that stands for a stack of this data root. */
async function stackOf(root: DataRoot): Promise<Client> {
  const address = inject('temporalAddress');
  const namespace = `session-${randomUUID()}`;
  const connection = await Connection.connect({ address });
  onTestFinished(() => connection.close());
  const client = new Client({ connection, namespace });
  await ensureNamespace(
    { client, place: { address, namespace, connection: { address } }, close: async () => {} },
    root,
    1,
  );
  const supervisor = await thisProcess();
  await writeStack(root, { schema: 1, supervisor, address, namespace, processes: [] });
  return client;
}

/** Waits until the server lists so many open workflows: it does a moment after they start. */
async function listed(client: Client, count: number): Promise<void> {
  await expect
    .poll(async () => (await client.workflow.count("ExecutionStatus = 'Running'")).count, {
      timeout: 20_000,
    })
    .toBe(count);
}

/** Runs the command at a terminal and types `keys` once it asks. */
async function atTerminal(
  env: NodeJS.ProcessEnv,
  keys: string,
): Promise<{ code: number | null; shown: string }> {
  const typed = [process.execPath, entry, 'session', '--source', 'simulated'];
  const child = spawn('python3', ['-c', terminal, keys, ...typed], { env });
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (shown += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, shown };
}

const terminal = `
import os, pty, sys
keys, command = sys.argv[1].encode(), sys.argv[2:]
pid, screen = pty.fork()
if pid == 0:
    os.execv(command[0], command)
shown, asked = b'', False
while True:
    try:
        part = os.read(screen, 4096)
    except OSError:
        break
    if not part:
        break
    shown += part
    if not asked and b'not shown' in shown:
        asked = True
        os.write(screen, keys)
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;
