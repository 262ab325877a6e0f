import type { BackfillWindowRef, StoredWindow } from '../../shared/contracts/backfill.ts';
import type { EpochMs, TradingDay } from '../../shared/contracts/time.ts';
import type { Bars } from '../../shared/domain/market/bars/bars.ts';
import {
  emptyAnswers,
  type EmptyAnswers,
} from '../../shared/domain/market/coverage/empty-answers.ts';
import { dayOf } from '../../shared/domain/market/calendar/exchange-time.ts';
import { classOf } from '../../shared/domain/market/instruments/instruments.ts';
import { mergedBars } from '../../shared/domain/market/bars/merged-bars.ts';
import type { QuarantinedBar } from '../../shared/domain/market/bars/quarantine.ts';
import { shortages } from '../../shared/domain/market/coverage/shortages.ts';
import { siftedBars } from '../../shared/domain/market/bars/sifted-bars.ts';
import { noBars } from '../../shared/domain/market/bars/stamped-bars.ts';
import { backfillFiles, type Answer } from '../../shared/runtime/runs/backfill-files.ts';
import type { BarSeries } from '../../shared/runtime/bars/bar-store.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { firstDay, knownPresence } from './source-presence.ts';

/**
 * Stores what a source answered for a window: sound bars as one segment, bad rows set aside, and for
 * each session that is still short the reason why. Safe to repeat: what is known changes nothing.
 *
 * @returns counts, among them the sessions that no answer filled
 * @throws LaneError (retried) if the disk is full; nothing is lost, the answers stay
 */
export async function storeBars(
  world: ComputeWorld,
  { runId, window }: BackfillWindowRef,
): Promise<StoredWindow> {
  const files = backfillFiles(world.root, runId);
  const { plan, planned } = await files.window(window);
  const { symbol, interval } = planned;
  const { name, adjustment } = world.source(plan.request.source);
  const series: BarSeries = { symbol, interval, source: name, adjustment };
  const answers = await files.answers(window);
  const { bars, quarantined } = sifted(world, series, answers);
  const receivedAt = Math.max(...answers.map((one) => one.receivedAt), 0) as EpochMs;
  const receipt = { fetch: `backfill/${runId}`, receivedAt };
  const hasRows = bars.ts.length + quarantined.length > 0;
  const stored = hasRows
    ? await world.bars.append(series, { bars, quarantined, answers: [] }, receipt)
    : { added: 0, changed: 0 };
  // Only now is it known what is still short.
  const empty = await unfilled(world, series, answers, quarantined);
  if (empty.answers.length > 0)
    await world.bars.append(
      series,
      { bars: noBars(symbol, interval), quarantined: [], answers: empty.answers },
      receipt,
    );
  return {
    requests: answers.length,
    rows: answers.reduce((sum, answer) => sum + answer.bars.ts.length, 0),
    added: stored.added,
    changed: stored.changed,
    quarantined: quarantined.length,
    empty: empty.counts,
  };
}

/** Every row of the answers, sound or set aside; halves of one request share no session. */
function sifted(
  { calendar, instruments }: ComputeWorld,
  { symbol, interval }: BarSeries,
  answers: readonly Answer[],
): { readonly bars: Bars; readonly quarantined: readonly QuarantinedBar[] } {
  const instrumentClass = classOf(instruments.find(symbol));
  // What was not over when it came is unfinished, however late it is stored.
  const all = answers.map((answer) =>
    siftedBars(answer.bars, calendar, answer.receivedAt, instrumentClass),
  );
  return {
    bars: all.map(({ bars }) => bars).reduce(mergedBars, noBars(symbol, interval)),
    quarantined: all.flatMap((one) => one.quarantined),
  };
}

async function unfilled(
  world: ComputeWorld,
  series: BarSeries,
  answers: readonly Answer[],
  quarantined: readonly QuarantinedBar[],
): Promise<EmptyAnswers> {
  const { symbol } = series;
  const instrument = world.instruments.find(symbol);
  const instrumentClass = classOf(instrument);
  const known = await knownPresence(world, series);
  const sessions = answers.flatMap(({ span, receivedAt }) =>
    shortages(known, world.calendar, { ...span, instrumentClass }).map(({ day }) => ({
      day,
      askedAt: receivedAt,
    })),
  );
  const days = quarantined.filter(({ ts }) => Number.isFinite(ts)).map(({ ts }) => dayOf(ts));
  const firstBar = await firstDay(world, series);
  return emptyAnswers(sessions, world.calendar, {
    quarantinedDays: new Set<TradingDay>(days),
    isListingKnown: instrument?.listed !== undefined,
    ...(firstBar === undefined ? {} : { firstBar }),
  });
}
