import { readFile } from 'node:fs/promises';
import { failedSince } from '../activities/validation/failed-since.ts';
import { InputError, type ErrorClass } from '../shared/contracts/errors.ts';
import type { ReplayRequest } from '../shared/contracts/run.ts';
import { stampReader } from '../shared/runtime/exchange-time.ts';
import { parseReplay } from '../shared/runtime/parse-request.ts';
import type { World } from '../shared/runtime/world.ts';
import { newestPlannedRun } from './run-files.ts';
import { shortReplay } from './replay-client.ts';

/** What `replay` is asked on the command line. */
export interface ReplayOptions {
  readonly failedOf?: string;
  readonly unfinished?: boolean;
  readonly windows?: string;
  readonly of?: string;
  readonly since?: string;
  readonly reason?: ErrorClass;
  readonly asOf?: string;
  readonly asRecorded?: boolean;
}

/**
 * Reads the options into replays, one a run.
 *
 * @throws InputError naming what is wrong with them, or if nothing failed since
 */
export async function replaysFrom(world: World, options: ReplayOptions): Promise<ReplayRequest[]> {
  const { failedOf, unfinished, windows, since, reason, asOf, asRecorded } = options;
  const named = [failedOf ?? windows, since].filter((one) => one !== undefined);
  const isOfNothing = options.of !== undefined && (windows === undefined || failedOf !== undefined);
  if (
    named.length !== 1 ||
    isOfNothing ||
    (unfinished === true && (since ?? windows) !== undefined)
  )
    throw new InputError(
      'say what to do again: --failed-of <run> (also --unfinished or --windows), ' +
        '--windows <list> --of <run>, or --since <time>',
    );
  const data = {
    ...(asOf === undefined ? {} : { asOf }),
    ...(asRecorded === undefined ? {} : { asRecorded }),
  };
  if (since !== undefined) {
    const runs = await failedSince(world, timeFrom(since), reason);
    if (runs.length === 0) throw new InputError(`nothing that failed since "${since}" is left`);
    const replays = runs.map(({ runId, windows: names }) =>
      parseReplay({ of: runId, windows: names, ...data }),
    );
    return await Promise.all(replays.map((one) => shortReplay(world.root, one)));
  }
  const of = failedOf ?? options.of ?? (await newestPlannedRun(world.root));
  const chosen =
    windows === undefined
      ? unfinished === true
        ? 'unfinished'
        : undefined
      : await listed(windows);
  const replay = parseReplay({
    of,
    ...(chosen === undefined ? {} : { windows: chosen }),
    ...(reason === undefined ? {} : { reason }),
    ...data,
  });
  return [await shortReplay(world.root, replay)];
}

function timeFrom(text: string) {
  const time = stampReader()(text);
  if (time !== undefined) return time;
  throw new InputError(
    `--since should be a day or a time like "2024-01-31T21:00" at the exchange, not "${text}"`,
  );
}

async function listed(text: string): Promise<string[]> {
  const all = text.startsWith('@')
    ? await readFile(text.slice(1), 'utf8').catch(() => {
        throw new InputError(`"${text.slice(1)}" cannot be read; --windows @file takes one a line`);
      })
    : text;
  return all.split(/[\s,]+/).filter((window) => window !== '');
}
