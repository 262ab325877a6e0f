import type { Detail, SkipReason } from '../../contracts/outcome.ts';
import type { PlannedAction } from '../../contracts/plan.ts';
import type { TradingDay } from '../../contracts/time.ts';
import { adjustedBars } from '../market/adjustment.ts';
import { sliceBars, type Bars } from '../market/bars.ts';
import { dayStart } from '../market/exchange-time.ts';
import {
  decideWindows,
  type DecidedWindow,
  type DecisionContext,
  type SymbolFacts,
  type WindowRows,
} from './decisions.ts';
import { crossSection, pooledTrainingRows } from './pooled-set.ts';
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
}

/** A pooled window of the grid with its decision. */
export type DecidedPool =
  | {
      readonly grid: GridWindow;
      readonly skip: SkipReason;
      readonly detail: Detail;
      /** Members that are left out, and why. */
      readonly absent: ReadonlyMap<string, Left>;
    }
  | {
      readonly grid: GridWindow & { readonly decisionDay: TradingDay };
      readonly skip?: never;
      readonly members: readonly DecidedMember[];
      readonly absent: ReadonlyMap<string, Left>;
      /** Labelled rows of all members that train. */
      readonly rows: number;
    };

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

function decide(
  window: GridWindow,
  own: readonly Own[],
  { recipe, dueUntil }: PoolContext,
): DecidedPool {
  const { decisionDay } = window;
  const absent = new Map<string, Left>();
  for (const { candidate, decision } of own)
    if (decision.skip !== undefined)
      absent.set(candidate.symbol, { skip: decision.skip, detail: decision.detail });
  const skipped = (skip: SkipReason, detail: Detail): DecidedPool => ({
    grid: window,
    skip,
    detail,
    absent,
  });
  if (decisionDay === undefined || decisionDay > dueUntil)
    return skipped('not-due', { decisionDay: decisionDay ?? window.to, dueUntil });
  const present = own.flatMap(({ candidate, decision }) =>
    decision.skip === undefined && candidate.bars !== undefined
      ? [{ ...candidate, bars: candidate.bars, ...decision }]
      : [],
  );
  if (present.length === 0) return skipped('no-bars', { members: own.length, symbols: 0 });

  const { members, sessions } = countedMembers(present, recipe);
  const least = recipe.minimumPool ?? { sessions: 1, symbols: 1 };
  const rows = members.reduce((sum, member) => sum + member.rows, 0);
  const gains = members.reduce((sum, member) => sum + member.gains, 0);
  if (members.length < least.symbols || sessions < least.sessions)
    return skipped('too-few-samples', {
      rows,
      symbols: members.length,
      minimumSymbols: least.symbols,
      sessions,
      minimumSessions: least.sessions,
      members: own.length,
    });
  if (Math.min(gains, rows - gains) < recipe.minimumClassRows)
    return skipped('single-class', {
      gains,
      losses: rows - gains,
      minimumClassRows: recipe.minimumClassRows,
    });
  return { grid: { ...window, decisionDay }, members, absent, rows };
}

type Present = PoolCandidate & { readonly bars: Bars } & Extract<DecidedWindow, { skip?: never }>;

/** Counts labels as the fit will see them: a pool's labels exist once all of its returns do. */
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
  const sessions = new Set<number>();
  for (const row of pooledTrainingRows(section, present[0].ranges.span, recipe.readyBars)) {
    rows[section.member[row]] += 1;
    gains[section.member[row]] += section.labels[row];
    sessions.add(section.ts[row]);
  }
  const members = present.map(
    ({ symbol, bars, actions = [], listed, effectiveFrom, ranges }, index): DecidedMember => ({
      symbol,
      bars,
      actions,
      ...(listed === undefined ? {} : { listed }),
      effectiveFrom,
      ranges,
      rows: rows[index],
      gains: gains[index],
    }),
  );
  return { members, sessions: sessions.size };
}
