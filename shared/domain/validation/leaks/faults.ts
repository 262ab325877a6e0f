import { chance } from '../../market/simulated/chance.ts';
import type { SampleSet, WindowSpan } from '../../samples/sample-set.ts';
import { asMade, type Planted } from '../../training/window-sets.ts';

/**
 * What a control does to the pipeline on purpose.
 *
 * - `coin-labels` every label is a coin, the same one wherever its bar is used
 * - `tomorrow` a feature holds the next day's return
 * - `no-purge` labels that end inside a test block, or after the decision, train all the same
 * - `late-rows` the last training row is of a day after the decision
 * - `in-sample` students learn what the teacher says of rows that it has learnt
 */
export const faults = ['coin-labels', 'tomorrow', 'no-purge', 'late-rows', 'in-sample'] as const;
export type Fault = (typeof faults)[number];

const dayMs = 86_400_000;

/** What becomes of samples in a pipeline with a fault; nothing without one. */
export function faultySamples(fault: Fault | undefined, seed: number): Planted {
  if (fault === undefined || fault === 'in-sample') return asMade;
  return (samples, barOf) => {
    if (fault === 'coin-labels') {
      const labels = samples.labels.map((label, row) =>
        label < 0 ? label : coin(`${seed} coin ${barOf(row).bars.symbol} ${samples.ts[row]}`),
      );
      return { ...samples, labels };
    }
    if (fault === 'no-purge') return { ...samples, labelEnds: samples.ts };
    if (fault === 'late-rows')
      return {
        ...samples,
        ts: samples.ts.with(-1, samples.ts[samples.ts.length - 1] + 30 * dayMs),
      };
    return withFeature(samples, 'tomorrow', (row) => {
      const { bars, bar } = barOf(row);
      return bars.close[bar + 1] / bars.close[bar] - 1;
    });
  };
}

/** A window's span in a pipeline with a fault: without a purge, rows up to the decision train. */
export function faultySpan(
  fault: Fault | undefined,
  span: WindowSpan,
  ts: Float64Array,
  horizon: number,
): WindowSpan {
  if (fault !== 'no-purge') return span;
  const decision = ts.findLastIndex((stamp) => stamp < span.decisionEndTs);
  // The label of the last row before the decision ends `horizon` bars after it.
  return { ...span, decisionEndTs: ts[decision + horizon] + dayMs };
}

/**
 * A coin a row, by its day and symbol: a label that trains and is judged is the same. A shuffle within
 * one series would keep its base rate, which a model learns and a pooled AUC rewards.
 */
function coin(row: string): number {
  return Number(chance(row).uniform() < 0.5);
}

function withFeature(samples: SampleSet, name: string, value: (i: number) => number): SampleSet {
  const { rows, features, values } = samples.matrix;
  const column = Float32Array.from({ length: rows }, (_, i) => value(i));
  return {
    ...samples,
    matrix: {
      rows,
      features: [...features, name],
      values: Float32Array.from([...values, ...column]),
    },
  };
}
