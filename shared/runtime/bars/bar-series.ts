import { DataError } from '../../contracts/errors.ts';
import { addDays, type EpochMs, type TradingDay } from '../../contracts/time.ts';
import type { Bars } from '../../domain/market/bars/bars.ts';
import { dayOf } from '../../domain/market/calendar/exchange-time.ts';
import { dayCounts, type DayCounts } from '../../domain/market/coverage/presence.ts';
import {
  barHistory,
  noBars,
  stampedBars,
  type StampedBars,
} from '../../domain/market/bars/stamped-bars.ts';
import { headVersions, readHead, type Head } from './bar-heads.ts';
import { readStampedSegment, segmentSpan, type SegmentPlace } from './bar-segments.ts';

/** What can be read of a series, where some of it may be damaged. */
export interface SoundPart {
  /** The newest version of the head, sound or not; 0 where there is none. */
  readonly version: number;
  /** The newest sound head, without the segments that are found damaged. */
  readonly head: Head;
  readonly isDamaged: boolean;
  /** Segments that are damaged. */
  readonly lost: readonly string[];
  /** The bars of the segments that share days with what was received. */
  readonly overlapping: StampedBars;
}

const nothing: Head = {
  schema: 2,
  segments: [],
  superseded: [],
  quarantine: [],
  answers: [],
  fetches: [],
  days: { from: '1970-01-01' as TradingDay, bars: [] },
  revisions: 0,
};

/**
 * Reads as much of a series as is needed to add bars to it. A damaged segment among that is left
 * out, and then all others are looked at.
 */
export async function soundPart(place: SegmentPlace, received: Bars): Promise<SoundPart> {
  const versions = await headVersions(place.folder);
  const version = versions.at(-1) ?? 0;
  let head: Head | undefined;
  let isDamaged = false;
  for (const older of versions.reverse()) {
    head = await ifSound(readHead(place.folder, older));
    if (head !== undefined) break;
    isDamaged = true;
  }
  head ??= nothing;
  const near = await soundSegments(place, segmentsNear(head.segments, received.ts));
  if (near.lost.length > 0) {
    isDamaged = true;
    const whole = await soundSegments(place, head.segments);
    head = { ...head, segments: whole.names, days: daysOf(whole.bars, head.days) };
  }
  return { version, head, isDamaged, lost: near.lost, overlapping: near.bars };
}

/** Reads segments one over the other, those that can be read. */
async function soundSegments(
  place: SegmentPlace,
  names: readonly string[],
): Promise<{ names: readonly string[]; lost: readonly string[]; bars: StampedBars }> {
  const sound: string[] = [];
  const lost: string[] = [];
  const layers = [stampedBars(noBars(place.symbol, place.interval), 0 as EpochMs)];
  for (const name of names) {
    const segment = await ifSound(readStampedSegment(place, name));
    (segment === undefined ? lost : sound).push(name);
    if (segment !== undefined) layers.push(segment);
  }
  return { names: sound, lost, bars: barHistory(layers).standing };
}

function segmentsNear(names: readonly string[], ts: Float64Array): readonly string[] {
  if (ts.length === 0) return [];
  const from = dayOf(ts[0]);
  const to = addDays(dayOf(ts[ts.length - 1]), 1);
  return names.filter((name) => {
    const span = segmentSpan(name);
    return span.from < to && from < span.to;
  });
}

function daysOf({ bars }: StampedBars, before: DayCounts): DayCounts {
  return bars.ts.length === 0 ? { from: before.from, bars: [] } : dayCounts(bars.ts);
}

async function ifSound<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return undefined;
  }
}
