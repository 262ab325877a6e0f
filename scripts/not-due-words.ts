import type { NothingDue } from '../shared/contracts/run.ts';
import type { TradingDay } from '../shared/contracts/time.ts';

/** What to do where no window of a request is due; nothing where one is. */
export function notDueLines(
  nothingDue: NothingDue | undefined,
  asOf: TradingDay,
): readonly string[] {
  if (nothingDue === undefined) return [];
  const { decisionDay, dueUntil } = nothingDue;
  const remedy =
    decisionDay <= asOf
      ? `ask for it with --to ${decisionDay} or later`
      : `that comes after the as-of day ${asOf}: ask again once it has closed`;
  return [
    `nothing is due: the first of these windows is decided at the close of ${decisionDay}, and the ` +
      `request reaches to ${dueUntil}; ${remedy}, or for earlier windows with an earlier --from`,
  ];
}
