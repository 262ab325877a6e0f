import { InputError } from '../../contracts/errors.ts';
import { checkedBars, type Bars } from '../../domain/market/bars/bars.ts';
import { dayOf } from '../../domain/market/calendar/exchange-time.ts';
import { revisionOf } from '../../domain/market/bars/merged-bars.ts';
import { dayCounts, summedDays, type EmptyAnswer } from '../../domain/market/coverage/presence.ts';
import { barsByTurn, stampedBars } from '../../domain/market/bars/stamped-bars.ts';
import { commitHead, type Head, type QuarantineFile } from './bar-heads.ts';
import {
  quarantinedDays,
  quarantineKey,
  readQuarantine,
  writeQuarantine,
} from './bar-quarantine.ts';
import type { Receipt, Received } from './bar-receipt.ts';
import { writeSegment, type SegmentPlace } from './bar-segments.ts';
import { soundPart, type SoundPart } from './bar-series.ts';

/** What an append did. */
export interface AppendResult {
  /** The segment written; absent where no bar is new. */
  readonly segment?: string;
  /** Bars of the series now. */
  readonly rows: number;
  readonly added: number;
  /** Bars that took the place of others. */
  readonly changed: number;
  /** Rows newly set aside. */
  readonly quarantined: number;
}

/** What of a fetch is new to a series: written, and not yet listed. */
interface News {
  /** Bars at times that had none. */
  readonly added: Bars;
  readonly changed: number;
  readonly segment: string | undefined;
  /** A segment of bars that came too late to stand, and how many there are. */
  readonly late: { readonly segment: string; readonly rows: number } | undefined;
  readonly quarantine: QuarantineFile | undefined;
  readonly quarantined: number;
  readonly answers: readonly EmptyAnswer[];
  /** The receipt, at a time of its own. */
  readonly stamp: Receipt;
}

/**
 * Adds what a fetch brought to a series and commits it as the next head; begins again where another
 * writer was first. What was written before a kill is listed nowhere and harms nobody.
 *
 * @throws InputError if nothing was received, or an answer's days cannot be days
 * @throws DataError if the bars are unsound
 */
export async function appendReceived(
  place: SegmentPlace,
  received: Received,
  receipt: Receipt,
): Promise<AppendResult> {
  checkReceived(place, received);
  for (;;) {
    const known = await soundPart(place, received.bars);
    const news = await newsOf(place, known, received, receipt);
    const { segment, late, changed, quarantined, added } = news;
    const isNews =
      segment !== undefined || late !== undefined || quarantined > 0 || news.answers.length > 0;
    const head = isNews ? headWith(known.head, news) : known.head;
    const result: AppendResult = {
      ...(segment === undefined ? {} : { segment }),
      rows: head.days.bars.reduce((sum, bars) => sum + bars, 0),
      added: added.ts.length,
      changed,
      quarantined,
    };
    if (!isNews && !known.isDamaged) return result;
    if (await commitHead(place.folder, place.scratch, known.version, head)) return result;
  }
}

function checkReceived({ symbol }: SegmentPlace, { bars, quarantined, answers }: Received): void {
  if (checkedBars(bars).ts.length + quarantined.length + answers.length === 0)
    throw new InputError(`"${symbol}" brings no bars`);
  for (const { from, to } of answers)
    if (!(from < to))
      throw new InputError(`an answer for "${symbol}" should end after "${from}", not at "${to}"`);
}

/** Compares what was received with what is known, and writes what is new beside it. */
async function newsOf(
  place: SegmentPlace,
  { head, overlapping, lost }: SoundPart,
  received: Received,
  receipt: Receipt,
): Promise<News> {
  const stamp = ownStamp(head.fetches, receipt);
  const revision = revisionOf(overlapping.bars, received.bars);
  const { added, timely, late } = barsByTurn(overlapping, revision.bars, stamp.receivedAt);
  const write = async (bars: Bars): Promise<string | undefined> =>
    bars.ts.length === 0
      ? undefined
      : await writeSegment(place, stampedBars(bars, stamp.receivedAt), lost);
  const lateSegment = await write(late);
  const rows = await newRows(place.folder, head.quarantine, received.quarantined);
  const quarantine = { receivedAt: stamp.receivedAt, rows };
  return {
    added,
    changed: timely.ts.length - added.ts.length,
    segment: await write(timely),
    late:
      lateSegment === undefined || head.superseded.includes(lateSegment)
        ? undefined
        : { segment: lateSegment, rows: late.ts.length },
    quarantine:
      rows.length === 0
        ? undefined
        : {
            name: await writeQuarantine(place.folder, place.scratch, quarantine),
            days: quarantinedDays(rows),
          },
    quarantined: rows.length,
    answers: received.answers.filter(
      (answer) => !head.answers.some((other) => isSameAnswer(answer, other)),
    ),
    stamp,
  };
}

function headWith(head: Head, news: News): Head {
  const { added, segment, late, quarantine, stamp } = news;
  const isListed = head.fetches.some((other) => isSameReceipt(other, stamp));
  const next: Head = {
    ...head,
    segments: segment === undefined ? head.segments : listedLast(head.segments, segment),
    superseded: late === undefined ? head.superseded : [...head.superseded, late.segment],
    quarantine: quarantine === undefined ? head.quarantine : [...head.quarantine, quarantine],
    answers: [...head.answers, ...news.answers],
    fetches: isListed ? head.fetches : [...head.fetches, stamp],
    revisions: head.revisions + news.changed + (late?.rows ?? 0),
  };
  return added.ts.length === 0
    ? next
    : { ...next, days: summedDays(head.days, dayCounts(added.ts)) };
}

/** Rows that are not set aside yet. */
async function newRows(
  folder: string,
  files: readonly QuarantineFile[],
  rows: Received['quarantined'],
): Promise<Received['quarantined']> {
  if (rows.length === 0) return rows;
  const days = new Set(rows.map(({ ts }) => (Number.isFinite(ts) ? dayOf(ts) : '')));
  const near = files.filter((file) => days.has('') || file.days.some(({ day }) => days.has(day)));
  const known = new Set<string>();
  for (const { name } of near)
    for (const row of (await readQuarantine(folder, name)).rows) known.add(quarantineKey(row));
  return rows.filter((row) => !known.has(quarantineKey(row)));
}

/** The receipt, a millisecond later for each other fetch that has its time: a time names a fetch. */
function ownStamp(fetches: readonly Receipt[], { fetch, receivedAt }: Receipt): Receipt {
  const others = new Set(
    fetches.filter((other) => other.fetch !== fetch).map((other) => other.receivedAt),
  );
  let stamp = receivedAt;
  while (others.has(stamp)) stamp = (stamp + 1) as typeof stamp;
  return { fetch, receivedAt: stamp };
}

function isSameReceipt(one: Receipt, other: Receipt): boolean {
  return one.fetch === other.fetch && one.receivedAt === other.receivedAt;
}

function isSameAnswer(one: EmptyAnswer, other: EmptyAnswer): boolean {
  return (
    one.from === other.from &&
    one.to === other.to &&
    one.reason === other.reason &&
    one.askedAt === other.askedAt
  );
}

function listedLast(names: readonly string[], name: string): string[] {
  return [...names.filter((other) => other !== name), name];
}
