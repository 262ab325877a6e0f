import type { WindowExplanation } from '../../activities/validation/explain-window.ts';
import { stages, type Dispatch } from '../../shared/contracts/outcome.ts';
import type { FailureEvidence } from '../../shared/runtime/runs/failure-files.ts';
import { factLines, type Fact } from './fact-lines.ts';

/** Lines of a log that an explanation shows; the file has more, and so has `logs`. */
const shownLines = 12;

/** One hand-over that came to nothing. */
export function dispatchWords({ lane, ended, message, at }: Dispatch): string {
  const when = at === undefined ? '' : ` at ${new Date(at).toISOString()}`;
  return `${lane}${when}: ${ended}${message === undefined ? '' : `, ${message}`}`;
}

/** The command that plans a failed window again and trains it in a run of its own. */
export function replayCommand({
  window,
  runId,
}: Pick<WindowExplanation, 'window' | 'runId'>): string {
  return `npm run -s sensequant -- replay --windows '${window}' --of ${runId}`;
}

/** Whether a window failed, and was not done since in the same run. */
export function hasFailed({ stages: ended }: WindowExplanation): boolean {
  return ended !== undefined && stages.some((stage) => ended[stage].failure !== undefined);
}

/** What lanes wrote down of a window's failures, newest last, and what replays a window that failed. */
export function failureParagraphs(explained: WindowExplanation): string[] {
  const { evidence = [], window, runId } = explained;
  const last = evidence.at(-1);
  const paragraphs = last === undefined ? [] : [evidenceText(last, evidence.length)];
  if (!hasFailed(explained)) return paragraphs;
  return [
    ...paragraphs,
    `log\nnpm run -s sensequant -- logs ${runId} --window '${window}'`,
    `replay\n${replayCommand(explained)}`,
  ];
}

function evidenceText(last: FailureEvidence, count: number): string {
  const { stage, lane, device, at, seconds, message, fields, inputs, log } = last;
  const { series } = inputs ?? {};
  const listed = Object.entries(fields).map(([name, value]) => `${name} ${value}`);
  const facts: (Fact | undefined)[] = [
    [
      'evidence',
      `${stage} on ${lane} (${device}) at ${new Date(at).toISOString()}, after ${seconds} s` +
        (count > 1 ? `; the last of ${count} failures` : ''),
    ],
    ['', `${last.class}: ${message}`],
    listed.length === 0 ? undefined : ['fields', listed.join(', ')],
    inputs && ['inputs', `model ${inputs.key}, plan ${inputs.planToken}`],
    series && ['bars', `${series.series}: ${series.segments.join(' ')}`],
  ];
  const lines = log.slice(-shownLines).map(logWords);
  return [
    factLines(facts.filter((fact) => fact !== undefined)),
    ...(lines.length === 0 ? [] : ['its log', ...lines.map((line) => `  ${line}`)]),
  ].join('\n');
}

function logWords(line: string): string {
  try {
    const { time, msg } = JSON.parse(line) as { readonly time: string; readonly msg: string };
    return `${time} ${msg}`;
  } catch {
    // A long line was cut.
    return line;
  }
}
