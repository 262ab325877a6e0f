import { InputError } from '../../shared/contracts/errors.ts';
import type { Interval, TradingDay } from '../../shared/contracts/time.ts';
import type { Adjustment } from '../../shared/runtime/bars/bar-store.ts';
import {
  archiveReader,
  archivesAt,
  defaultDownloadOptions,
  isAddress,
  type DownloadOptions,
} from '../../shared/runtime/sources/bhavcopy-download.ts';
import { findBhavcopies, readArchiveFile } from '../../shared/runtime/sources/bhavcopy-files.ts';
import type { World } from '../../shared/runtime/world.ts';
import { importBhavcopies, type BhavcopyRequest } from './import-bhavcopies.ts';
import { importCsv } from './import-csv.ts';
import type { ImportListener, ImportReport } from './import-report.ts';

/** Which files to bring in, and what is known of them. */
export interface ImportRequest {
  /**
   * A folder of `SYMBOL.csv`, of the predecessor's tree or of the exchange's daily archives; one
   * such file; or a pattern of the archives' addresses.
   */
  readonly path: string;
  /** Read off the files where absent. */
  readonly interval?: Interval;
  /** Unknown where absent; archives of the exchange are raw. */
  readonly adjustment?: Adjustment;
  /** Where absent: all of a CSV tree, and of archives those the project knows. */
  readonly symbols?: readonly string[] | 'all';
  /** Days of the archives, half-open. */
  readonly from?: TradingDay;
  readonly to?: TradingDay;
  readonly download?: DownloadOptions;
}

const nobody: ImportListener = { symbol() {}, archive() {} };

/**
 * Brings bars into the store: CSV trees, or the exchange's daily archives from this machine or from
 * its server. Which it is, the path and the files say.
 *
 * A symbol's bars of all files are stored at once. Safe to repeat and to run twice at once: what is
 * known already changes nothing.
 *
 * @throws InputError if there is nothing to import, or it is asked for as what it is not
 * @throws LaneError if the disk is full; the symbols told so far are imported
 */
export async function importBars(
  world: Pick<World, 'bars' | 'calendar' | 'instruments' | 'now'>,
  request: ImportRequest,
  listener: ImportListener = nobody,
): Promise<ImportReport> {
  const receivedAt = world.now();
  const receipt = { fetch: `import/${new Date(receivedAt).toISOString()}`, receivedAt };
  const bhavcopies = isAddress(request.path) ? addressed(world, request) : await onDisk(request);
  if (bhavcopies !== undefined) {
    checkBhavcopyRequest(request);
    return await importBhavcopies(world, bhavcopies, receipt, listener);
  }
  const { path, interval, adjustment = 'unknown', symbols, from, to } = request;
  if (from !== undefined || to !== undefined)
    throw new InputError(
      `"${path}" holds no archives of the exchange, and only of those days can be chosen; ` +
        'leave out --from and --to',
    );
  const csv = {
    path,
    adjustment,
    ...(interval === undefined ? {} : { interval }),
    ...(symbols === undefined || symbols === 'all' ? {} : { symbols }),
  };
  return await importCsv(world, csv, receipt, (symbol) => listener.symbol(symbol));
}

function checkBhavcopyRequest({ interval = '1d', adjustment = 'raw' }: ImportRequest): void {
  if (interval !== '1d')
    throw new InputError(`archives of the exchange hold bars of "1d", not of "${interval}"`);
  if (adjustment !== 'raw')
    throw new InputError(`archives of the exchange are raw, not "${adjustment}"`);
}

async function onDisk(request: ImportRequest): Promise<BhavcopyRequest | undefined> {
  const tree = await findBhavcopies(request.path);
  if (tree === undefined) return undefined;
  const { symbols: wanted = 'known', from = '' as TradingDay, to = '9' as TradingDay } = request;
  const archives = tree.archives.filter(({ day }) => day >= from && day < to);
  if (archives.length === 0)
    throw new InputError(`"${request.path}" holds no archives of the days asked for`);
  return { archives, misnamed: tree.misnamed, read: readArchiveFile, wanted };
}

/** What a pattern of addresses stands for: sessions that are over. */
function addressed(
  { calendar, now }: Pick<World, 'calendar' | 'now'>,
  request: ImportRequest,
): BhavcopyRequest {
  const { path, from, to, symbols: wanted = 'known', download = defaultDownloadOptions } = request;
  if (from === undefined || to === undefined)
    throw new InputError('addresses of archives need days: say --from and --to');
  const last = calendar.lastClosedSession(now());
  const sessions = calendar.sessions(from, to).filter((day) => day <= last);
  if (sessions.length === 0)
    throw new InputError(`no session that is over lies in "${from}" to "${to}", last exclusive`);
  return {
    archives: archivesAt(path, sessions),
    misnamed: [],
    read: archiveReader(download),
    wanted,
  };
}
