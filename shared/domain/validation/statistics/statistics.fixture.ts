import { readFileSync } from 'node:fs';
import { panelOf, type Panel } from '../panel.ts';

/** What scipy, statsmodels and arch say of generated rows, by scripts/golden/statistics.py. */
export const golden = JSON.parse(
  readFileSync(new URL('../../../../data/fixtures/statistics.json', import.meta.url), 'utf8'),
) as {
  readonly panel: {
    readonly score: number[][];
    readonly move: number[][];
    readonly rankIc: number[];
    readonly area: number;
    readonly logLoss: number;
    readonly constantLogLoss: number;
    readonly calibrationError: number;
    readonly correlation: number;
  };
  readonly series: {
    readonly values: number[];
    readonly neweyWest: readonly { lags: number; standardError: number; t: number }[];
    readonly arch: { readonly low: number; readonly high: number; readonly spread: number };
    readonly closedFormSpread: number;
  };
  readonly samples: {
    readonly reference: number[];
    readonly sample: number[];
    readonly stability: number;
    readonly smirnov: number;
    readonly quantiles: number[];
  };
  readonly wilson: readonly { hits: number; trials: number; interval: [number, number] }[];
  readonly detectable: number;
};

/** Stamp of a made-up session: a day each. */
export function sessionTs(session: number): number {
  return Date.parse('2022-01-03T00:00:00+05:30') + session * 86_400_000;
}

/** A panel of returns by session and symbol; a gain is labelled 1. */
export function panelFrom(moves: readonly (readonly number[])[]): Panel {
  const rows = moves.flatMap((ofSession, session) =>
    ofSession.map((move, symbol) => ({ session, symbol, move })),
  );
  return panelOf({
    ts: Float64Array.from(rows, ({ session }) => sessionTs(session)),
    symbol: rows.map(({ symbol }) => `S${symbol}`),
    label: Int8Array.from(rows, ({ move }) => Number(move > 0)),
    forwardReturn: Float64Array.from(rows, ({ move }) => move),
  });
}

/** The generated panel and its scores. */
export const goldenPanel = panelFrom(golden.panel.move);
export const goldenScores = Float64Array.from(golden.panel.score.flat());

/** Its rows, as statistics over rows take them. */
export const goldenRows = {
  session: goldenPanel.session,
  label: goldenPanel.label,
  score: goldenScores,
};

/** Every session once. */
export const once = new Uint32Array(goldenPanel.days.length).fill(1);
