import { DataError } from '../../contracts/errors.ts';
import type { EmptyAnswer } from '../../domain/market/coverage/presence.ts';
import { barHistory } from '../../domain/market/bars/stamped-bars.ts';
import { commitHead, headVersions, readHead, retireHeads, type Head } from './bar-heads.ts';
import { readLayers } from './bar-history.ts';
import { writeSegment, type SegmentPlace } from './bar-segments.ts';

/** What a compaction did. */
export interface Compaction {
  /** Segments of the series before and after. */
  readonly before: number;
  readonly after: number;
  /** Bars of the series. */
  readonly rows: number;
  /** Bars moved beside it: they no longer stand. */
  readonly superseded: number;
}

/**
 * Merges the segments of a series into one, in a new head, and empties the heads before. Segments of
 * old heads stay: plans pin them.
 *
 * @throws DataError if there is no such series, or its list or a segment is damaged
 */
export async function compactSeries(place: SegmentPlace): Promise<Compaction> {
  const { folder, scratch, symbol, interval } = place;
  for (;;) {
    const version = (await headVersions(folder)).at(-1);
    if (version === undefined)
      throw new DataError(`there is no series of "${symbol}" "${interval}" in "${folder}"`);
    const head = await readHead(folder, version);
    const before = head.segments.length;
    if (before < 2) {
      const rows = head.days.bars.reduce((sum, bars) => sum + bars, 0);
      return { before, after: before, rows, superseded: 0 };
    }
    const { standing, superseded } = barHistory(await readLayers(place, head.segments));
    const moved = superseded.bars.ts.length;
    const next: Head = {
      ...head,
      segments: [await writeSegment(place, standing)],
      superseded:
        moved === 0 ? head.superseded : [...head.superseded, await writeSegment(place, superseded)],
      answers: prunedAnswers(head.answers),
    };
    if (!(await commitHead(folder, scratch, version, next))) continue;
    // The head before the new one stays, should that be damaged.
    await retireHeads(folder, version);
    return { before, after: 1, rows: standing.bars.ts.length, superseded: moved };
  }
}

/** Of answers that say the same of the same days, the first and the latest. */
function prunedAnswers(answers: readonly EmptyAnswer[]): EmptyAnswer[] {
  const alike = Map.groupBy(answers, ({ from, to, reason }) => `${from} ${to} ${reason}`);
  return Array.from(alike.values()).flatMap((same) => {
    const inTime = same.toSorted((a, b) => a.askedAt - b.askedAt);
    return inTime.length > 1 ? [inTime[0], inTime[inTime.length - 1]] : inTime;
  });
}
