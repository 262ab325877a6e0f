import { chance } from '../../market/simulated/chance.ts';
import { sampleSet, type SampleSet, type WindowSpan } from '../../samples/sample-set.ts';
import type { SamplesOf } from '../../training/window-sets.ts';

/**
 * What a control does to the pipeline on purpose.
 *
 * - `coin-labels` every label is a coin, the same one wherever its bar is used
 * - `tomorrow` a feature holds the next day's return
 * - `no-purge` labels that end inside a test block, or after the decision, train all the same
 * - `late-rows` the last training row is of a day after the decision
 */
export const faults = ['coin-labels', 'tomorrow', 'no-purge', 'late-rows'] as const;
export type Fault = (typeof faults)[number];

const dayMs = 86_400_000;

/** What makes samples in a pipeline with a fault; without one, what makes them in production. */
export function faultySamples(fault: Fault | undefined, seed: number): SamplesOf {
  if (fault === undefined) return sampleSet;
  return (bars, rows, recipe) => {
    const samples = sampleSet(bars, rows, recipe);
    if (fault === 'coin-labels') return { ...samples, labels: coins(samples, bars.symbol, seed) };
    if (fault === 'no-purge') return { ...samples, labelEnds: samples.ts };
    if (fault === 'late-rows')
      return { ...samples, ts: samples.ts.with(-1, samples.ts[rows.length - 1] + 30 * dayMs) };
    const { close } = bars;
    return withFeature(samples, 'tomorrow', (i) => close[rows[i] + 1] / close[rows[i]] - 1);
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
 * A coin a row, by the day: a label that trains and is judged is the same. A shuffle within one
 * series would keep its base rate, which a model learns and a pooled AUC rewards.
 */
function coins({ ts, labels }: SampleSet, symbol: string, seed: number): Int8Array {
  return labels.map((label, i) =>
    label < 0 ? label : Number(chance(`${seed} coin ${symbol} ${ts[i]}`).uniform() < 0.5),
  );
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
