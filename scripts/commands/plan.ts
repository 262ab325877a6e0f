import { Command } from 'commander';
import { makePlan } from '../../activities/samples/make-plan.ts';
import { nothingDue, planCounts } from '../../shared/contracts/plan-counts.ts';
import { survivorsOf, type Survivors } from '../../activities/validation/survivors.ts';
import type { SkipReason } from '../../shared/contracts/outcome.ts';
import type { Plan } from '../../shared/contracts/plan.ts';
import { inWorld } from '../in-world.ts';
import { matrixText } from '../matrix-text.ts';
import { notDueLines } from '../not-due-words.ts';
import { answer } from '../output.ts';
import { survivorWords } from '../survivor-words.ts';
import { requestFrom, withRequestOptions, type RequestOptions } from './request-options.ts';

/** `plan`: every window with its decision, before anything is trained. */
export function planCommand(): Command {
  return withRequestOptions(new Command('plan'))
    .description('show every window and what would be done with it; trains nothing')
    .action(async (options: RequestOptions & { json?: boolean }) => {
      const request = await requestFrom(options);
      const made = await inWorld('plan', async (world) => {
        const plan = await makePlan(world, request, world.now());
        return { plan, survivors: survivorsOf(world.instruments, { ...plan, request }) };
      });
      answer(options.json, planDocument(made), () => planText(made));
    });
}

/** A plan, and what it knows of its pool only from later. */
interface MadePlan {
  readonly plan: Plan;
  readonly survivors: Survivors | undefined;
}

/** What `plan --json` prints. */
function planDocument({ plan, survivors }: MadePlan): object {
  const windows = plan.windows.map(({ window, symbol, interval, from, to, ...rest }) => ({
    window,
    symbol,
    interval,
    from,
    to,
    effectiveFrom: rest.effectiveFrom,
    effectiveTo: rest.effectiveTo,
    engine: rest.engine,
    decision: rest.decision,
    ...(rest.reason === undefined ? {} : { reason: rest.reason, detail: rest.detail }),
    ...(rest.absent === undefined ? {} : { absent: rest.absent }),
  }));
  const { planToken, asOf } = plan;
  const series = plan.series.map(({ symbol, series: name, noEvidence }) => ({
    symbol,
    series: name,
    ...(noEvidence === undefined ? {} : { noEvidence }),
  }));
  return {
    schema: 1,
    planToken,
    asOf,
    counts: planCounts(plan.windows),
    series,
    ...(survivors === undefined ? {} : { survivors }),
    windows,
  };
}

/** What is trained of bars that a comparison found wrong. */
function noEvidenceLines({ series }: Plan): string[] {
  const kept = series.flatMap(({ symbol, noEvidence }) =>
    noEvidence === undefined ? [] : [`${symbol} (${noEvidence.join(', ')})`],
  );
  return kept.length === 0 ? [] : [`no evidence, by reconcile: ${kept.join(', ')}`];
}

/** Windows whose absent members are named at most. */
const mostPools = 40;

/** Who is left out of pools and why: a line for windows in a row that leave out the same. */
function absentLines({ windows }: Plan): string[] {
  const pools = windows.flatMap(({ symbol, from, absent }) =>
    absent === undefined ? [] : [{ symbol, from, words: absentWords(absent) }],
  );
  const starts = pools.filter(({ words }, index) => words !== pools[index - 1]?.words);
  const lines = starts.map(
    ({ symbol, from, words }) => `left out of ${symbol} from ${from}: ${words}`,
  );
  const rest = lines.length - mostPools;
  return rest > 0 ? [...lines.slice(0, mostPools), `and ${rest} more: see --json`] : lines;
}

function absentWords(absent: Readonly<Record<string, SkipReason>>): string {
  const byReason = Map.groupBy(Object.entries(absent), ([, reason]) => reason);
  return [...byReason]
    .map(([reason, members]) => `${reason} ${members.map(([symbol]) => symbol).join(' ')}`)
    .join('; ');
}

function planText({ plan, survivors }: MadePlan): string {
  const counts = planCounts(plan.windows);
  const skips = Object.entries(counts.skip).map(([reason, count]) => `${count} ${reason}`);
  const cells = plan.windows.map((window) => ({
    symbol: window.symbol,
    from: window.from,
    cell: window.reason ?? window.decision,
  }));
  return [
    matrixText(cells),
    '',
    `${counts.windows} windows as of ${plan.asOf}: ${counts.train} to train, ${counts.reuse} to reuse` +
      (skips.length > 0 ? `, skipped ${skips.join(', ')}` : ''),
    `models to train: ${counts.stages.teacher.train} teachers, ${counts.stages.student.train} students`,
    ...notDueLines(nothingDue(plan), plan.asOf),
    ...noEvidenceLines(plan),
    ...absentLines(plan),
    ...(survivors === undefined ? [] : [`survivors: ${survivorWords(survivors)}`]),
    `plan token ${plan.planToken}`,
  ].join('\n');
}
