import type { PlannedSeries } from '../../shared/contracts/plan.ts';
import type { DataRoot } from '../../shared/runtime/data-root.ts';
import { readReconciled } from '../../shared/runtime/reference/reconciled.ts';

/** What `reconcile` knows of the bars behind a row, best first. */
export const trusts = ['checked', 'unchecked', 'failed'] as const;
export type Trust = (typeof trusts)[number];

/**
 * How far a series may be believed: raw bars are the reference themselves; others are `checked` where
 * they agreed with a reference, `failed` where they did not, and `unchecked` where there was nothing
 * to hold them against, or too little.
 */
export async function seriesTrust(root: DataRoot, planned: PlannedSeries): Promise<Trust> {
  const { symbol, interval, series, adjustment } = planned;
  if (adjustment === 'raw') return 'checked';
  const found = await readReconciled(root, interval, symbol);
  const pairs = (found?.compared ?? []).filter(
    ({ other, findings }) => other === series && !findings.includes('too-short'),
  );
  if (pairs.length === 0) return 'unchecked';
  return pairs.every(({ passes }) => passes) ? 'checked' : 'failed';
}
