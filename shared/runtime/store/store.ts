import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Stage } from '../../contracts/outcome.ts';
import { DataError } from '../../contracts/errors.ts';
import { digestOf, sha256 } from '../files/digest.ts';
import type { DataRoot } from '../data-root.ts';
import { codeOf, named, readJson, syncFolder, writeSynced } from '../files/files.ts';

/** What is kept in the store. */
export type ArtifactKind = 'teachers' | 'students' | 'predictions' | 'stale' | 'context' | 'scores';

/** Where the models of each stage are kept. */
export const artifactKinds = { teacher: 'teachers', student: 'students' } as const satisfies Record<
  Stage,
  ArtifactKind
>;

/** One file of an artifact. */
interface FileRecord {
  readonly sha256: string;
  readonly bytes: number;
}

/** What an artifact says of itself. Facts that differ from run to run are no part of `content`. */
export interface Manifest {
  readonly schema: 1;
  readonly kind: ArtifactKind;
  readonly key: string;
  /** Digest of the files: what two makers of one key must agree on. */
  readonly content: string;
  readonly files: Readonly<Record<string, FileRecord>>;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Artifacts named by their input: written whole or not at all, first writer wins. */
export interface Store {
  /** Folder of an artifact, whether it exists or not. */
  folder(kind: ArtifactKind, key: string): string;
  /**
   * Looks an artifact up and checks every byte of it. A damaged one is set aside under
   * `state/set-aside/`, and counts as absent: it is made again.
   */
  find(kind: ArtifactKind, key: string): Promise<Manifest | undefined>;
  /**
   * Writes an artifact. Where another maker was first, the first is kept.
   *
   * @param write - writes the files into the folder it is given; names only, no folders
   * @returns the manifest that stands, and whether it is the one written now
   * @throws DataError if the first maker's content differs: the key misses an input
   * @throws LaneError if the disk is full
   */
  publish(
    kind: ArtifactKind,
    key: string,
    write: (folder: string) => Promise<void>,
    facts: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly manifest: Manifest; readonly written: boolean }>;
}

/**
 * Opens the store of a data root.
 *
 * @param onSetAside - told of each damaged artifact: where it was, where it is now, and why
 */
export function openStore(root: DataRoot, onSetAside: (message: string) => void): Store {
  const folder = (kind: ArtifactKind, key: string): string =>
    path.join(root.path, 'store', kind, key.slice(0, 2), key);

  async function find(kind: ArtifactKind, key: string): Promise<Manifest | undefined> {
    const place = folder(kind, key);
    try {
      return await verifiedManifest(place, kind, key);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      const aside = path.join(root.path, 'state', 'set-aside', `${kind}-${key}-${randomUUID()}`);
      await mkdir(path.dirname(aside), { recursive: true });
      await rename(place, aside).then(
        () => onSetAside(`${error.message}; it was moved to "${aside}" and will be made again`),
        (cause: unknown) => {
          // Another process saw the damage, too, and was first.
          if (codeOf(cause) !== 'ENOENT') throw cause;
        },
      );
      return undefined;
    }
  }

  return {
    folder,
    find,
    async publish(kind, key, write, facts) {
      const scratch = path.join(root.path, 'tmp', randomUUID());
      return await named(root.path, async () => {
        try {
          await mkdir(scratch, { recursive: true });
          await write(scratch);
          const files = await syncedFiles(scratch);
          const content = digestOf(files);
          const manifest: Manifest = { schema: 1, kind, key, content, files, facts };
          await writeSynced(
            path.join(scratch, 'manifest.json'),
            `${JSON.stringify(manifest, null, 1)}\n`,
          );
          await syncFolder(scratch);
          let first: Manifest | undefined;
          while (first === undefined) {
            if (await moveInto(scratch, folder(kind, key))) return { manifest, written: true };
            // A damaged one is set aside, and its place is free again.
            first = await find(kind, key);
          }
          if (first.content !== content)
            throw new DataError(
              `"${folder(kind, key)}" holds other content than the same input gave now; ` +
                `its name misses something that changes the result`,
              { kind, key },
            );
          return { manifest: first, written: false };
        } finally {
          await rm(scratch, { recursive: true, force: true });
        }
      });
    },
  };
}

/** Renames a finished folder into place; false where the place is taken. */
async function moveInto(scratch: string, place: string): Promise<boolean> {
  const parent = path.dirname(place);
  await mkdir(parent, { recursive: true });
  try {
    await rename(scratch, place);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    throw error;
  }
  await syncFolder(parent);
  return true;
}

/** Syncs and digests what a writer left in its folder. */
async function syncedFiles(scratch: string): Promise<Record<string, FileRecord>> {
  const files: Record<string, FileRecord> = {};
  for (const name of (await readdir(scratch)).sort()) {
    const handle = await open(path.join(scratch, name), 'r+');
    try {
      await handle.sync();
      const bytes = await handle.readFile();
      files[name] = { sha256: sha256(bytes), bytes: bytes.length };
    } finally {
      await handle.close();
    }
  }
  return files;
}

async function verifiedManifest(
  place: string,
  kind: ArtifactKind,
  key: string,
): Promise<Manifest | undefined> {
  const file = path.join(place, 'manifest.json');
  let manifest = await readJson(file);
  if (manifest === undefined) {
    const left = await readdir(place).catch(() => undefined);
    if (left === undefined) return undefined;
    // It may have been renamed into place since: look again before calling it damaged.
    manifest = await readJson(file);
  }
  if (!isManifestOf(manifest, kind, key))
    throw new DataError(`"${place}" has no manifest of the artifact that it is named after`);
  for (const [name, record] of Object.entries(manifest.files)) {
    const bytes = await readFile(path.join(place, name)).catch(() => undefined);
    if (bytes === undefined || sha256(bytes) !== record.sha256)
      throw new DataError(`"${path.join(place, name)}" is not what its manifest says`);
  }
  return manifest;
}

function isManifestOf(value: unknown, kind: ArtifactKind, key: string): value is Manifest {
  if (value === null || typeof value !== 'object') return false;
  const manifest = value as { readonly [Field in keyof Manifest]?: unknown };
  const { files, facts, content } = manifest;
  const isListed = typeof files === 'object' && files !== null && digestOf(files) === content;
  const isNamed = manifest.schema === 1 && manifest.kind === kind && manifest.key === key;
  return isNamed && isListed && typeof facts === 'object' && facts !== null;
}
