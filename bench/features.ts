// What every feature of 100 symbols over five years costs, beside one bare pass over the same bars:
// `npm run bench:features`. Ratios are what to quote. CPU is measured, not time: nothing here waits.

import { tableText } from '../scripts/output.ts';
import { barColumns } from '../shared/domain/market/bars/bars.ts';
import {
  blockFeatures,
  featureBlocks,
  inputWithin,
} from '../shared/domain/samples/feature-blocks.ts';
import { featureSet } from '../shared/domain/samples/features.ts';
import { randomContext } from '../shared/domain/samples/features.fixture.ts';
import type { Feature, FeatureInput } from '../shared/domain/samples/features/feature.ts';
import { randomWalk } from '../shared/domain/samples/random-walk.fixture.ts';
import { symbolRecipe } from '../shared/domain/samples/recipes.ts';

const symbols = 100;
/** Sessions from 2020-10 to 2025-09. */
const sessions = 1241;
const rounds = 15;

const all = featureSet('full-2');
const families = [...new Set(all.map(({ family }) => family))];
const inputs = Array.from({ length: symbols }, (_, seed) => inputOf(sessions, seed));
const found = costs(
  {
    'one bare pass': () => barePass(inputs),
    ...Object.fromEntries(
      ['base-1', 'wide-1', 'full-1', 'full-2'].map((name) => [
        name,
        () => compute(featureSet(name), inputs),
      ]),
    ),
    'full-2 in half years': () => computeBlocks(all, inputs),
    ...Object.fromEntries(
      families.map((family) => [
        `· ${family}`,
        () =>
          compute(
            all.filter((feature) => feature.family === family),
            inputs,
          ),
      ]),
    ),
  },
  rounds,
);
const bare = found['one bare pass'];
const rows = Object.entries(found).map(([name, ms]) => [
  name,
  ms.toFixed(1),
  Math.round(ms / bare).toLocaleString('en'),
]);
console.log(`${symbols} symbols × ${sessions} daily bars, milliseconds of CPU, mean of ${rounds}`);
console.log(tableText(['', 'ms', 'bare passes'], rows));

const [shorter, longer] = [50_000, 400_000].map((n) => [inputOf(n, 1)]);
const long = costs({ shorter: () => compute(all, shorter), longer: () => compute(all, longer) }, 5);
console.log(
  `8 times the bars of one series: ${(long.longer / long.shorter).toFixed(1)} times the CPU`,
);

function inputOf(count: number, seed: number): FeatureInput {
  const bars = randomWalk(count, seed);
  return { bars, context: randomContext(count, 1000 + seed), listedTs: bars.ts[0] };
}

/** Milliseconds of CPU a call of each way, calls interleaved, the first left out. */
function costs<Name extends string>(
  ways: Readonly<Record<Name, () => void>>,
  calls: number,
): Record<Name, number> {
  const names = Object.keys(ways) as Name[];
  const spent = Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
  for (let i = 0; i <= calls; i++)
    for (const name of names) {
      const before = process.cpuUsage();
      ways[name]();
      const { user, system } = process.cpuUsage(before);
      if (i > 0) spent[name] += (user + system) / 1000 / calls;
    }
  return spent;
}

/** The same as windows have them: half year by half year, each from its own warm-up. */
function computeBlocks(features: readonly Feature[], of: readonly FeatureInput[]): void {
  for (const input of of)
    for (const block of featureBlocks(input.bars, { start: 0, end: sessions }, symbolRecipe))
      blockFeatures(inputWithin(input, { start: block.warmup, end: block.end }), block, features);
}

/** Reads each number of each bar once. */
function barePass(of: readonly FeatureInput[]): number {
  let sum = 0;
  for (const { bars } of of)
    for (const name of barColumns) {
      const column = bars[name];
      for (let i = 0; i < column.length; i++) sum += column[i];
    }
  return sum;
}

/** Bars count as new in each call, so that what is remembered of a series is computed once a call. */
function compute(features: readonly Feature[], of: readonly FeatureInput[]): void {
  for (const input of of) {
    const fresh = { ...input, bars: { ...input.bars } };
    for (const feature of features) feature.compute(fresh);
  }
}
