import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { checkout, environmentOf } from '../../shared/runtime/stack/config.ts';
import { stackText, type StackChanges } from '../stack-text.ts';

/** What a command said and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A user with a folder and a data root of their own, at the command line. */
export interface CommandLine extends AsyncDisposable {
  readonly folder: string;
  readonly dataRoot: string;
  /** Types a command and waits for its end. */
  type(...args: string[]): Promise<Ended>;
  /** Types a line of shell, in which `sensequant` is a command. */
  shell(line: string): Promise<Ended>;
  /** Types a command and pipes `input` into it. */
  pipe(input: string, ...args: string[]): Promise<Ended>;
  /** Types a command and presses Ctrl-C once it has said `words`. */
  interrupt(words: string, ...args: string[]): Promise<Ended>;
  /** The same with `--json`; what stdout held. Fails where the command does. */
  json<T>(...args: string[]): Promise<T>;
  /** Types a command with `--json` that goes on until the user leaves; the document it began with. */
  serve<T>(...args: string[]): Promise<T>;
  /** Changes the user's stack file; a stack that is up has read it already. */
  configure(changes: StackChanges): Promise<void>;
  /** Starts the stack and leaves it running; a client of its server. */
  up(): Promise<Client>;
}

/** How a user works. */
export interface CommandLineOptions {
  /** CPU lanes of the stack. */
  readonly lanes: NonNullable<StackChanges['lanes']>;
  /** Lines that the stack file has besides. */
  readonly settings?: string;
  /** The `temporal` command; the one that set-up finds where absent. */
  readonly temporalCli?: string;
}

/** Sits down at the command line, in a folder that is removed afterwards, its stack stopped. */
export async function openCommandLine(options: CommandLineOptions): Promise<CommandLine> {
  const { lanes, settings = '', temporalCli } = options;
  const folder = await mkdtemp(path.join(tmpdir(), 'sensequant-'));
  const dataRoot = path.join(folder, 'data');
  const config = path.join(folder, 'temporal-dev.yaml');
  const configure = async (changes: StackChanges): Promise<void> =>
    await writeFile(config, stackText(await readFile(config, 'utf8'), changes));
  const own = await readFile(path.join(checkout, 'temporal-dev.yaml'), 'utf8');
  await writeFile(config, `${own}${settings}\n`);
  await configure({ lanes });
  const env = {
    ...environmentOf(dataRoot),
    SENSEQUANT_CONFIG: config,
    // Locks of devices lie there: two users may each have a device of the same name.
    TMPDIR: folder,
    SENSEQUANT_SECRET_KEY: 'a key of tests alone',
    ...(temporalCli === undefined ? {} : { TEMPORAL_CLI: temporalCli }),
  };
  const connections: Connection[] = [];
  const served: ChildProcessWithoutNullStreams[] = [];

  const entry = path.join(checkout, 'scripts', 'sensequant.ts');
  const begin = (args: readonly string[], input = ''): Begun =>
    start(process.execPath, [entry, ...args], input);
  const start = (program: string, args: readonly string[], input = ''): Begun => {
    const child = spawn(program, args, { env, cwd: folder });
    const said = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
    // Some commands end before they have read anything.
    child.stdin.on('error', () => {}).end(input);
    const ended = once(child, 'close').then(([code]): Ended => ({
      code: code as number | null,
      ...said,
    }));
    return { child, said, ended };
  };

  async function interrupt(words: string, ...args: string[]): Promise<Ended> {
    const { child, said, ended } = begin(args);
    let isInterrupted = false;
    child.stderr.on('data', () => {
      // Once: a second Ctrl-C would end the command before it has spoken.
      if (isInterrupted || !said.stderr.includes(words)) return;
      isInterrupted = true;
      child.kill('SIGINT');
    });
    return await ended;
  }

  async function json<T>(...args: string[]): Promise<T> {
    return documentOf<T>(args, await begin([...args, '--json']).ended);
  }

  async function serve<T>(...args: string[]): Promise<T> {
    const { child, said, ended } = begin([...args, '--json']);
    served.push(child);
    const { promise, resolve } = Promise.withResolvers<Ended>();
    child.stdout.on('data', () => {
      if (said.stdout.endsWith('\n')) resolve({ code: 0, ...said });
    });
    return documentOf<T>(args, await Promise.race([promise, ended]));
  }

  return {
    folder,
    dataRoot,
    type: (...args) => begin(args).ended,
    shell: (line) =>
      start('bash', ['-c', `sensequant() { '${process.execPath}' '${entry}' "$@"; }\n${line}`])
        .ended,
    pipe: (input, ...args) => begin(args, input).ended,
    interrupt,
    json,
    serve,
    configure,
    async up() {
      const up = await json<Up>('up', '--detach');
      const connection = await Connection.connect({ address: up.temporal });
      connections.push(connection);
      return new Client({ connection, namespace: up.namespace });
    },
    async [Symbol.asyncDispose]() {
      for (const connection of connections) await connection.close();
      await begin(['down']).ended;
      for (const child of served) child.kill('SIGINT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Begun {
  readonly child: ChildProcessWithoutNullStreams;
  /** So far. */
  readonly said: { readonly stdout: string; readonly stderr: string };
  readonly ended: Promise<Ended>;
}

interface Up {
  readonly temporal: string;
  readonly namespace: string;
}

function documentOf<T>(args: readonly string[], { code, stdout, stderr }: Ended): T {
  if (code !== 0) throw new Error(`"${args.join(' ')}" ended with "${code}": ${stderr}`);
  return JSON.parse(stdout);
}
