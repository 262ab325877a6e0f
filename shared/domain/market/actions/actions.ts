import { InputError } from '../../../contracts/errors.ts';
import type { ActionKind, PlannedAction } from '../../../contracts/plan.ts';
import type { TradingDay } from '../../../contracts/time.ts';

/** A corporate action with what is known of it. */
export interface CorporateAction extends PlannedAction {
  /** Whose facts these are: a file, `operator`, `detector`. */
  readonly source: string;
  /** Whether somebody vouches for date and factor; what nobody vouches for adjusts nothing. */
  readonly confirmed: boolean;
  /** The day this table learnt of it. */
  readonly knownAt: TradingDay;
  /** What speaks for it, in words. */
  readonly evidence: string;
}

/** How far two factors may lie apart that should be inverse: tables round them to four digits. */
const roundingShare = 0.001;

/**
 * What is wrong with the numbers of an action, or nothing.
 *
 * @returns the fault in words: what was expected and what was found
 */
export function actionFault(action: PlannedAction): string | undefined {
  const { kind, priceFactor, volumeFactor, cash } = action;
  if (!(priceFactor > 0 && Number.isFinite(priceFactor)))
    return `a price factor above 0 was expected, "${priceFactor}" found`;
  if (!(volumeFactor > 0 && Number.isFinite(volumeFactor)))
    return `a volume factor above 0 was expected, "${volumeFactor}" found`;
  if (!(cash >= 0 && Number.isFinite(cash)))
    return `rupees a share of 0 or more were expected, "${cash}" found`;
  return kindFault[kind](action);
}

type KindFault = (action: PlannedAction) => string | undefined;

const moreShares: KindFault = ({ kind, priceFactor, volumeFactor }) => {
  if (priceFactor === 1) return `a ${kind} changes the price; a price factor of "1" does not`;
  if (kind === 'bonus' && priceFactor > 1)
    return `a bonus gives shares: a price factor below 1 was expected, "${priceFactor}" found`;
  return Math.abs(priceFactor * volumeFactor - 1) <= roundingShare
    ? undefined
    : `a ${kind} of price factor "${priceFactor}" has the volume factor ` +
        `"${Number((1 / priceFactor).toFixed(4))}", not "${volumeFactor}"`;
};

const kindFault: Readonly<Record<ActionKind, KindFault>> = {
  split: moreShares,
  bonus: moreShares,
  rights: ({ priceFactor, volumeFactor }) => {
    if (priceFactor >= 1)
      return `rights are issued below the price: a price factor below 1 was expected, "${priceFactor}" found`;
    return volumeFactor >= 1
      ? undefined
      : `rights add shares: a volume factor of 1 or more was expected, "${volumeFactor}" found`;
  },
  demerger: ({ priceFactor, volumeFactor }) => {
    if (priceFactor >= 1)
      return `a demerger takes value away: a price factor below 1 was expected, "${priceFactor}" found`;
    return volumeFactor === 1
      ? undefined
      : `a demerger leaves the number of shares: a volume factor of 1 was expected, "${volumeFactor}" found`;
  },
  dividend: ({ priceFactor, volumeFactor, cash }) => {
    if (priceFactor !== 1 || volumeFactor !== 1)
      return `a dividend is paid in cash: factors of 1 were expected, "${priceFactor}" and "${volumeFactor}" found`;
    return cash > 0
      ? undefined
      : `a dividend pays cash: rupees above 0 were expected, "${cash}" found`;
  },
};

/**
 * The factor that a ratio in words means.
 *
 * A split `a:b` makes `a` shares of `b`; a bonus `a:b` gives `a` new shares for `b` held. Parts are
 * joined by `+` and happen on the same day: `5:1 split + 1:1 bonus` is 0.1.
 *
 * @param words - `5:1 split`, `bonus 1:3`, or a bare `1:3` where `kind` says what it is
 * @returns price after over price before
 * @throws InputError where the words are none
 */
export function priceFactorOf(words: string, kind?: ActionKind): number {
  return words.split('+').reduce((factor, part) => factor * factorOfPart(part.trim(), kind), 1);
}

function factorOfPart(part: string, kind: ActionKind | undefined): number {
  const match =
    /^(?:(?<before>split|bonus)\s+)?(?<a>\d+):(?<b>\d+)(?:\s+(?<after>split|bonus))?$/i.exec(part);
  const named = (match?.groups?.before ?? match?.groups?.after)?.toLowerCase() ?? kind;
  const [a, b] = [Number(match?.groups?.a), Number(match?.groups?.b)];
  if (match === null || (named !== 'split' && named !== 'bonus') || a === 0 || b === 0)
    throw new InputError(
      `a ratio like "5:1 split" or "1:3 bonus" was expected, "${part}" found; ` +
        `give other actions by their factor`,
    );
  return named === 'split' ? b / a : b / (a + b);
}

/** Actions of one day and symbol that cannot both be: a dividend stands beside anything else. */
export function actionSlot({ symbol, exDate, kind }: PlannedAction): string {
  return `${symbol} ${exDate} ${kind === 'dividend' ? 'dividend' : 'price'}`;
}

/** Actions in the order of their days, then symbols. */
export function inOrder<T extends PlannedAction>(actions: Iterable<T>): T[] {
  const placed = [...actions].map((action) => [actionSlot(action), action] as const);
  return placed
    .sort(([a, one], [b, other]) =>
      one.exDate === other.exDate
        ? a < b
          ? -1
          : Number(a > b)
        : one.exDate < other.exDate
          ? -1
          : 1,
    )
    .map(([, action]) => action);
}

/** An action's part that enters plans and keys. */
export function plannedAction(action: PlannedAction): PlannedAction {
  const { symbol, exDate, kind, priceFactor, volumeFactor, cash } = action;
  return { symbol, exDate, kind, priceFactor, volumeFactor, cash };
}
