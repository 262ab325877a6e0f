/** Turns a model's raw score into that of a probability that holds: `slope · raw + intercept`. */
export interface Calibration {
  readonly slope: number;
  /** In logits. */
  readonly intercept: number;
}

/** What is believed of a slope before any label: a small window's model is four times too sure. */
const prior = { slope: 0.25, deviation: 0.25 };

/** A slope of 0 would make all rows equal, a negative one turn their order. */
const bounds = { least: 0.05, most: 2 };

const iterations = 50;

/**
 * Fits how far a model's logits may stand off the base rate: `c + slope · (logit − c)` with c the
 * logit of the smoothed base rate, by penalised maximum likelihood.
 *
 * Only the slope is fitted: an intercept of its own would follow the base rate of a few weeks. Of
 * labels that overlap, one in `overlap` counts, so a small window keeps close to the prior, and a
 * large one to its labels.
 *
 * @param labels - n labels, 1 or 0
 * @param probabilities - n cross-fitted probabilities of label 1; NaN where there is none
 * @param overlap - rows to one label of its own, at least 1: the horizon, of one symbol
 * @see docs/decisions/0012-calibration.md for what was tried
 */
export function fitCalibration(
  labels: Int8Array,
  probabilities: Float64Array,
  overlap: number,
): Calibration {
  const gains = labels.reduce((sum, label) => sum + label, 0);
  const centre = logit((gains + 1) / (labels.length + 2));
  const rows = Array.from(labels.keys()).filter((row) => !Number.isNaN(probabilities[row]));
  const offsets = rows.map((row) => logit(probabilities[row]) - centre);
  const precision = 1 / prior.deviation ** 2;
  let slope = prior.slope;
  for (let i = 0; i < iterations; i++) {
    let gradient = (slope - prior.slope) * precision;
    let curvature = precision;
    offsets.forEach((offset, k) => {
      const p = 1 / (1 + Math.exp(-(centre + slope * offset)));
      gradient += ((p - labels[rows[k]]) * offset) / overlap;
      curvature += (p * (1 - p) * offset * offset) / overlap;
    });
    const next = slope - gradient / curvature;
    slope = Math.min(bounds.most, Math.max(bounds.least, next));
  }
  return { slope, intercept: centre * (1 - slope) };
}

/**
 * Applies a calibration.
 *
 * @param probabilities - n probabilities of label 1, as the model gives them
 */
export function calibrated(
  probabilities: Float64Array,
  { slope, intercept }: Calibration,
): Float64Array {
  return probabilities.map((p) => 1 / (1 + Math.exp(-(slope * logit(p) + intercept))));
}

/** Bounded so that a certain opinion stays a number. */
export function logit(probability: number): number {
  const p = Math.min(1 - 1e-15, Math.max(1e-15, probability));
  return Math.log(p / (1 - p));
}
