import type { QuarantinedBar } from '../../domain/market/bars/quarantine.ts';
import {
  barHistory,
  inOrderOfReceipt,
  noBars,
  stampedBars,
  type BarHistory,
  type StampedBars,
} from '../../domain/market/bars/stamped-bars.ts';
import type { EpochMs } from '../../contracts/time.ts';
import type { Head } from './bar-heads.ts';
import { readQuarantine } from './bar-quarantine.ts';
import type { Receipt } from './bar-receipt.ts';
import { readStampedSegment, type SegmentPlace } from './bar-segments.ts';

/** Every bar that a series ever had, and who brought it. */
export interface SeriesHistory extends BarHistory {
  /** Rows set aside, in the order of their files. */
  readonly quarantined: readonly (QuarantinedBar & { readonly receivedAt: EpochMs })[];
  /** Whose a time of receipt is; each time is one fetch's. */
  readonly fetches: readonly Receipt[];
}

/**
 * Reads the bars of a head that stand, those that were superseded, and the rows set aside.
 *
 * @throws DataError naming the file, if one is missing or damaged
 */
export async function readHistory(place: SegmentPlace, head: Head): Promise<SeriesHistory> {
  const { standing, superseded } = barHistory(await readLayers(place, head.segments));
  const earlier = await readLayers(place, head.superseded);
  const quarantined: (QuarantinedBar & { receivedAt: EpochMs })[] = [];
  for (const { name } of head.quarantine) {
    const { receivedAt, rows } = await readQuarantine(place.folder, name);
    for (const row of rows) quarantined.push({ ...row, receivedAt });
  }
  return {
    standing,
    superseded: inOrderOfReceipt([...earlier, superseded]),
    quarantined,
    fetches: head.fetches,
  };
}

/** Reads segments in their order; one of no bars, where there are none. */
export async function readLayers(
  place: SegmentPlace,
  names: readonly string[],
): Promise<readonly StampedBars[]> {
  const none = noBars(place.symbol, place.interval);
  const layers: StampedBars[] = names.length === 0 ? [stampedBars(none, 0 as EpochMs)] : [];
  for (const name of names) layers.push(await readStampedSegment(place, name));
  return layers;
}
