import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { InputError } from '../shared/contracts/errors.ts';
import { serverMark } from '../shared/runtime/stack/client.ts';
import type { Config } from '../shared/runtime/stack/config.ts';
import type { DataRoot } from '../shared/runtime/data-root.ts';

/** The stack's own Temporal server: how to start it, and where it will be. */
export interface DevServer {
  readonly address: string;
  readonly ui: string;
  /** Starts it; it finds everything as it was, since its state is a file of the data root. */
  start(output: number): ChildProcess;
}

/** Where a server keeps its histories. Tables are not migrated: another release, another file. */
export function databaseFile(root: DataRoot, server: string): string {
  const [major, minor] = server.split('.');
  return path.join(root.path, 'state', `temporal-${major}.${minor}.db`);
}

/** The release of the server inside a `temporal` command. */
async function serverRelease(executable: string): Promise<string> {
  const { stdout } = await promisify(execFile)(executable, ['--version']);
  const release = /\(Server (\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  if (release !== undefined) return release;
  throw new InputError(
    `"${executable}" should say which server it holds, found "${stdout.trim()}"`,
  );
}

/**
 * Chooses ports and flags for a dev server.
 *
 * @param executable - the `temporal` command
 * @throws InputError if no port is free near the configured ones
 */
export async function devServer(
  executable: string,
  config: Config,
  root: DataRoot,
): Promise<DevServer> {
  const { port, uiPort, sqlitePragmas, dynamicConfig } = config.temporal.devServer;
  const taken = await freePort(port, new Set());
  const uiTaken = await freePort(uiPort, new Set([taken]));
  const flags = [
    ['--ip', '127.0.0.1'],
    ['--port', String(taken)],
    ['--ui-port', String(uiTaken)],
    ['--db-filename', databaseFile(root, await serverRelease(executable))],
    ['--namespace', serverMark(root)],
    ['--log-level', 'warn'],
    ...Object.entries(sqlitePragmas).map(([name, value]) => [
      '--sqlite-pragma',
      `${name}=${value}`,
    ]),
    ...Object.entries(dynamicConfig).map(([name, value]) => [
      '--dynamic-config-value',
      `${name}=${JSON.stringify(value)}`,
    ]),
  ].flat();
  return {
    address: `127.0.0.1:${taken}`,
    ui: `http://127.0.0.1:${uiTaken}`,
    start: (output) =>
      spawn(executable, ['server', 'start-dev', ...flags], {
        stdio: ['ignore', output, output],
        // A group of its own: Ctrl-C reaches the supervisor, which drains the workers first.
        detached: true,
      }),
  };
}

/** How far from the configured port a free one is looked for. */
const portSearch = 100;

async function freePort(first: number, without: ReadonlySet<number>): Promise<number> {
  for (let port = first; port < first + portSearch; port++)
    if (!without.has(port) && (await isFree(port))) return port;
  throw new InputError(
    `no port from "${first}" to "${first + portSearch - 1}" is free; ` +
      `set temporal.devServer.port and uiPort in temporal-dev.yaml`,
  );
}

function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const probe = createServer();
  probe.once('error', () => resolve(false));
  probe.listen({ port, host: '127.0.0.1' }, () => probe.close(() => resolve(true)));
  return promise;
}
