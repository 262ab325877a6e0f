import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from '../../contracts/errors.ts';
import type { LedgerEvent, LedgerWord } from '../../contracts/holdout.ts';
import type { DataRoot } from '../data-root.ts';
import { sha256 } from '../files/digest.ts';
import { codeOf, named, syncFolder, writeSynced } from '../files/files.ts';

/** An entry as it lies on disk: it names the one before it by digest. */
export type LedgerEntry = LedgerEvent &
  LedgerWord & {
    readonly schema: 1;
    /** From 1 on, without a gap. */
    readonly number: number;
    /** SHA-256 of the file before, 64 hex digits; of nothing, for the first. */
    readonly previous: string;
  };

interface Ledger {
  readonly entries: readonly LedgerEntry[];
  /** SHA-256 of the last file. */
  readonly last: string;
}

/**
 * Reads every entry of a data root's ledger, in order.
 *
 * @throws DataError if an entry is missing, damaged, or was changed after it was written
 */
export async function readLedger(root: DataRoot): Promise<readonly LedgerEntry[]> {
  return (await chain(root)).entries;
}

/**
 * Appends an event to the ledger. Nothing in it is ever changed or removed: entries are files of
 * their own, each of which names the one before by digest.
 *
 * @param decide - makes the event of what the ledger says; asked again where another writer was first
 * @returns the entry that was written
 * @throws DataError if the ledger is damaged; whatever `decide` throws
 * @throws LaneError if the disk is full
 */
export async function appendLedger(
  root: DataRoot,
  word: LedgerWord,
  decide: (entries: readonly LedgerEntry[]) => LedgerEvent,
): Promise<LedgerEntry> {
  const folder = ledgerFolder(root);
  return await named(root.path, async () => {
    await mkdir(folder, { recursive: true });
    for (;;) {
      const { entries, last } = await chain(root);
      const place = { schema: 1, number: entries.length + 1, previous: last } as const;
      const entry: LedgerEntry = { ...place, ...decide(entries), ...word };
      if (await placed(path.join(folder, fileName(entry.number)), entry)) {
        await syncFolder(folder);
        return entry;
      }
    }
  });
}

function ledgerFolder(root: DataRoot): string {
  return path.join(root.path, 'registry', 'ledger');
}

function fileName(number: number): string {
  return `${String(number).padStart(6, '0')}.json`;
}

/** A link fails where the name is taken: the first entry of a number stands. */
async function placed(file: string, entry: LedgerEntry): Promise<boolean> {
  const beside = path.join(path.dirname(file), `.${randomUUID()}`);
  try {
    await writeSynced(beside, `${JSON.stringify(entry, null, 1)}\n`);
    await link(beside, file);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(beside, { force: true });
  }
}

async function chain(root: DataRoot): Promise<Ledger> {
  const folder = ledgerFolder(root);
  const names = (await namesIn(folder)).filter((name) => !name.startsWith('.')).toSorted();
  const entries: LedgerEntry[] = [];
  let last = sha256();
  for (const [index, name] of names.entries()) {
    const file = path.join(folder, name);
    const text = await readFile(file, 'utf8');
    const entry = parsed(text);
    if (name !== fileName(index + 1) || entry?.number !== index + 1 || entry.previous !== last)
      throw new DataError(
        `"${file}" is not entry "${index + 1}" as it was written: the ledger was changed by hand; ` +
          `restore "${folder}" from a backup`,
        { file },
      );
    entries.push(entry);
    last = sha256(text);
  }
  return { entries, last };
}

/** None of a folder that nobody made; one that cannot be read is not empty. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function parsed(text: string): LedgerEntry | undefined {
  try {
    const value = JSON.parse(text) as Partial<LedgerEntry> | null;
    return value?.schema === 1 ? (value as LedgerEntry) : undefined;
  } catch {
    return undefined;
  }
}
