import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { asSenseQuantError } from '../../contracts/errors.ts';
import type { EpochMs } from '../../contracts/time.ts';
import { headVersions, isRetired, readHead } from '../bars/bar-heads.ts';
import { quarantinePattern } from '../bars/bar-quarantine.ts';
import { segmentPattern } from '../bars/bar-segments.ts';
import type { DataRoot } from '../data-root.ts';
import { codeOf } from '../files/files.ts';
import { addArtifactNames, addFolderNames, addRunNames, entriesOf } from './named-files.ts';

/** Artifacts that follow from what is in the data root, so that losing one costs only time. */
const artifactKinds = ['teachers', 'students', 'predictions', 'context'] as const;

/** What may be garbage. */
export const garbageKinds = [...artifactKinds, 'bars', 'set-aside', 'tmp'] as const;
export type GarbageKind = (typeof garbageKinds)[number];

/** A file or folder that nothing reachable names. */
export interface Garbage {
  readonly kind: GarbageKind;
  /** Below the data root. */
  readonly place: string;
  readonly bytes: number;
}

/** A writer lists a segment after it has written it, and may be killed in between. */
const settledMs = 86_400_000;
/** What a collection moves its garbage to; another that was killed left one behind. */
const collecting = 'gc-';

/**
 * Finds what nothing reachable names: artifacts that no kept run, champion, or artifact that is
 * reachable itself names; segments and rows set aside that no head of their series and no kept run
 * names, once they are a day old; artifacts that were damaged; what was being written a day ago.
 * Reads names wherever they stand, so that a file of any form keeps what it names. Changes nothing.
 */
export async function findGarbage(
  root: DataRoot,
  keptRuns: Iterable<string>,
  now: EpochMs,
): Promise<Garbage[]> {
  const named = new Set<string>();
  for (const runId of keptRuns) await addRunNames(root, runId, named);
  await addFolderNames(path.join(root.path, 'registry'), named);
  const artifacts = await artifactsOf(root);
  await addOrigins(root, artifacts, named);
  return [
    ...(await weighed(
      root,
      artifacts.filter(({ name }) => !named.has(name)),
    )),
    ...(await weighed(root, await unnamedBars(root, named, now))),
    ...(await weighed(root, await leftovers(root, now))),
  ];
}

/**
 * Takes garbage out of the way at once, each file or folder whole, and removes it. A kill leaves what
 * was not moved yet where it was, and the rest to the next collection. Call `clear` when nobody has
 * to wait any longer.
 *
 * @returns what removes it from the disk
 */
export async function moveGarbage(
  root: DataRoot,
  garbage: readonly Garbage[],
): Promise<{ clear(): Promise<void> }> {
  const folder = path.join(root.path, 'tmp', `${collecting}${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  for (const [index, { kind, place }] of garbage.entries()) {
    const from = path.join(root.path, place);
    const to = path.join(folder, String(index));
    if (!(await isMoved(from, to))) continue;
    // Whoever listed it in this very moment has it back.
    if (kind === 'bars' && (await headNames(path.dirname(from)))?.has(path.basename(from)))
      await rename(to, from);
  }
  return { clear: async () => await rm(folder, { recursive: true, force: true }) };
}

interface Found {
  readonly kind: GarbageKind;
  readonly name: string;
  readonly place: string;
}

async function artifactsOf(root: DataRoot): Promise<Found[]> {
  const found: Found[] = [];
  for (const kind of artifactKinds) {
    const folder = path.join('store', kind);
    for (const { name: part } of await entriesOf(path.join(root.path, folder)))
      for (const { name } of await entriesOf(path.join(root.path, folder, part)))
        found.push({ kind, name, place: path.join(folder, part, name) });
  }
  return found;
}

/**
 * Adds the artifacts that reachable ones say they are made of, and what those are made of, and so on.
 * Bars that a model was made of are its origin, too, but nobody reads them by it.
 */
async function addOrigins(
  root: DataRoot,
  artifacts: readonly Found[],
  named: Set<string>,
): Promise<void> {
  let unread = artifacts;
  for (let before = -1; before < named.size;) {
    before = named.size;
    const next = unread.filter(({ name }) => named.has(name));
    unread = unread.filter(({ name }) => !named.has(name));
    for (const { place } of next) {
      const manifest = path.join(root.path, place, 'manifest.json');
      addArtifactNames(await readFile(manifest, 'utf8').catch(() => ''), named);
    }
  }
}

async function unnamedBars(
  root: DataRoot,
  named: ReadonlySet<string>,
  now: EpochMs,
): Promise<Found[]> {
  const found: Found[] = [];
  for (const series of await seriesFolders(root)) {
    const folder = path.join(root.path, series);
    const listed = await headNames(folder);
    if (listed === undefined) continue;
    for (const { name } of await entriesOf(folder)) {
      const isPart = segmentPattern.test(name) || quarantinePattern.test(name);
      if (!isPart || listed.has(name) || named.has(name)) continue;
      const place = path.join(series, name);
      if (await isSettled(path.join(root.path, place), now))
        found.push({ kind: 'bars', name, place });
    }
  }
  return found;
}

/** `bars/<interval>/<SYMBOL>/<series>`. */
async function seriesFolders(root: DataRoot): Promise<string[]> {
  let folders = ['bars'];
  for (let depth = 0; depth < 3; depth++) {
    const below = await Promise.all(
      folders.map(async (folder) =>
        (await entriesOf(path.join(root.path, folder)))
          .filter((entry) => entry.isDirectory())
          .map(({ name }) => path.join(folder, name)),
      ),
    );
    folders = below.flat();
  }
  return folders;
}

/** What the heads of a series list, old ones that were not emptied among them; undefined if damaged. */
async function headNames(folder: string): Promise<ReadonlySet<string> | undefined> {
  const names = new Set<string>();
  for (const version of await headVersions(folder)) {
    if (await isRetired(folder, version)) continue;
    try {
      const { segments, superseded, quarantine } = await readHead(folder, version);
      for (const name of [...segments, ...superseded, ...quarantine.map((one) => one.name)])
        names.add(name);
    } catch (error) {
      if (asSenseQuantError(error)?.name === 'DataError') return undefined;
      throw error;
    }
  }
  return names;
}

async function leftovers(root: DataRoot, now: EpochMs): Promise<Found[]> {
  const found: Found[] = [];
  const aside = path.join('state', 'set-aside');
  for (const { name } of await entriesOf(path.join(root.path, aside)))
    found.push({ kind: 'set-aside', name, place: path.join(aside, name) });
  for (const { name } of await entriesOf(path.join(root.path, 'tmp')))
    if (name.startsWith(collecting) || (await isSettled(path.join(root.path, 'tmp', name), now)))
      found.push({ kind: 'tmp', name, place: path.join('tmp', name) });
  return found;
}

/** Whether nothing of a file or folder was written within a day. */
async function isSettled(place: string, now: EpochMs): Promise<boolean> {
  const { mtimeMs, isGone } = await statOf(place);
  if (isGone || mtimeMs > now - settledMs) return false;
  for (const { name } of await entriesOf(place))
    if (!(await isSettled(path.join(place, name), now))) return false;
  return true;
}

async function weighed(root: DataRoot, found: readonly Found[]): Promise<Garbage[]> {
  const garbage: Garbage[] = [];
  for (const { kind, place } of found)
    garbage.push({ kind, place, bytes: await bytesOf(path.join(root.path, place)) });
  return garbage;
}

async function bytesOf(place: string): Promise<number> {
  const { size, isGone, isFolder } = await statOf(place);
  if (isGone || !isFolder) return size;
  let sum = 0;
  for (const { name } of await entriesOf(place)) sum += await bytesOf(path.join(place, name));
  return sum;
}

async function statOf(place: string) {
  try {
    const found = await stat(place);
    const { size, mtimeMs } = found;
    return { size, mtimeMs, isGone: false, isFolder: found.isDirectory() };
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return { size: 0, mtimeMs: 0, isGone: true, isFolder: false };
  }
}

async function isMoved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return false;
  }
}
