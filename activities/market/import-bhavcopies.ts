import { asSenseQuantError, DataError, SourceError } from '../../shared/contracts/errors.ts';
import type { Receipt } from '../../shared/runtime/bars/bar-receipt.ts';
import type { ArchiveFile } from '../../shared/runtime/sources/bhavcopy-files.ts';
import { bhavcopyNames } from '../../shared/runtime/sources/bhavcopy-name.ts';
import {
  openShares,
  type Shares,
  type WantedShares,
} from '../../shared/runtime/sources/bhavcopy-shares.ts';
import { readBhavcopy } from '../../shared/runtime/sources/bhavcopy.ts';
import type { World } from '../../shared/runtime/world.ts';
import type { ArchiveImport, ImportListener, ImportReport, SymbolImport } from './import-report.ts';
import { importShare, missingShare } from './import-share.ts';

/** Which daily archives to bring in, and what of them. */
export interface BhavcopyRequest {
  /** In order of their days. */
  readonly archives: readonly ArchiveFile[];
  /** Files beside them that are none. */
  readonly misnamed: readonly string[];
  readonly wanted: WantedShares;
  /** Gives an archive's bytes; undefined where there is no such archive. */
  read(archive: ArchiveFile): Promise<Uint8Array | undefined>;
}

/**
 * Brings the exchange's daily archives in: shares of series EQ and BE, as raw daily bars of source
 * `bhavcopy`, whose close is the official one.
 *
 * An archive with one fault is not believed at all, the others are. Once a server has refused, it is
 * asked no more, and what came before is stored. Nothing is stored before all archives are read.
 */
export async function importBhavcopies(
  world: Pick<World, 'bars' | 'calendar' | 'instruments'>,
  { archives: found, misnamed, wanted, read }: BhavcopyRequest,
  receipt: Receipt,
  listener: ImportListener,
): Promise<ImportReport> {
  const shares = openShares(world.instruments, wanted);
  const archives: ArchiveImport[] = [];
  const addArchive = (archive: ArchiveImport): void => {
    archives.push(archive);
    listener.archive(archive);
  };
  for (const place of misnamed)
    addArchive(
      unread('refused', place, `the name is no daily archive's; expected ${bhavcopyNames}`),
    );
  let before: ArchiveFile | undefined;
  for (const archive of found) {
    const isTwice = before?.day === archive.day;
    const outcome = isTwice
      ? refused(archive, `"${before?.place ?? ''}" is of "${archive.day}" too; remove one`)
      : await importArchive(world, archive, read, shares);
    addArchive(outcome);
    if (outcome.outcome === 'not-fetched') break;
    before = archive;
  }
  const symbols: SymbolImport[] = [];
  const addSymbol = (symbol: SymbolImport): void => {
    symbols.push(symbol);
    listener.symbol(symbol);
  };
  const names = new Set<string>();
  for (const share of shares.all()) {
    names.add(share.bars.symbol);
    addSymbol(await importShare(world, share, receipt));
  }
  if (Array.isArray(wanted))
    for (const symbol of wanted)
      if (!names.has(symbol))
        addSymbol(missingShare(world, symbol, shares.leftOut, found[0].place));
  return { interval: '1d', symbols, archives, leftOut: shares.leftOut.size };
}

/** Reads one archive into `shares`. */
async function importArchive(
  { calendar }: Pick<World, 'calendar'>,
  archive: ArchiveFile,
  read: BhavcopyRequest['read'],
  shares: Shares,
): Promise<ArchiveImport> {
  const { day, name, place } = archive;
  if (!calendar.covers(day))
    return refused(archive, `"${day}" lies outside the calendar; leave such archives out`);
  if (calendar.session(day) === undefined)
    return refused(archive, `the exchange was closed on "${day}"`);
  try {
    const bytes = await read(archive);
    if (bytes === undefined)
      return {
        day,
        ...unread(
          'missing',
          place,
          `there is no "${place}", though the exchange traded on "${day}"`,
        ),
      };
    shares.add(place, readBhavcopy(bytes, name));
    return { day, outcome: 'read' };
  } catch (error) {
    const known = asSenseQuantError(error);
    if (known instanceof DataError)
      return refused(archive, known.message, Number(known.fields.line ?? 1));
    if (known instanceof SourceError)
      return { day, ...unread('not-fetched', place, known.message) };
    throw error;
  }
}

function refused({ day, place }: ArchiveFile, message: string, line = 1): ArchiveImport {
  return { day, ...unread('refused', place, message, line) };
}

function unread(
  outcome: ArchiveImport['outcome'],
  file: string,
  message: string,
  line = 1,
): ArchiveImport {
  return { outcome, fault: { file, line, message } };
}
