import type { ReconcileReport } from '../activities/market/reconcile-series.ts';
import type { ComparedSeries } from '../shared/runtime/reference/reconciled.ts';
import { tableText } from './output.ts';

/** What a comparison found, those that fail first. */
export function reconcileText({ interval, symbols, single }: ReconcileReport): string {
  const pairs = symbols.flatMap(({ symbol, compared }) =>
    compared.map((pair) => ({ symbol, pair })),
  );
  const failing = pairs.filter(({ pair }) => !pair.passes);
  const inOrder = [...failing, ...pairs.filter(({ pair }) => pair.passes)];
  const table = tableText(
    ['symbol', 'reference', 'other', 'bars', 'differing', 'largest', 'line', 'finding'],
    inOrder.map(({ symbol, pair }) => [
      symbol,
      pair.reference,
      pair.other,
      pair.compared,
      pair.differing,
      pair.largest === undefined ? '' : `${(100 * pair.largest.share).toFixed(1)} %`,
      linesWords(pair),
      pair.findings.join(', ') || 'agrees',
    ]),
  );
  const alone = single.length > 0 ? `; ${single.length} symbols have one series only` : '';
  return [
    ...(pairs.length > 0 ? [table, ''] : []),
    `interval ${interval}: ${pairs.length} pairs compared, ${failing.length} fail and are kept out ` +
      `of evidence${alone}`,
  ].join('\n');
}

function linesWords({ stretches }: ComparedSeries): string {
  return stretches
    .map(({ slope, intercept, from }, index) => {
      const sign = intercept < 0 ? '-' : '+';
      const since = index === 0 ? '' : `from ${from} `;
      return `${since}${slope.toFixed(4)} x ${sign} ${Math.abs(intercept).toFixed(2)}`;
    })
    .join('; ');
}
