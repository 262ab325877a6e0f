import path from 'node:path';
import { DataError } from '../../contracts/errors.ts';
import type { PlannedAction, PlannedSeries } from '../../contracts/plan.ts';
import type { EpochMs, Interval } from '../../contracts/time.ts';
import type { Reconciliation } from '../../domain/market/actions/reconciliation.ts';
import type { SeriesName } from '../bars/bar-store.ts';
import type { DataRoot } from '../data-root.ts';
import { readJson, writeWhole } from '../files/files.ts';

/** One pair of series of a symbol, compared. */
export interface ComparedSeries extends Reconciliation {
  readonly reference: string;
  readonly other: string;
  /** Segments that were compared, by name. */
  readonly segments: {
    readonly reference: readonly string[];
    readonly other: readonly string[];
  };
  /** Known actions that make the expected slope, confirmed or not. */
  readonly actions: readonly Pick<PlannedAction, 'exDate' | 'kind' | 'priceFactor'>[];
}

/** What is stored of a symbol, in `reconcile/<interval>/<SYMBOL>.json`. */
export interface ReconciledSymbol {
  readonly schema: 1;
  readonly symbol: string;
  readonly interval: Interval;
  readonly at: EpochMs;
  readonly compared: readonly ComparedSeries[];
}

function fileOf(root: DataRoot, interval: Interval, symbol: string): string {
  return path.join(root.path, 'reconcile', interval, `${symbol}.json`);
}

/** Stores what was found of a symbol, whole, in place of what was found before. */
export async function writeReconciled(root: DataRoot, found: ReconciledSymbol): Promise<void> {
  const file = fileOf(root, found.interval, found.symbol);
  await writeWhole(file, `${JSON.stringify(found, null, 1)}\n`);
}

/** What was found of a symbol; undefined where its series were never compared. */
export async function readReconciled(
  root: DataRoot,
  interval: Interval,
  symbol: string,
): Promise<ReconciledSymbol | undefined> {
  const file = fileOf(root, interval, symbol);
  const found = (await readJson(file)) as Partial<ReconciledSymbol> | null | undefined;
  if (found === undefined) return undefined;
  if (found?.schema !== 1 || !Array.isArray(found.compared))
    throw new DataError(`"${file}" holds no comparison; run "reconcile" again`, { file });
  return found as ReconciledSymbol;
}

/**
 * Why the last comparison keeps a series out of evidence; nothing where it does not, or nobody has
 * compared it.
 *
 * @throws DataError if what was stored is damaged
 */
export async function noEvidence(
  root: DataRoot,
  { symbol, interval, series }: SeriesName,
): Promise<Pick<PlannedSeries, 'noEvidence'>> {
  const found = await readReconciled(root, interval, symbol);
  const failing = found?.compared.find(({ other, passes }) => other === series && !passes);
  return failing === undefined ? {} : { noEvidence: failing.findings };
}
