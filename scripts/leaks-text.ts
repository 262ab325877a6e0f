import type { LeakAudit } from '../activities/validation/audit-leaks.ts';
import type { RunAudit } from '../activities/audit/audit-run.ts';
import type { ControlResult } from '../shared/domain/validation/leaks/controls.ts';
import { tableText } from './output.ts';

/** An audit for a person: each control with its claim, its numbers, their intervals and what was asked. */
export function leaksText({ recipes, draws }: LeakAudit): string {
  return recipes
    .map(({ recipe, controls, seconds }) =>
      [
        controlsText(controls),
        `${recipe}, ${draws} draws, ${seconds.toFixed(0)} s of threads: ${verdictText(controls)}`,
      ].join('\n'),
    )
    .join('\n\n');
}

/** An audit of a run for a person. */
export function runAuditText(audit: RunAudit): string {
  const { runId, recipe, controls, seconds, windows, notFitted } = audit;
  return [
    controlsText(controls),
    ...(notFitted === undefined ? [] : [`no model was fitted again: ${notFitted}`]),
    `looked at closely: ${windows.join(', ')}`,
    `run ${runId}, ${recipe}, ${seconds.toFixed(0)} s: ${verdictText(controls)}`,
  ].join('\n');
}

/** Controls one after the other, their numbers in columns. */
function controlsText(controls: readonly ControlResult[]): string {
  const parts = controls.map((control) => {
    const rows = control.statistics.map((statistic) => [
      `  ${statistic.name}`,
      numberText(statistic.value),
      statistic.low === statistic.high
        ? ''
        : `${numberText(statistic.low)} to ${numberText(statistic.high)}`,
      statistic.expected,
      statistic.passed ? 'ok' : 'FAILED',
    ]);
    const [, ...lines] = tableText(['', '', '', '', ''], rows).split('\n');
    const mark = control.passed ? 'ok    ' : 'FAILED';
    return [`${mark} ${control.name}: ${control.claim}`, ...lines].join('\n');
  });
  return parts.join('\n');
}

/** What controls come to. */
function verdictText(controls: readonly ControlResult[]): string {
  const failed = controls.filter(({ passed }) => !passed).map(({ name }) => name);
  return failed.length === 0 ? 'no leak found' : `failed: ${failed.join(', ')}`;
}

function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(4);
}
