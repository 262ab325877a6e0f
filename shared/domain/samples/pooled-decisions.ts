import type { Detail, SkipReason } from '../../contracts/outcome.ts';
import type { PlannedAction } from '../../contracts/plan.ts';
import type { TradingDay } from '../../contracts/time.ts';
import { adjustedBars } from '../market/actions/adjustment.ts';
import { sliceBars, type Bars } from '../market/bars/bars.ts';
import { dayStart } from '../market/calendar/exchange-time.ts';
import {
  decideWindows,
  type DecidedWindow,
  type DecisionContext,
  type JudgedSpan,
  type SymbolFacts,
} from './decisions.ts';
import { crossSection, pooledTrainingRows } from './pooled-set.ts';
import { firstTestedSession } from './splits.ts';
import type { WindowRows } from './window-rows.ts';
import type { GridWindow } from './windows.ts';

/** A member of a universe and what is known of it. */
export interface PoolCandidate extends SymbolFacts {
  readonly symbol: string;
}

/** A member whose rows a pooled window holds. */
export interface DecidedMember {
  readonly symbol: string;
  readonly bars: Bars;
  readonly actions: readonly PlannedAction[];
  readonly listed?: TradingDay;
  readonly effectiveFrom: TradingDay;
  readonly ranges: WindowRows;
  /** Labelled rows that train, and those of label 1. */
  readonly rows: number;
  readonly gains: number;
  /** Those of them that the pool's teacher will have an out-of-fold opinion of. */
  readonly opined: { readonly rows: number; readonly gains: number };
  /** The first day that is not read, a gap nobody has explained; absent where all is read. */
  readonly readTo?: TradingDay;
}

/** Who a pooled window leaves out, and what there is to judge. */
interface PoolSpan {
  /** Members that are left out, and why. */
  readonly absent: ReadonlyMap<string, Left>;
  /** The evaluation span of each member of the universe that has rows in it. */
  readonly spans: ReadonlyMap<string, JudgedSpan>;
}

/** A pooled window of the grid with its decision. */
export type DecidedPool = PoolSpan &
  (
    | { readonly grid: GridWindow; readonly skip: SkipReason; readonly detail: Detail }
    | {
        readonly grid: GridWindow & { readonly decisionDay: TradingDay };
        readonly skip?: never;
        readonly members: readonly DecidedMember[];
        /** Labelled rows of all members that train. */
        readonly rows: number;
      }
  );

/** Why a member is left out of a window. */
export interface Left {
  readonly skip: SkipReason;
  readonly detail: Detail;
}

/** What decides a pooled grid. */
export interface PoolContext extends DecisionContext {
  /** Members of the universe on a day; whoever is none then is no part of the window. */
  readonly isMember: (symbol: string, day: TradingDay) => boolean;
}

/**
 * Decides every window of a grid for a universe: by each member's own bars first, then by what is
 * left of it. A member that cannot be trained on alone (not listed, bars missing, an action nobody
 * confirmed) is left out and listed; the window needs enough of the others.
 *
 * @param candidates - in the order of their names
 * @returns one decision a window, in the order of the grid
 */
export function decidePool(
  grid: readonly GridWindow[],
  candidates: readonly PoolCandidate[],
  context: PoolContext,
): DecidedPool[] {
  const decided = candidates.map((candidate) => decideWindows(grid, candidate, context));
  return grid.map((window, k) => {
    const { decisionDay } = window;
    const own = candidates
      .map((candidate, index) => ({ candidate, decision: decided[index][k] }))
      .filter(
        ({ candidate }) =>
          decisionDay === undefined || context.isMember(candidate.symbol, decisionDay),
      );
    return decide(window, own, context);
  });
}

interface Own {
  readonly candidate: PoolCandidate;
  readonly decision: DecidedWindow;
}

function decide(window: GridWindow, own: readonly Own[], context: PoolContext): DecidedPool {
  const absent = new Map<string, Left>();
  const spans = new Map<string, JudgedSpan>();
  for (const { candidate, decision } of own) {
    const { judged, unread } = decision;
    if (decision.skip !== undefined)
      absent.set(candidate.symbol, { skip: decision.skip, detail: decision.detail });
    if (judged > 0) spans.set(candidate.symbol, { judged, unread });
  }
  const found = decided(window, own, context);
  if ('members' in found) return { ...found, absent, spans };
  return { grid: window, skip: found[0], detail: found[1], absent, spans };
}

type Pooled = Pick<Extract<DecidedPool, { skip?: never }>, 'grid' | 'members' | 'rows'>;

function decided(
  window: GridWindow,
  own: readonly Own[],
  { recipe, dueUntil }: PoolContext,
): Pooled | readonly [SkipReason, Detail] {
  const { decisionDay } = window;
  if (decisionDay === undefined || decisionDay > dueUntil)
    return ['not-due', { decisionDay: decisionDay ?? window.to, dueUntil }];
  const present = own.flatMap(({ candidate, decision }) =>
    decision.skip === undefined && candidate.bars !== undefined
      ? [{ ...candidate, bars: candidate.bars, ...decision }]
      : [],
  );
  if (present.length === 0) return ['no-bars', { members: own.length, symbols: 0 }];

  const { members, sessions } = countedMembers(present, recipe);
  const least = recipe.minimumPool ?? { sessions: 1, symbols: 1 };
  const rows = members.reduce((sum, member) => sum + member.rows, 0);
  const gains = members.reduce((sum, member) => sum + member.gains, 0);
  const { minimumClassRows } = recipe;
  if (members.length < least.symbols || sessions < least.sessions)
    return [
      'too-few-samples',
      {
        rows,
        symbols: members.length,
        minimumSymbols: least.symbols,
        sessions,
        minimumSessions: least.sessions,
        members: own.length,
      },
    ];
  if (Math.min(gains, rows - gains) < minimumClassRows)
    return ['single-class', { gains, losses: rows - gains, minimumClassRows }];
  return { grid: { ...window, decisionDay }, members, rows };
}

type Present = PoolCandidate & { readonly bars: Bars } & Extract<DecidedWindow, { skip?: never }>;

/** Counts labels as the fit will see them. */
function countedMembers(
  present: readonly Present[],
  recipe: DecisionContext['recipe'],
): { readonly members: readonly DecidedMember[]; readonly sessions: number } {
  const pool = present.map(({ bars, actions = [], effectiveFrom, ranges }) => ({
    bars: adjustedBars(sliceBars(bars, ranges.teacher.start, ranges.teacher.end), actions),
    fromTs: dayStart(effectiveFrom),
  }));
  const section = crossSection(pool, recipe.horizon);
  const rows = new Int32Array(present.length);
  const gains = new Int32Array(present.length);
  const opined = present.map(() => ({ rows: 0, gains: 0 }));
  const trained = pooledTrainingRows(section, present[0].ranges.span, recipe.readyBars);
  const sessions = new Set(Array.from(trained, (row) => section.ts[row]));
  const firstTested = [...sessions].at(firstTestedSession(sessions.size, recipe)) ?? Infinity;
  for (const row of trained) {
    const member = section.member[row];
    rows[member] += 1;
    gains[member] += section.labels[row];
    if (section.ts[row] < firstTested) continue;
    opined[member].rows += 1;
    opined[member].gains += section.labels[row];
  }
  const members = present.map(
    (
      { symbol, bars, actions = [], listed, effectiveFrom, ranges, readTo },
      index,
    ): DecidedMember => ({
      symbol,
      bars,
      actions,
      ...(listed === undefined ? {} : { listed }),
      effectiveFrom,
      ranges,
      rows: rows[index],
      gains: gains[index],
      ...(readTo === undefined ? {} : { readTo }),
      opined: opined[index],
    }),
  );
  return { members, sessions: sessions.size };
}
