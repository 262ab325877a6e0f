import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, rm, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import { gapReasons, type GapReason } from '../../contracts/gaps.ts';
import { DataError } from '../../contracts/errors.ts';
import { isTradingDay } from '../../contracts/time.ts';
import type {
  DayCounts,
  EmptyAnswer,
  QuarantinedDay,
} from '../../domain/market/coverage/presence.ts';
import { quarantinePattern } from './bar-quarantine.ts';
import type { Receipt } from './bar-receipt.ts';
import { segmentPattern } from './bar-segments.ts';
import { codeOf, readJson, syncFolder, writeSynced } from '../files/files.ts';

/** What a series consists of: the one thing of it that changes. */
export interface Head {
  readonly schema: 2;
  /** Names of segments; where times meet, a later one wins. */
  readonly segments: readonly string[];
  /** Segments of bars that no longer stand, taken out of `segments`. */
  readonly superseded: readonly string[];
  readonly quarantine: readonly QuarantineFile[];
  readonly answers: readonly EmptyAnswer[];
  /** Who brought what is here, in the order it was stored; no two of the same time. */
  readonly fetches: readonly Receipt[];
  /** Bars of the merged segments. */
  readonly days: DayCounts;
  /** Bars that were superseded. */
  readonly revisions: number;
}

/** A file of rows set aside, and how many of each day. */
export interface QuarantineFile {
  readonly name: string;
  readonly days: readonly QuarantinedDay[];
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
 * @throws DataError if it is damaged, or of an earlier schema
 */
export async function readHead(folder: string, version: number): Promise<Head> {
  const file = headFile(folder, version);
  const head = await readJson(file);
  if (isHead(head)) return head;
  const { schema } = (head ?? {}) as { readonly schema?: unknown };
  throw new DataError(
    schema === 1
      ? `"${file}" is of an earlier release (schema "1", expected "2"); import its bars again`
      : `"${file}" is no list of a series' segments; import its bars again`,
    { file },
  );
}

/**
 * Reads the head that counts.
 *
 * @returns undefined where there is no such series
 * @throws DataError if it is damaged, or of an earlier schema
 */
export async function newestHead(folder: string): Promise<Head | undefined> {
  for (;;) {
    const version = (await headVersions(folder)).at(-1);
    if (version === undefined) return undefined;
    try {
      return await readHead(folder, version);
    } catch (error) {
      // It may have been retired since it was looked up.
      if ((await headVersions(folder)).at(-1) === version) throw error;
    }
  }
}

/**
 * Empties the heads before `version`. Their names stay taken: a writer that saw one of them must not
 * be able to commit.
 */
export async function retireHeads(folder: string, version: number): Promise<void> {
  for (const old of await headVersions(folder)) {
    if (old >= version) return;
    const file = headFile(folder, old);
    if ((await stat(file)).size > 0) await truncate(file);
  }
}

/** Whether a head was emptied: what it listed is listed by later ones, or no longer. */
export async function isRetired(folder: string, version: number): Promise<boolean> {
  return (await stat(headFile(folder, version))).size === 0;
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
  await mkdir(folder, { recursive: true });
  try {
    await writeSynced(beside, `${JSON.stringify(head)}\n`);
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
  const head = value as Partial<Record<keyof Head, unknown>>;
  return (
    head.schema === 2 &&
    isListOf(head.segments, isSegmentName) &&
    isListOf(head.superseded, isSegmentName) &&
    isListOf(head.quarantine, isQuarantineFile) &&
    isListOf(head.answers, isAnswer) &&
    isListOf(head.fetches, isReceipt) &&
    isDayCounts(head.days) &&
    Number.isInteger(head.revisions)
  );
}

type Fields<T> = Partial<Record<keyof T, unknown>>;

function isListOf(value: unknown, isOne: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isOne);
}

function isSegmentName(name: unknown): boolean {
  return typeof name === 'string' && segmentPattern.test(name);
}

function isDay(day: unknown): boolean {
  return typeof day === 'string' && isTradingDay(day);
}

function isRecord(value: unknown): value is object {
  return value !== null && typeof value === 'object';
}

function isDayCounts(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { from, bars } = value as Fields<DayCounts>;
  return isDay(from) && isListOf(bars, Number.isInteger);
}

function isQuarantineFile(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { name, days } = value as Fields<QuarantineFile>;
  return (
    typeof name === 'string' &&
    quarantinePattern.test(name) &&
    isListOf(days, (one) => isRecord(one) && isDay((one as Fields<QuarantinedDay>).day))
  );
}

function isAnswer(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { from, to, reason, askedAt } = value as Fields<EmptyAnswer>;
  return (
    isDay(from) && isDay(to) && gapReasons.includes(reason as GapReason) && Number.isFinite(askedAt)
  );
}

function isReceipt(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { fetch, receivedAt } = value as Fields<Receipt>;
  return typeof fetch === 'string' && Number.isFinite(receivedAt);
}
