import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Matrix } from '../../samples/matrix.ts';
import { nextFloat32 } from './float32.ts';
import { treeModel } from './trees.ts';

const oddities = [NaN, NaN, Infinity, -Infinity, 0, -0, 1e-35, -1e-35, 2 ** -149, -(2 ** -149)];

/**
 * Rows made to break a conversion: values on thresholds and right beside them, missing, infinite,
 * around zero, and ordinary ones in between.
 *
 * @param texts - LightGBM models of the same features, at least one
 * @param rows - n
 * @param seed - an integer; the same seed gives the same rows
 * @returns n rows of float32 with the model's features
 */
export function checkRows(texts: readonly string[], rows: number, seed: number): Matrix {
  const models = texts.map(treeModel);
  const [{ features }] = models;
  const trees = models.flatMap((model) => model.trees);
  const thresholds = features.map((_, j) =>
    trees.flatMap(({ feature, threshold }) => threshold.filter((_t, node) => feature[node] === j)),
  );
  const generator = xoroshiro128plus(seed);
  const chance = (): number => uniformFloat64(generator);
  const one = <T>(of: readonly T[]): T => of[Math.floor(chance() * of.length)];

  const ordinary = (of: readonly number[]): number => {
    const [a, b] = of.length === 0 ? [-1, 1] : [one(of), one(of)];
    return a + (b - a + Math.abs(a) + 1) * (chance() - 0.25);
  };
  const values = new Float32Array(rows * features.length);
  for (const [j, of] of thresholds.entries())
    for (let i = 0; i < rows; i++) {
      const kind = chance();
      if (kind < 0.2) values[j * rows + i] = one(oddities);
      else if (kind < 0.6 || of.length === 0) values[j * rows + i] = ordinary(of);
      else {
        const threshold = Math.fround(one(of));
        const below = nextFloat32(threshold, -1);
        values[j * rows + i] = one([threshold, below, nextFloat32(threshold, 1)]);
      }
    }
  return { rows, features, values };
}
