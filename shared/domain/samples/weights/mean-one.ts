/** Weights scaled to a mean of 1 over those above 0: leaves keep their usual size. */
export function meanOne(weights: Float64Array): Float64Array {
  const counted = weights.reduce((count, weight) => count + Number(weight > 0), 0);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return sum === 0 ? weights : weights.map((weight) => (weight * counted) / sum);
}
