import type { SessionScores } from '../shared/contracts/scores.ts';
import { tableText } from './output.ts';

/** The next session's scores for a person. */
export function scoresText({ session, asOf, runId, scores, excluded }: SessionScores): string {
  return [
    `scores for the session of ${session}, as of ${asOf}, by ${runId}`,
    ...(scores.length === 0
      ? ['nobody was scored']
      : [
          tableText(
            ['rank', 'symbol', 'score', 'model', 'age', ''],
            scores.map((one) => [
              one.rank,
              one.symbol,
              one.score.toFixed(4),
              one.window,
              one.ageSessions,
              one.stale ? 'stale' : '',
            ]),
          ),
        ]),
    ...(excluded.length === 0 ? [] : ['', `${excluded.length} excluded`]),
    ...excluded.map(({ symbol, reason, detail }) => {
      const facts = Object.entries(detail).map(([name, value]) => `${name} ${value}`);
      return `  ${symbol} ${reason}${facts.length > 0 ? `: ${facts.join(', ')}` : ''}`;
    }),
  ].join('\n');
}

/** The scored symbols as CSV. */
export function scoresCsv({ session, scores }: SessionScores): string {
  const header = 'session,symbol,rank,score,window,decisionDay,ageSessions,stale';
  const lines = scores.map((one) =>
    [
      session,
      one.symbol,
      one.rank,
      one.score,
      one.window,
      one.decisionDay,
      one.ageSessions,
      one.stale,
    ].join(),
  );
  return `${[header, ...lines].join('\n')}\n`;
}
