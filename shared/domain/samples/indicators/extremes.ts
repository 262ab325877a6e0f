/** Bars of a year of sessions, and how many must exist for half of it to stand for the whole. */
export const year = 252;
export const halfYear = 126;

/**
 * Where the highest of the last `window` values stands: the latest of equals.
 *
 * A queue of candidates, each higher than those behind it, makes it one pass however wide the window.
 *
 * @param values - n values
 * @param window - values looked at, the bar's own included, at least 1
 * @param minimum - values that must exist, at most `window`
 * @returns n indices; −1 for the first `minimum` − 1 bars
 * @see TA-Lib 0.8.1, MAX
 */
export function highestAt(values: Float64Array, window: number, minimum = window): Int32Array {
  const places = new Int32Array(values.length).fill(-1);
  const queue = new Int32Array(values.length);
  let head = 0;
  let tail = 0;
  for (let i = 0; i < values.length; i++) {
    while (tail > head && values[i] >= values[queue[tail - 1]]) tail--;
    queue[tail++] = i;
    if (queue[head] <= i - window) head++;
    if (i >= minimum - 1) places[i] = queue[head];
  }
  return places;
}

/** As `highestAt`, of the lowest value. */
export function lowestAt(values: Float64Array, window: number, minimum = window): Int32Array {
  return highestAt(
    values.map((value) => -value),
    window,
    minimum,
  );
}
