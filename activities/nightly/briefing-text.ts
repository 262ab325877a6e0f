import type { ExcludedSymbol, ScoredSymbol } from '../../shared/contracts/scores.ts';
import type { Briefing } from './briefing-facts.ts';
import { stepWords } from './step-words.ts';

const command = 'npm run -s sensequant --';

/** One line that says the most important of a night. */
export function briefingSubject(briefing: Briefing): string {
  const { schedule, asOf, state, training, scores, steps } = briefing;
  const trained = training === undefined ? 'nothing trained' : `${training.counts.trained} trained`;
  const failed = sumOf(training?.counts.failed ?? {});
  const scored = scores === undefined ? 'no scores' : `${scores.scored} scored`;
  const wrong = steps.filter(({ ended }) => ended === 'failed').map(({ step }) => step);
  const said = [
    trained,
    ...(failed > 0 ? [`${failed} failed`] : []),
    scored,
    ...(wrong.length > 0 ? [`failed: ${wrong.join(', ')}`] : []),
  ];
  return `SenseQuant ${schedule} as of ${asOf}, ${state}: ${said.join(', ')}`;
}

/** A night in Markdown: what must be done first, then the scores, then what the night did. */
export function briefingText(briefing: Briefing): string {
  const { schedule, asOf, session, state, runId } = briefing;
  return [
    `# ${schedule} as of ${asOf}: ${state}`,
    '',
    `Scores are for the session of ${session}. Run \`${runId}\`.`,
    ...section('To do', todo(briefing)),
    ...section('Scores', scoreLines(briefing)),
    ...section('The night', nightLines(briefing)),
    ...section('Evidence', evidenceLines(briefing)),
    '',
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines];
}

/** What somebody must do or know before the open. */
function todo({ steps, failed, training, runId, scores, coverage, session }: Briefing): string[] {
  const failures = sumOf(training?.counts.failed ?? {});
  const { 'unconfirmed-action': pending = 0 } = reasonCounts(scores?.excluded ?? []);
  return [
    ...steps.flatMap((step) => stepWords(step)),
    ...(failures > 0
      ? [
          `- ${failures} windows failed. Replay them: \`${command} replay --failed-of ${runId}\``,
          ...failed.map(
            (one) => `  - \`${one.window}\` ${one.stage}: ${one.class}: ${one.message}`,
          ),
        ]
      : []),
    ...(coverage !== undefined && coverage.lacking.length > 0
      ? [
          `- ${coverage.lacking.length} of ${coverage.symbols} symbols lack bars` +
            `${coverage.leftOut ? ' and were not trained' : ''}: ${coverage.lacking
              .slice(0, 12)
              .map((one) => `${one.symbol} ${one.presentBars}/${one.expectedBars}`)
              .join(', ')}`,
        ]
      : []),
    ...(scores !== undefined && scores.stale > 0
      ? [`- ${scores.stale} scores are of stale models: the window after theirs has none`]
      : []),
    ...(pending > 0
      ? [`- ${pending} symbols wait for somebody to confirm an action: \`${command} actions\``]
      : []),
    ...(scores === undefined
      ? [`- There are no scores for ${session}: do not trade on older ones`]
      : []),
  ];
}

function scoreLines({ scores }: Briefing): string[] {
  if (scores === undefined) return [];
  const { scored, top, bottom, excluded } = scores;
  const reasons = Object.entries(reasonCounts(excluded)).map(([reason, n]) => `${n} ${reason}`);
  return [
    `${scored} symbols scored, ${excluded.length} excluded${reasons.length > 0 ? `: ${reasons.join(', ')}` : ''}.`,
    ...(scored > 0
      ? [
          '',
          '| rank | symbol | score | model | age | |',
          '| ---: | --- | ---: | --- | ---: | --- |',
        ]
      : []),
    ...top.map(scoreRow),
    ...(bottom.length > 0 && bottom[0].rank > top.length + 1 ? ['| … | | | | | |'] : []),
    ...bottom.map(scoreRow),
  ];
}

function scoreRow({ rank, symbol, score, window, ageSessions, stale }: ScoredSymbol): string {
  return `| ${rank} | ${symbol} | ${score.toFixed(4)} | ${window} | ${ageSessions} | ${stale ? 'stale' : ''} |`;
}

/** What the night did, step by step. */
function nightLines({ backfill, coverage, training, steps }: Briefing): string[] {
  const counts = training?.counts;
  return [
    ...(backfill === undefined
      ? []
      : [
          `- Bars: ${backfill.counts.requests} requests brought ${backfill.counts.rows} rows, ` +
            `${backfill.counts.added} of them new, ${backfill.counts.changed} revised, ` +
            `${backfill.counts.quarantined} set aside; still unfilled: ${listed(backfill.counts.empty)} ` +
            `(\`${backfill.runId}\`)`,
        ]),
    ...(coverage === undefined
      ? []
      : [
          `- Coverage ${coverage.from} to ${coverage.to}, that day not counted: ` +
            `${coverage.presentBars} of ${coverage.expectedBars} bars of ${coverage.symbols} symbols`,
        ]),
    ...(counts === undefined
      ? []
      : [
          `- Windows: ${counts.trained} trained, ${counts.reused} reused, ` +
            `${sumOf(counts.failed)} failed; skipped: ${listed(counts.skipped)}; ` +
            `${training?.seconds.toFixed(1)} s`,
        ]),
    `- Steps: ${steps.map(({ step, ended }) => `${step} ${ended}`).join(', ')}`,
  ];
}

function evidenceLines({ evidence }: Briefing): string[] {
  if (evidence === undefined) return [];
  return [
    `${evidence.windows} windows judged on sessions that no model had seen.`,
    ...(evidence.survivors
      ? ['Members were written down after decisions here: whoever left before is missing.']
      : []),
    ...evidence.sets.flatMap(({ trust, rows, sessions, symbols, words }) => [
      '',
      `Bars ${trust}: ${rows} rows of ${symbols} symbols and ${sessions} sessions.`,
      ...words.map((word) => `- ${word}`),
    ]),
    '',
    'Figures of a night are not corrected for how many nights are looked at: one in twenty that is ' +
      'not told from chance looks as if it were. No verdict is given.',
  ];
}

function reasonCounts(excluded: readonly ExcludedSymbol[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { reason } of excluded) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function listed(counts: Readonly<Record<string, number>>): string {
  return (
    Object.entries(counts)
      .map(([reason, count]) => `${count} ${reason}`)
      .join(', ') || 'none'
  );
}
