import { Command } from 'commander';
import { makePlan } from '../../activities/samples/make-plan.ts';
import { planCounts } from '../../shared/contracts/plan-counts.ts';
import type { Plan } from '../../shared/contracts/plan.ts';
import { inWorld } from '../in-world.ts';
import { matrixText } from '../matrix-text.ts';
import { answer } from '../output.ts';
import { requestFrom, withRequestOptions, type RequestOptions } from './request-options.ts';

/** `plan`: every window with its decision, before anything is trained. */
export function planCommand(): Command {
  return withRequestOptions(new Command('plan'))
    .description('show every window and what would be done with it; trains nothing')
    .action(async (options: RequestOptions & { json?: boolean }) => {
      const request = await requestFrom(options);
      const plan = await inWorld('plan', (world) => makePlan(world, request, world.now()));
      answer(options.json, planDocument(plan), () => planText(plan));
    });
}

/** What `plan --json` prints. */
function planDocument(plan: Plan): object {
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
  }));
  const { planToken, asOf } = plan;
  const series = plan.series.map(({ symbol, series: name, noEvidence }) => ({
    symbol,
    series: name,
    ...(noEvidence === undefined ? {} : { noEvidence }),
  }));
  return { schema: 1, planToken, asOf, counts: planCounts(plan.windows), series, windows };
}

/** What is trained of bars that a comparison found wrong. */
function noEvidenceLines({ series }: Plan): string[] {
  const kept = series.flatMap(({ symbol, noEvidence }) =>
    noEvidence === undefined ? [] : [`${symbol} (${noEvidence.join(', ')})`],
  );
  return kept.length === 0 ? [] : [`no evidence, by reconcile: ${kept.join(', ')}`];
}

function planText(plan: Plan): string {
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
    ...noEvidenceLines(plan),
    `plan token ${plan.planToken}`,
  ].join('\n');
}
