import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../shared/contracts/errors.ts';
import { withLock } from './lock.mjs';
import {
  type Progress,
  cachePath,
  defaultProgramOptions,
  findOnPath,
  isExecutable,
  runProgram,
} from './programs.ts';

/** The release that is built where no `temporal` is there: the newest that builds by its tag. */
const temporalVersion = '1.5.1';

/** What Go compiles for that release where its cache is empty. */
const packagesAtMost = 1_300;

/** The server inside the command-line tool 1.3, the oldest that has what the workers ask for. */
export const oldestServer = [1, 27] as const;

/** A Temporal command-line tool and where it was found. */
export interface TemporalFound {
  readonly path: string;
  readonly source: 'TEMPORAL_CLI' | 'PATH' | 'cache';
  /** Version of the server inside: a tool built from source reports none of its own. */
  readonly server: string;
}

/**
 * The Temporal command-line tool that would be used, or undefined where none is there yet. Changes
 * nothing; a tool on PATH that is too old is passed over.
 *
 * @throws InputError if `TEMPORAL_CLI` names no tool, or one too old
 */
export async function findTemporal(): Promise<TemporalFound | undefined> {
  const named = process.env['TEMPORAL_CLI'];
  if (named !== undefined && named !== '') {
    const server = isExecutable(named) ? await serverVersion(named) : undefined;
    if (server === undefined || !isRecent(server))
      throw new InputError(
        `TEMPORAL_CLI names "${named}", found server "${server ?? 'none'}", expected a "temporal" ` +
          `with server "${oldestServer.join('.')}" or later; name one (1.3 or later) or unset it`,
      );
    return { path: named, source: 'TEMPORAL_CLI', server };
  }
  const installed = findOnPath('temporal');
  if (installed !== undefined) {
    const server = await serverVersion(installed);
    if (server !== undefined && isRecent(server))
      return { path: installed, source: 'PATH', server };
  }
  if (!isExecutable(builtPath())) return undefined;
  const server = await serverVersion(builtPath());
  return server === undefined ? undefined : { path: builtPath(), source: 'cache', server };
}

/**
 * The path of a Temporal command-line tool: the one named by `TEMPORAL_CLI`, else the one on PATH,
 * else one built with Go into `.cache` the first time, which takes minutes.
 *
 * @throws InputError if none is there and Go is missing or cannot build it
 */
export async function ensureTemporal(onProgress: Progress): Promise<string> {
  const found = await findTemporal();
  if (found !== undefined) return found.path;
  return withLock(
    cachePath('locks', 'temporal'),
    (holder) => onProgress(`waiting for ${holder}, which is building the Temporal server`),
    async () => (await findTemporal())?.path ?? (await build(onProgress)),
  );
}

async function build(onProgress: Progress): Promise<string> {
  const go = findOnPath('go');
  if (go === undefined)
    throw new InputError(
      'no "temporal" was found and PATH has no "go" to build it with; install the Temporal CLI ' +
        '(1.3 or later), set TEMPORAL_CLI to one, or install Go',
    );
  // Nobody else builds meanwhile: what is there was left by one that was killed.
  const folder = cachePath('bin', 'build');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    await goInstall(go, folder, onProgress);
    renameSync(join(folder, 'temporal'), builtPath());
    return builtPath();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function goInstall(go: string, folder: string, onProgress: Progress): Promise<void> {
  const started = Date.now();
  let fetched = 0;
  let compiled = 0;
  const elapsed = () => `${Math.round((Date.now() - started) / 1000)} s`;
  const ticker = setInterval(
    () =>
      onProgress(
        `… fetched ${fetched} modules, compiled ${compiled} of at most ${packagesAtMost} packages, ${elapsed()}`,
      ),
    10_000,
  );
  onProgress(`building the Temporal server ${temporalVersion} with Go (once, 3 to 10 minutes)`);
  const module = `github.com/temporalio/cli/cmd/temporal@v${temporalVersion}`;
  const { code, stderr } = await runProgram(go, ['install', '-v', module], {
    ...defaultProgramOptions,
    env: { GOBIN: folder },
    onErrorLine: (line) => {
      if (line.startsWith('go: downloading')) fetched++;
      else compiled++;
    },
  }).finally(() => clearInterval(ticker));
  const reason = stderr.trim().split('\n').slice(-3).join(' / ');
  if (code !== 0)
    throw new InputError(
      `"go install ${module}" ended with "${code}", saying "${reason}"; mend that, install the ` +
        'Temporal CLI (1.3 or later) or set TEMPORAL_CLI to one',
      { code, reason },
    );
  onProgress(`built the Temporal server in ${elapsed()}`);
}

/** The version of the server inside a tool, or undefined where `path` is no such tool. */
async function serverVersion(path: string): Promise<string | undefined> {
  const ending = await runProgram(path, ['--version']).catch(() => undefined);
  return ending?.stdout.match(/\(Server (\d+\.\d+\.\d+)/)?.[1];
}

/** Whether a server has what the workers ask for. */
export function isRecent(server: string): boolean {
  const [major = 0, minor = 0] = server.split('.').map(Number);
  return major > oldestServer[0] || (major === oldestServer[0] && minor >= oldestServer[1]);
}

function builtPath(): string {
  return cachePath('bin', `temporal-${temporalVersion}`);
}
