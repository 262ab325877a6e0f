import { InputError } from '../../../contracts/errors.ts';

/** What follows each of n bars: one label a bar, the return behind it and when both are known. */
export interface LabelColumns {
  /** 1 pays, 0 does not, −1 unknown. */
  readonly labels: Int8Array;
  /** Fractions of the entry price before costs; NaN unknown. */
  readonly returns: Float64Array;
  /** When the label is known, epoch milliseconds UTC; NaN where it is not. */
  readonly ends: Float64Array;
}

/** n labels that nobody knows as yet. */
export function unknownLabels(n: number): LabelColumns {
  return {
    labels: new Int8Array(n).fill(-1),
    returns: new Float64Array(n).fill(NaN),
    ends: new Float64Array(n).fill(NaN),
  };
}

/**
 * @param horizon - bars from the buying open to the selling one
 * @returns the same number
 * @throws InputError if it is no whole number of at least 1
 */
export function checkedHorizon(horizon: number): number {
  if (!Number.isInteger(horizon) || horizon < 1)
    throw new InputError(`a label looks "${horizon}" bars ahead; it needs at least "1"`, {
      horizon,
    });
  return horizon;
}
