/** n points, one series' prices against another's at the same times. */
export interface Points {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Points of one bar lie together: this many. */
  readonly each: number;
}

/** `y = slope · x + intercept` over bars `[start, end)`, by least squares. */
export interface Line {
  readonly start: number;
  readonly end: number;
  readonly slope: number;
  readonly intercept: number;
  /** Standard error of the intercept. */
  readonly interceptError: number;
  /** Sum of squared residuals. */
  readonly squares: number;
}

/** When a line is broken in two. */
export interface SegmentOptions {
  /** Bars a line stands on, at least. */
  readonly leastBars: number;
  /** Residuals up to this are rounding, in units of y. */
  readonly rounding: number;
  /** Share of the squared residuals that a break must take away. */
  readonly leastGain: number;
}

/**
 * The straight lines that y follows over x, one after the other in time: where a vendor changed what
 * it takes off, a new line begins. A line is broken where that takes away most of its residuals, so
 * that single strange bars break none.
 *
 * @param points - bars in order of time, at least `leastBars` of them
 * @returns lines that meet end to start
 */
export function lineSegments(points: Points, options: SegmentOptions): Line[] {
  const sums = prefixSums(points);
  return split(sums, 0, points.x.length / points.each, options);
}

function split(sums: Sums, start: number, end: number, options: SegmentOptions): Line[] {
  const whole = lineOf(sums, start, end);
  const { leastBars, rounding, leastGain } = options;
  const usual = Math.sqrt(whole.squares / ((end - start) * sums.each));
  if (usual <= rounding / 2 || end - start < 2 * leastBars) return [whole];
  let best = start;
  let least = whole.squares * (1 - leastGain);
  for (let at = start + leastBars; at <= end - leastBars; at++) {
    const squares = lineOf(sums, start, at).squares + lineOf(sums, at, end).squares;
    if (squares < least) [best, least] = [at, squares];
  }
  if (best === start) return [whole];
  return [...split(sums, start, best, options), ...split(sums, best, end, options)];
}

/** Running sums over the points before each bar, about their means so that squares stay exact. */
interface Sums {
  readonly each: number;
  readonly meanX: number;
  readonly meanY: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly xx: Float64Array;
  readonly xy: Float64Array;
  readonly yy: Float64Array;
}

function prefixSums({ x, y, each }: Points): Sums {
  const meanOf = (column: Float64Array): number =>
    column.reduce((sum, value) => sum + value, 0) / column.length;
  const [meanX, meanY] = [meanOf(x), meanOf(y)];
  const running = (term: (u: number, v: number) => number): Float64Array => {
    const sums = new Float64Array(x.length / each + 1);
    for (let i = 0; i < x.length; i++) {
      const bar = Math.floor(i / each);
      if (i % each === 0) sums[bar + 1] = sums[bar];
      sums[bar + 1] += term(x[i] - meanX, y[i] - meanY);
    }
    return sums;
  };
  return {
    each,
    meanX,
    meanY,
    x: running((u) => u),
    y: running((_, v) => v),
    xx: running((u) => u * u),
    xy: running((u, v) => u * v),
    yy: running((_, v) => v * v),
  };
}

function lineOf(sums: Sums, start: number, end: number): Line {
  const n = (end - start) * sums.each;
  const over = (column: Float64Array): number => column[end] - column[start];
  const [sx, sy] = [over(sums.x), over(sums.y)];
  const sxx = over(sums.xx) - (sx * sx) / n;
  const sxy = over(sums.xy) - (sx * sy) / n;
  const syy = over(sums.yy) - (sy * sy) / n;
  // Prices that stand still tell no slope: the ratio of the means, then.
  const [meanX, meanY] = [sums.meanX + sx / n, sums.meanY + sy / n];
  const slope = sxx > 0 ? sxy / sxx : meanY / meanX;
  const squares = Math.max(0, syy - 2 * slope * sxy + slope * slope * sxx);
  const variance = squares / Math.max(1, n - 2);
  const interceptError = sxx > 0 ? Math.sqrt(variance * (1 / n + (meanX * meanX) / sxx)) : Infinity;
  return { start, end, slope, intercept: meanY - slope * meanX, interceptError, squares };
}
