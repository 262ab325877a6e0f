import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { InputError } from '../../shared/contracts/errors.ts';

const startTries = 3;
const readyMs = 30_000;
const pollMs = 50;
const stopMs = 5_000;

/** Settings under which a fresh namespace or queue answers at once. */
const dynamicConfig = [
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
  'system.forceSearchAttributesCacheRefreshOnRead=true',
  // Only `lanes` continues as new: tests need not write thousands of events to see it.
  'limit.historyCount.suggestContinueAsNew=200',
];

/** A Temporal server of its own for one test run. */
export interface DevServer {
  /** Host and port of its front end. */
  readonly address: string;
  /** Ends it; its workflows are gone with it. */
  stop(): Promise<void>;
}

/**
 * Starts a Temporal server in memory on a free port of this machine and waits until it answers.
 *
 * @param cli - path of the Temporal command-line tool
 * @throws InputError if it ends or does not answer, with what it said
 */
export async function startDevServer(cli: string): Promise<DevServer> {
  for (let tries = 1; ; tries++) {
    try {
      return await startOnPort(cli, await freePort());
    } catch (error) {
      // Between being found free and being used, a port may go to somebody else.
      if (tries === startTries) throw error;
    }
  }
}

async function startOnPort(cli: string, port: number): Promise<DevServer> {
  const server = spawn(cli, serverArguments(port), { stdio: ['ignore', 'ignore', 'pipe'] });
  const lines: string[] = [];
  server.stderr.setEncoding('utf8').on('data', (text: string) => lines.push(text));
  server.on('error', (error) => lines.push(error.message));
  const killed = () => server.kill('SIGKILL');
  process.once('exit', killed);
  const stop = async () => {
    process.removeListener('exit', killed);
    await end(server);
  };
  const address = `127.0.0.1:${port}`;
  const deadline = Date.now() + readyMs;
  while (!(await answers(address))) {
    if (hasEnded(server) || Date.now() > deadline) {
      await stop();
      throw new InputError(
        `the Temporal server "${cli}" does not answer on "${address}", saying ` +
          `"${lines.join('').trim()}"; run it by hand: "${cli} server start-dev"`,
        { cli, address },
      );
    }
    await wait(pollMs);
  }
  server.stderr.removeAllListeners('data').resume();
  return { address, stop };
}

function serverArguments(port: number): string[] {
  return [
    ['server', 'start-dev', '--headless'],
    ['--ip', '127.0.0.1', '--port', String(port)],
    ['--log-level', 'error'],
    ['--sqlite-pragma', 'journal_mode=WAL'],
    ...dynamicConfig.map((value) => ['--dynamic-config-value', value]),
  ].flat();
}

async function answers(address: string): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: '2s' });
    await connection.workflowService.describeNamespace({ namespace: 'default' });
    await connection.close();
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string')
    throw new InputError(`expected a port of 127.0.0.1, found "${address}"`);
  return address.port;
}

async function end(server: ChildProcess): Promise<void> {
  if (hasEnded(server)) return;
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  const timer = setTimeout(() => server.kill('SIGKILL'), stopMs);
  await ended;
  clearTimeout(timer);
}

function hasEnded(server: ChildProcess): boolean {
  return server.pid === undefined || server.exitCode !== null || server.signalCode !== null;
}
