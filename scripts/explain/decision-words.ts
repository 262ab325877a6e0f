import type { WindowExplanation } from '../../activities/validation/explain-window.ts';
import type { ErrorClass } from '../../shared/contracts/errors.ts';
import type { Detail, SkipReason } from '../../shared/contracts/outcome.ts';

/** What the plan decided about a window, with the numbers that explain it. */
export function decisionWords(explained: WindowExplanation): string {
  const { decision, reason, detail, toFit, teacherWindow } = explained;
  if (reason !== undefined) return `skip as ${reason}: ${skipWords(reason, detail ?? {})}`;
  if (teacherWindow !== undefined)
    return `${decision} its student on the teacher of ${teacherWindow}`;
  if (decision === 'reuse') return 'reuse its teacher and its student';
  return toFit?.includes('teacher') === true
    ? 'train its teacher and its student'
    : 'train its student on the teacher that is there';
}

const skipTexts: Readonly<Partial<Record<SkipReason, (of: Detail) => string>>> = {
  'not-due': ({ decisionDay, dueUntil }) =>
    `it is decided at the close of ${decisionDay}, and the run reaches to ${dueUntil}`,
  'pre-listing': ({ listed }) => `it was first traded on ${listed}, after the decision day`,
  'partial-listing': ({ listed, rows, minimumRows }) =>
    `first traded on ${listed}, which leaves ${rows} labelled rows; ${minimumRows} are needed`,
  'no-future-bars': ({ lastDay, decisionDay }) =>
    `its last bar is of ${lastDay}, before the decision day ${decisionDay}`,
  'low-coverage': ({ expectedBars, presentBars, coverage, minimumCoverage }) =>
    `${presentBars} of ${expectedBars} bars exist, a share of ${shortened(coverage)}; ` +
    `${minimumCoverage} is needed`,
  'too-few-samples': ({ rows, minimumRows, ...pool }) =>
    minimumRows === undefined
      ? `${rows} labelled rows of ${pool.symbols} symbols in ${pool.sessions} sessions; ` +
        `${pool.minimumSymbols} symbols and ${pool.minimumSessions} sessions are needed`
      : `${rows} labelled rows; ${minimumRows} are needed`,
  'no-teacher': ({ teacher, why }) => `${teacher} gives it none: ${why}`,
  'single-class': ({ gains, losses, minimumClassRows }) =>
    `${gains} gains and ${losses} losses; ${minimumClassRows} of each are needed`,
  'unconfirmed-action': ({ exDate, gap, market, nearestRatio, priceFactor }) =>
    (gap === undefined
      ? `the table has an action of factor ${shortened(priceFactor)} on ${exDate}`
      : `it opened at ${shortened(gap)} of the close before on ${exDate} (the market at ` +
        `${shortened(market)}), next to a ratio of ${shortened(nearestRatio)}`) +
    ' that nobody confirmed; see "actions list"',
  'no-bars': ({ firstDay, lastDay, members }) =>
    members === 0
      ? 'the universe has no member on the decision day'
      : members !== undefined
        ? `none of the ${members} members of the universe can be trained on`
        : firstDay === undefined
          ? 'there are no bars of the symbol'
          : `there are no bars in it; the symbol's reach from ${firstDay} to ${lastDay}`,
};

function skipWords(reason: SkipReason, detail: Detail): string {
  const words = skipTexts[reason];
  if (words !== undefined) return words(detail);
  return Object.entries(detail)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

function shortened(value: string | number): string {
  return typeof value === 'number' ? value.toFixed(3) : value;
}

/** Who must act on a failure. */
export const whoActs: Readonly<Record<ErrorClass, string>> = {
  InputError: 'whoever asked must change what was asked',
  DataError: 'whoever owns the data must mend it',
  SourceError: 'nobody need act: the source answers later',
  LaneError: 'the machine must recover, else its operator must act',
  InvariantError: 'we must act: it is a fault of SenseQuant, report it',
};
