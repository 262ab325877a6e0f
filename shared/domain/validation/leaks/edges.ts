import { aucInterval, defaultAucIntervalOptions } from '../statistics/auc-interval.ts';
import type { Draw, DrawOpinions } from './draws.ts';
import { edgeStrengths } from './scenarios.ts';
import { counted, type Statistic } from './statistic.ts';

/** Share of draws in which the strongest edge must be found at the greatest length. */
const power = 0.8;
/** The share in which chance alone may be found: one side of an interval of 95 %. */
const size = 0.025;

type Rows = DrawOpinions['oracle'][number];

/**
 * How often the interval that reports use sees a planted edge, by its strength and the length of the
 * sample. Strength is a known one: the AUC of whoever reads the planted states without error.
 *
 * Judged are the ends: the strongest edge at the greatest length must be found, and where there is
 * none it must be so no more often than chance allows. What lies between is for reading.
 *
 * @param draws - of several strengths
 * @param found - what each of them showed
 * @param lengths - windows after which the edge is looked for, ascending
 */
export function edgeStatistics(
  draws: readonly Draw[],
  found: readonly DrawOpinions[],
  lengths: readonly number[],
): Statistic[] {
  const longest = lengths[lengths.length - 1];
  return edgeStrengths.flatMap((strength) => {
    const of = found.filter((_, i) => draws[i].edge === strength);
    const oracle = intervalOf(of.flatMap((one) => one.oracle)).auc;
    return lengths.map((length) => {
      const seen = of.filter((one) => intervalOf(studentRows(one, length)).low > 0.5).length;
      const name = `edge ${strength} (AUC ${oracle.toFixed(3)}), ${length} windows: found`;
      return counted(
        name,
        seen,
        expectation(strength, length === longest, { seen, of: of.length }),
      );
    });
  });
}

function expectation(
  strength: number,
  isLongest: boolean,
  { seen, of }: { readonly seen: number; readonly of: number },
): Pick<Statistic, 'expected' | 'passed'> {
  if (isLongest && strength === edgeStrengths[3]) {
    const least = Math.ceil(power * of);
    return { expected: `${least} of ${of} at least`, passed: seen >= least };
  }
  if (isLongest && strength === 0) {
    const most = Math.ceil(size * of + 3.29 * Math.sqrt(size * (1 - size) * of));
    return { expected: `${most} of ${of} at most`, passed: seen <= most };
  }
  return { expected: `any of ${of}`, passed: true };
}

function studentRows({ opinions }: DrawOpinions, windows: number): readonly Rows[] {
  return opinions.filter(({ model, window }) => model === 'student' && window < windows);
}

function intervalOf(rows: readonly Rows[]): ReturnType<typeof aucInterval> {
  return aucInterval(
    Float64Array.from(rows.flatMap(({ ts }) => [...ts])),
    Int8Array.from(rows.flatMap(({ labels }) => [...labels])),
    Float64Array.from(rows.flatMap(({ probabilities }) => [...probabilities])),
    defaultAucIntervalOptions,
  );
}
