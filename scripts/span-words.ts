import type { SpanCounts } from '../shared/contracts/span-counts.ts';

const count = new Intl.NumberFormat('en');

/** Rows of evaluation spans that no model was there for, with the reasons; undefined for none. */
export function noModelWords({
  rows,
  noModel,
  reasons,
}: Omit<SpanCounts, 'symbols'>): string | undefined {
  if (noModel === 0) return undefined;
  const each = Object.entries(reasons)
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, found]) => `${count.format(found)} ${reason}`);
  return `${count.format(noModel)} of ${count.format(rows)} rows of evaluation spans: ${each.join(', ')}`;
}

/** Symbols that are named at most. */
const mostNamed = 8;

/** The symbols that lack most rows, `VEDL 21 of 42`; undefined where fewer than two lack any. */
export function noModelSymbols({ symbols }: Pick<SpanCounts, 'symbols'>): string | undefined {
  const lacking = Object.entries(symbols)
    .filter(([, { noModel }]) => noModel > 0)
    .toSorted(([, a], [, b]) => b.noModel - a.noModel);
  if (lacking.length < 2) return undefined;
  const named = lacking
    .slice(0, mostNamed)
    .map(
      ([symbol, { noModel, rows }]) =>
        `${symbol} ${count.format(noModel)} of ${count.format(rows)}`,
    );
  const rest = lacking.length - named.length;
  return named.join(', ') + (rest > 0 ? ` and ${count.format(rest)} more symbols` : '');
}
