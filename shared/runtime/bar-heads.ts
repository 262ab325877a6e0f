import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from '../contracts/errors.ts';
import { isTradingDay, type TradingDay } from '../contracts/time.ts';
import { segmentPattern } from './bar-segments.ts';
import { codeOf, readJson, syncFolder, writeSynced } from './files.ts';

/** What a series consists of: the one thing of it that changes. */
export interface Head {
  readonly schema: 1;
  /** Names of segments; where times meet, a later one wins. */
  readonly segments: readonly string[];
  /** Bars of the merged segments. */
  readonly rows: number;
  /** Days of the first and of the last bar. */
  readonly first: TradingDay;
  readonly last: TradingDay;
}

const headPattern = /^head-(\d{6})\.json$/;

/** Versions of a series' head, ascending; none where there is no such series. */
export async function headVersions(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw error;
  });
  return names
    .flatMap((name) => headPattern.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/**
 * Reads one version of a head.
 *
 * @throws DataError if it is damaged
 */
export async function readHead(folder: string, version: number): Promise<Head> {
  const file = headFile(folder, version);
  const head = await readJson(file);
  if (!isHead(head))
    throw new DataError(`"${file}" is no list of a series' segments; import its bars again`, {
      file,
    });
  return head;
}

/**
 * Makes `head` the version after `version`, whole or not at all.
 *
 * Versions are new names, linked into place, and a link fails where the name is taken: of two
 * writers that saw the same head, one wins and the other learns of it. A lock would do the same but
 * outlive the process that dies with it.
 *
 * @returns false where another writer was first
 */
export async function commitHead(
  folder: string,
  scratch: string,
  version: number,
  head: Head,
): Promise<boolean> {
  const beside = path.join(scratch, `${randomUUID()}.json`);
  await mkdir(scratch, { recursive: true });
  try {
    await writeSynced(beside, `${JSON.stringify(head, null, 1)}\n`);
    await link(beside, headFile(folder, version + 1));
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(beside, { force: true });
  }
  await syncFolder(folder);
  return true;
}

function headFile(folder: string, version: number): string {
  return path.join(folder, `head-${String(version).padStart(6, '0')}.json`);
}

function isHead(value: unknown): value is Head {
  if (value === null || typeof value !== 'object') return false;
  const { schema, segments, rows, first, last } = value as Partial<Record<keyof Head, unknown>>;
  const isDay = (day: unknown): boolean => typeof day === 'string' && isTradingDay(day);
  return (
    schema === 1 &&
    Array.isArray(segments) &&
    segments.length > 0 &&
    segments.every((name) => typeof name === 'string' && segmentPattern.test(name)) &&
    typeof rows === 'number' &&
    isDay(first) &&
    isDay(last)
  );
}
