import type { PreviewedWindow, ReplayPreview } from '../activities/samples/preview-replay.ts';
import { tableText } from './output.ts';

/** Windows that a preview shows one by one at most; `--json` has all of them. */
const mostShown = 60;

/** What a replay would do, for a person. */
export function replayText(preview: ReplayPreview): string {
  const { of, asOf, asRecorded, counts, windows } = preview;
  const skips = Object.entries(counts.skip).map(([reason, count]) => `${count} ${reason}`);
  const data = asRecorded ? 'exactly as recorded' : 'against the data of today';
  return [
    `replay of ${of}, as of ${asOf}, ${data}`,
    '',
    tableText(
      ['window', 'ended', 'now', 'changed since'],
      windows
        .slice(0, mostShown)
        .map((one) => [one.window, endedText(one), nowText(one), one.changed.join(', ')]),
    ),
    ...(windows.length > mostShown ? [`and ${windows.length - mostShown} more`] : []),
    '',
    ...failureLines(windows),
    `${counts.windows} windows: ${counts.train} to train, ${counts.reuse} found done` +
      (skips.length > 0 ? `, skipped ${skips.join(', ')}` : ''),
    `plan token ${preview.planToken}`,
  ].join('\n');
}

function endedText({ ended, failure }: PreviewedWindow): string {
  if (failure !== undefined) return `${failure.stage} ${failure.class}`;
  return ended ?? 'teacher of others';
}

function nowText({ decision, reason, detail }: PreviewedWindow): string {
  if (reason === undefined) return decision === 'reuse' ? 'found done' : decision;
  const facts = Object.entries(detail ?? {}).map(([name, value]) => `${name} ${value}`);
  return facts.length === 0 ? reason : `${reason} (${facts.join(', ')})`;
}

/** What they failed of, each message once. */
function failureLines(windows: readonly PreviewedWindow[]): string[] {
  const said = new Map<string, number>();
  for (const { failure } of windows)
    if (failure !== undefined) said.set(failure.message, (said.get(failure.message) ?? 0) + 1);
  return [...said]
    .slice(0, mostShown)
    .map(([message, count]) => `failed of (${count}): ${message}`);
}
