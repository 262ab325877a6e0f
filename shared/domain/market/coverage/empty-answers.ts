import type { EmptyReason } from '../../../contracts/backfill.ts';
import type { GapReason } from '../../../contracts/gaps.ts';
import { addDays, type EpochMs, type TradingDay } from '../../../contracts/time.ts';
import type { Calendar } from '../calendar/calendar.ts';
import type { EmptyAnswer } from './presence.ts';

/** A session that was asked for and is still short. */
export interface UnfilledSession {
  readonly day: TradingDay;
  readonly askedAt: EpochMs;
}

/** What else is known when the reasons are sought. */
export interface AnswerContext {
  /** Days on which rows were set aside. */
  readonly quarantinedDays: ReadonlySet<TradingDay>;
  /** First day on which the source has a bar of the symbol, at any interval; absent where none. */
  readonly firstBar?: TradingDay;
  /** Whether it is known when the symbol was listed: then nothing before was asked for. */
  readonly isListingKnown: boolean;
}

/** Why sessions stayed short, for the record and for people. */
export interface EmptyAnswers {
  /** Neighbouring sessions of one reason and one asking together. */
  readonly answers: readonly EmptyAnswer[];
  readonly counts: Readonly<Partial<Record<EmptyReason, number>>>;
}

/**
 * Says why a source could not fill sessions. A holiday is no reason: it is never asked for.
 *
 * A source that has no bar of a symbol at all knows it under another code. What lies before its first
 * bar, where nobody knows the listing, was most likely before the listing; it is kept as a vendor's
 * gap, which is asked for again ever more rarely.
 *
 * @param unfilled - ascending
 */
export function emptyAnswers(
  unfilled: readonly UnfilledSession[],
  calendar: Pick<Calendar, 'sessions'>,
  context: AnswerContext,
): EmptyAnswers {
  const counts: Partial<Record<EmptyReason, number>> = {};
  const answers: EmptyAnswer[] = [];
  for (const { day, askedAt } of unfilled) {
    const why = reasonOf(day, context);
    counts[why] = (counts[why] ?? 0) + 1;
    const reason: GapReason = why === 'pre-listing' ? 'vendor-gap' : why;
    const last = answers.at(-1);
    const to = addDays(day, 1);
    const isAlike = last?.reason === reason && last.askedAt === askedAt;
    // What was filled between two gaps must not seem to have been asked for in vain.
    if (isAlike && calendar.sessions(last.to, day).length === 0)
      answers[answers.length - 1] = { ...last, to };
    else answers.push({ from: day, to, reason, askedAt });
  }
  return { answers, counts };
}

function reasonOf(
  day: TradingDay,
  { quarantinedDays, firstBar, isListingKnown }: AnswerContext,
): EmptyReason {
  if (quarantinedDays.has(day)) return 'quarantined';
  if (firstBar === undefined) return 'wrong-code';
  return day < firstBar && !isListingKnown ? 'pre-listing' : 'vendor-gap';
}
