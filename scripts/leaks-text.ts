import type { LeakAudit } from '../activities/validation/audit-leaks.ts';
import { tableText } from './output.ts';

/** An audit for a person: each control with its claim, its numbers, their intervals and what was asked. */
export function leaksText({ recipe, draws, passed, controls }: LeakAudit): string {
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
  const failed = controls.filter((control) => !control.passed).map(({ name }) => name);
  const verdict = passed ? 'no leak found' : `failed: ${failed.join(', ')}`;
  return [...parts, `${recipe}, ${draws} draws: ${verdict}`].join('\n');
}

function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(4);
}
