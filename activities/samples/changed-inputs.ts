import {
  isEligible,
  recipeOfWindow,
  type EligibleWindow,
  type Plan,
  type PlannedSeries,
  type PlannedWindow,
} from '../../shared/contracts/plan.ts';
import { asSenseQuantError } from '../../shared/contracts/errors.ts';
import { barColumns } from '../../shared/domain/market/bars/bars.ts';
import { barsUntil } from '../../shared/runtime/bars/bars-until.ts';
import { digestOf, sha256 } from '../../shared/runtime/files/digest.ts';
import type { World } from '../../shared/runtime/world.ts';

/** What of a window's inputs is another than when an earlier run planned it. */
export const inputKinds = [
  'bars',
  'recorded-bars-lost',
  'actions',
  'context',
  'recipe',
  'versions',
  'as-of',
  'reference',
] as const;
export type InputKind = (typeof inputKinds)[number];

type Window = PlannedWindow | EligibleWindow;

/**
 * Says which inputs of a window changed between two plans; nothing where both call its results the
 * same. `reference` stands for what plans do not keep: listings, memberships, the calendar.
 * `recorded-bars-lost`: the earlier plan's segments cannot be read any more.
 */
export function changedInputs(
  world: Pick<World, 'bars'>,
  before: Plan,
  now: Plan,
): (window: Window, again: Window) => Promise<InputKind[]> {
  const series = new Map<string, Promise<InputKind | undefined>>();
  const barsOf = (symbol: string): Promise<InputKind | undefined> => {
    const found = series.get(symbol) ?? changedBars(world, symbol, before, now);
    series.set(symbol, found);
    return found;
  };

  return async (window, again) => {
    if (nameOf(window) !== undefined && nameOf(window) === nameOf(again)) {
      const lost = await Promise.all(symbolsOf(again).map(barsOf));
      return lost.includes('recorded-bars-lost') ? ['recorded-bars-lost'] : [];
    }
    const symbols = symbolsOf(isEligible(window) ? window : again);
    const found = new Set<InputKind>();
    for (const symbol of symbols) {
      const kind = await barsOf(symbol);
      if (kind !== undefined) found.add(kind);
      const actions = ({ actions: all }: Plan) => all.filter((one) => one.symbol === symbol);
      if (digestOf(actions(before)) !== digestOf(actions(now))) found.add('actions');
    }
    if (digestOf(before.context?.keys) !== digestOf(now.context?.keys)) found.add('context');
    if (digestOf(before.versions) !== digestOf(now.versions)) found.add('versions');
    if (digestOf(recipeOf(before, window)) !== digestOf(recipeOf(now, again))) found.add('recipe');
    if (before.asOf !== now.asOf) found.add('as-of');
    const bothSkipped = nameOf(window) === undefined && nameOf(again) === undefined;
    if (found.size === 0 && !bothSkipped) found.add('reference');
    return inputKinds.filter((kind) => found.has(kind));
  };
}

/** What a window's last results are called; undefined where it has none. */
function nameOf(window: Window): string | undefined {
  return isEligible(window) ? window.stages.student.predictionsKey : undefined;
}

function symbolsOf(window: Window): string[] {
  const members = isEligible(window) ? window.members : undefined;
  return members === undefined ? [window.symbol] : members.map(({ symbol }) => symbol);
}

function recipeOf(plan: Plan, window: Window): object {
  return { recipe: recipeOfWindow(plan, window), definitions: plan.definitions };
}

/** Compares the bars of a symbol that two plans read, up to the earlier one's as-of day. */
async function changedBars(
  world: Pick<World, 'bars'>,
  symbol: string,
  before: Plan,
  now: Plan,
): Promise<InputKind | undefined> {
  const pins = [before, now].map((plan) => plan.series.find((one) => one.symbol === symbol));
  const [then, today] = pins;
  if (then === undefined || today === undefined) return then === today ? undefined : 'bars';
  if (digestOf([then.series, then.segments]) === digestOf([today.series, today.segments]))
    return undefined;
  const until = before.asOf < now.asOf ? before.asOf : now.asOf;
  const digest = async (pin: PlannedSeries): Promise<string> => {
    const bars = await barsUntil(world.bars, pin, until);
    return sha256(
      ...barColumns.map((name) => {
        const { buffer, byteOffset, byteLength } = bars[name];
        return new Uint8Array(buffer, byteOffset, byteLength);
      }),
    );
  };
  try {
    return (await digest(then)) === (await digest(today)) ? undefined : 'bars';
  } catch (error) {
    if (asSenseQuantError(error)?.name !== 'DataError') throw error;
    return 'recorded-bars-lost';
  }
}
