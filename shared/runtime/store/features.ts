import { InputError } from '../../contracts/errors.ts';

/**
 * Checks that a matrix has a model's features, in the model's order.
 *
 * @throws InputError naming those that are missing or extra, or the first in another place
 */
export function checkFeatures(expected: readonly string[], found: readonly string[]): void {
  if (expected.length === found.length && expected.every((name, j) => name === found[j])) return;
  const missing = expected.filter((name) => !found.includes(name));
  const extra = found.filter((name) => !expected.includes(name));
  const first = expected.findIndex((name, j) => name !== found[j]);
  const faults = [
    ...missing.map((name) => `"${name}" is missing`),
    ...extra.map((name) => `"${name}" is extra`),
  ];
  if (faults.length === 0)
    faults.push(`expected "${expected[first]}" in column "${first}", found "${found[first]}"`);
  throw new InputError(`the features are not the model's: ${faults.join(', ')}`, {
    missing: missing.join(' '),
    extra: extra.join(' '),
  });
}
