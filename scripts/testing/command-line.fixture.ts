import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { inject } from 'vitest';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { checkout } from '../../shared/runtime/config.ts';
import { readReference } from '../../shared/runtime/reference.ts';
import { writeSimulatedCsv } from '../../shared/runtime/sources/simulated.ts';

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
  /** Types a command and presses Ctrl-C once it has said `words`. */
  interrupt(words: string, ...args: string[]): Promise<Ended>;
  /** The same with `--json`; what stdout held. Fails where the command does. */
  json<T>(...args: string[]): Promise<T>;
  /** Starts the stack and leaves it running; a client of its server. */
  up(): Promise<Client>;
}

/** A process of `status --processes --json`. */
export interface ProcessRow {
  readonly role: string;
  readonly lane?: string;
  readonly pid: number;
}

/**
 * Sits down at the command line, in a folder that is removed afterwards, its stack stopped.
 *
 * @param lanes - CPU lanes of the stack
 */
export async function commandLine(lanes = 2): Promise<CommandLine> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sensequant-'));
  const dataRoot = path.join(folder, 'data');
  const config = path.join(folder, 'temporal-dev.yaml');
  await writeFile(config, await stackFile(lanes));
  const env = {
    ...process.env,
    SENSEQUANT_DATA: dataRoot,
    SENSEQUANT_CONFIG: config,
    TEMPORAL_CLI: inject('temporalCli'),
  };
  const connections: Connection[] = [];

  async function typed(args: readonly string[], interruptAt?: string): Promise<Ended> {
    const entry = path.join(checkout, 'scripts', 'sensequant.ts');
    const child = spawn(process.execPath, [entry, ...args], { env, cwd: folder });
    const said = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      const before = interruptAt !== undefined && said.stderr.includes(interruptAt);
      said.stderr += text;
      // Once: a second Ctrl-C would end the command before it has spoken.
      if (interruptAt !== undefined && !before && said.stderr.includes(interruptAt))
        child.kill('SIGINT');
    });
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, ...said };
  }

  const type = (...args: string[]): Promise<Ended> => typed(args);

  async function json<T>(...args: string[]): Promise<T> {
    const { code, stdout, stderr } = await type(...args, '--json');
    if (code !== 0) throw new Error(`"${args.join(' ')}" ended with "${code}": ${stderr}`);
    return JSON.parse(stdout);
  }

  return {
    folder,
    dataRoot,
    type,
    interrupt: (words, ...args) => typed(args, words),
    json,
    async up() {
      const up = await json<Up>('up', '--detach');
      const connection = await Connection.connect({ address: up.temporal });
      connections.push(connection);
      return new Client({ connection, namespace: up.namespace });
    },
    async [Symbol.asyncDispose]() {
      for (const connection of connections) await connection.close();
      await type('down');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Up {
  readonly temporal: string;
  readonly namespace: string;
}

/** Writes bars of a simulated exchange as CSV and imports them. */
export async function importSimulated(
  user: CommandLine,
  symbols: readonly string[],
): Promise<Ended> {
  const bars = path.join(user.folder, 'bars');
  const [from, to] = ['2020-10-01', '2025-01-01'] as TradingDay[];
  await writeSimulatedCsv(bars, await readReference(), { seed: 7, symbols, from, to });
  return await user.type('import', bars, '--adjustment', 'raw');
}

async function stackFile(lanes: number): Promise<string> {
  const own = await readFile(path.join(checkout, 'temporal-dev.yaml'), 'utf8');
  const named = Array.from({ length: lanes }, (_, lane) => `  - { name: cpu${lane}, device: cpu }`);
  return own.replace('lanes: auto', ['lanes:', ...named].join('\n'));
}
