import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { DataError, InputError } from '../../shared/contracts/errors.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { dayOf } from '../../shared/domain/market/calendar/exchange-time.ts';
import {
  instrumentDifference,
  type InstrumentDifference,
  type ListedInstrument,
} from '../../shared/domain/market/instruments/instrument-changes.ts';
import {
  overlayFile,
  readOverlay,
  writeOverlay,
  type InstrumentOverlay,
} from '../../shared/runtime/reference/instrument-overlay.ts';
import { overlayWith } from '../../shared/runtime/reference/overlay-changes.ts';
import type { DataRoot } from '../../shared/runtime/data-root.ts';
import { readReference } from '../../shared/runtime/reference/reference.ts';
import {
  readInstrumentFile,
  type InstrumentFile,
} from '../../shared/runtime/sources/instrument-files.ts';
import type { World } from '../../shared/runtime/world.ts';

/** Which file to compare with what is known. */
export interface InstrumentImportRequest {
  readonly path: string;
  /** The day whose facts the file tells, today where absent; a rename or a new ISIN counts from it. */
  readonly asOf?: TradingDay;
  /** Whose constituents they are; read off the name `ind_<universe>list…` where absent. */
  readonly universe?: string;
  /** Whether to keep what the file says, or only to tell the difference. */
  readonly apply: boolean;
}

/** What a file of instruments said that was not known. */
export interface InstrumentImport extends InstrumentDifference {
  readonly kind: InstrumentFile['kind'];
  readonly asOf: TradingDay;
  /** Shares in the file. */
  readonly rows: number;
  readonly passedOver: number;
  /** Of a constituent file: who came and left since the last snapshot before. */
  readonly membership?: {
    readonly universe: string;
    readonly since?: string;
    readonly joined: readonly string[];
    readonly left: readonly string[];
  };
  readonly applied: boolean;
}

/**
 * Compares a security master or a constituent file with what is known of instruments, and keeps what
 * it says where asked to: one file of the data root, changed whole or not at all.
 *
 * @throws InputError if the file has another layout, or its universe is unknown
 * @throws DataError if it contradicts itself, or what is known in a way that no rename explains
 * @throws LaneError if the disk is full
 */
export async function importInstruments(
  { root, instruments, now }: Pick<World, 'root' | 'instruments' | 'now'>,
  request: InstrumentImportRequest,
): Promise<InstrumentImport> {
  const { kind, listed, passedOver } = await readInstrumentFile(request.path);
  const difference = instrumentDifference(instruments, listed);
  const { asOf = dayOf(now()), apply } = request;
  const universe = kind === 'constituents' ? universeOf(request) : undefined;
  if (apply) {
    const file = overlayFile(root);
    const overlay = overlayWith(await readOverlay(file), instruments, difference, {
      kind,
      asOf,
      ...(universe === undefined ? {} : { universe, listed }),
    });
    await proveOverlay(root, overlay, request.path);
    await writeOverlay(file, overlay);
  }
  return {
    kind,
    asOf,
    rows: listed.length,
    passedOver,
    ...difference,
    // Who is not in an index is not gone.
    ...(universe === undefined
      ? {}
      : { gone: [], membership: membershipChange(instruments, universe, listed, asOf) }),
    applied: apply,
  };
}

/** Reads an overlay back as every process will read it, before anybody can. */
async function proveOverlay(
  root: DataRoot,
  overlay: InstrumentOverlay,
  source: string,
): Promise<void> {
  const proof = path.join(root.path, 'tmp', `${randomUUID()}.json`);
  try {
    await writeOverlay(proof, overlay);
    await readReference(undefined, proof);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const why = error.message.replaceAll(proof, source);
    throw new DataError(`"${source}" contradicts what is known; nothing is changed: ${why}`);
  } finally {
    await rm(proof, { force: true });
  }
}

function universeOf({ path: file, universe }: InstrumentImportRequest): string {
  const found = universe ?? /^ind_([a-z0-9]+)list/.exec(path.basename(file).toLowerCase())?.[1];
  if (found !== undefined && /^[a-z0-9]{1,40}$/.test(found)) return found;
  throw new InputError(
    `the name of "${file}" does not tell whose constituents it holds; name them: --universe nifty100`,
  );
}

function membershipChange(
  instruments: World['instruments'],
  universe: string,
  listed: readonly ListedInstrument[],
  asOf: TradingDay,
): NonNullable<InstrumentImport['membership']> {
  const now = listed.map(({ symbol }) => instruments.current(symbol));
  const known = instruments.universes.includes(universe)
    ? instruments.members(universe, asOf)
    : undefined;
  const before = known !== undefined && known.asOf <= asOf ? known.symbols : [];
  return {
    universe,
    ...(known === undefined ? {} : { since: known.asOf }),
    joined: now.filter((symbol) => !before.includes(symbol)).toSorted(),
    left: before.filter((symbol) => !now.includes(symbol)).toSorted(),
  };
}
