import { afterEach, describe, expect, test } from 'vitest';
import type { EligibleWindow, Plan } from '../../shared/contracts/plan.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { action, rawBars } from '../../shared/domain/market/actions/actions.fixture.ts';
import { firstAtOrAfter, sliceBars, type Bars } from '../../shared/domain/market/bars/bars.ts';
import { dayOf, dayStart } from '../../shared/domain/market/calendar/exchange-time.ts';
import { featureSets } from '../../shared/domain/samples/features.ts';
import type { Feature } from '../../shared/domain/samples/features/feature.ts';
import { return1 } from '../../shared/domain/samples/features/returns.ts';
import type { Matrix } from '../../shared/domain/samples/matrix.ts';
import { symbolRecipe } from '../../shared/domain/samples/recipes.ts';
import { sampleSet } from '../../shared/domain/samples/sample-set.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { eligible, exchange, fit, plan, request, store, testWorld } from '../world.fixture.ts';
import { seriesFeatures, type PinnedBars } from './series-features.ts';
import { windowInput } from './window-bars.ts';

/*
 * - a process computes each block of a symbol once, whatever windows, stages and pools ask for it
 * - a window gets what it would have computed of the bars it names
 * - another definition, action, listing or series is never answered with what was computed before
 */
const [infy] = exchange(['INFY']);

async function worldWith(...all: readonly Bars[]): Promise<ComputeWorld> {
  const world = await testWorld();
  await store(world, ...all);
  return world;
}

/** Counts the blocks that are computed from now on. */
function computed(world: ComputeWorld): readonly string[] {
  const names: string[] = [];
  const { set } = world.features;
  world.features.set = (name, values) => {
    names.push(name);
    set(name, values);
  };
  return names;
}

describe('seriesFeatures', () => {
  test('computes each half year once for all windows and stages that read it', async () => {
    const world = await worldWith(infy);
    await plan(world, 'r1');
    const blocks = computed(world);

    await fit(world);

    // Two windows of 2022, judged up to June 2023.
    expect(await eligible(world, 'r1')).toHaveLength(2);
    expect(blocks).toHaveLength(3);
    expect(new Set(blocks).size).toBe(3);
  });

  test('gives a window what its own bars give, the first time and from memory', async () => {
    const world = await worldWith(infy);
    await plan(world, 'r1', request({ features: 'full-2' }));
    const made = await world.plans.read('r1');
    const windows = await eligible(world, 'r1');

    for (const window of [...windows, ...windows]) {
      const { bars, columns, labels, span } = await symbolInput(world, made, window);
      const isRow = (ts: number): boolean => ts >= span.fromTs && ts < span.evaluateToTs;
      const rows = Int32Array.from(bars.ts.keys()).filter((row) => isRow(bars.ts[row]));
      const own = sampleSet(bars, rows, { ...made.recipe, without: ['context'] }, { labels });
      const known = sampleSet(bars, rows, made.recipe, { labels, columns }).matrix;

      for (const [j, name] of own.matrix.features.entries())
        if (!aboutListing.test(name))
          expect(columnOf(known, known.features.indexOf(name)), name).toEqual(
            columnOf(own.matrix, j),
          );
      // The market is the universe's, which holds one symbol.
      for (const name of ['breadth', 'momentumRank'])
        expect(columnOf(known, known.features.indexOf(name)).every(Number.isFinite), name).toBe(
          true,
        );
    }
  });

  test('knows the listing that the plan pins', async () => {
    const [series] = exchange(['LICI']);
    const listed = firstAtOrAfter(series, dayStart('2022-05-17' as TradingDay));
    const world = await worldWith(sliceBars(series, listed, series.ts.length));
    await plan(world, 'r1', request({ features: 'full-2', to: '2023-06-24' }));
    const made = await world.plans.read('r1');
    const [window] = await eligible(world, 'r1');

    const { matrix } = (await symbolInput(world, made, window)).columns;

    const ages = columnOf(matrix, matrix.features.indexOf('listedAge'));
    expect(window.effectiveFrom).toBe('2022-12-27');
    expect(ages[0]).toBeCloseTo(224 / 365, 6);
  });
});

/** What bars alone do not tell. */
const aboutListing = /^(listedAge|vwapSinceListing)$/;

async function symbolInput(world: ComputeWorld, made: Plan, window: EligibleWindow) {
  const input = await windowInput(world, made, window);
  if ('members' in input) throw new Error('expected a window of one symbol');
  const { labels, columns } = input;
  if (labels === undefined || columns === undefined) throw new Error('expected all it reads');
  return { ...input, labels, columns };
}

function columnOf({ rows, values }: Matrix, j: number): Float32Array {
  return Float32Array.from(values.subarray(j * rows, (j + 1) * rows));
}

describe('what was computed before', () => {
  const range = { start: 440, end: 490 };
  const recipe = { ...symbolRecipe, features: 'tried' };
  const sets = featureSets as Record<string, readonly Feature[]>;
  afterEach(() => delete sets.tried);

  /** A world, and what it says of a series as pinned. */
  async function asking() {
    sets.tried = [return1];
    const world = await worldWith(infy);
    await plan(world, 'r1');
    const made = await world.plans.read('r1');
    const [series] = made.series;
    const blocks = computed(world);
    const pinned: PinnedBars = { series, bars: infy, actions: [], recipe };
    const ask = async (other: Partial<PinnedBars> = {}): Promise<Float32Array> => {
      const { matrix } = await seriesFeatures(world, made, { ...pinned, ...other }, range);
      return Float32Array.from(matrix.values);
    };
    return { ask, blocks, series };
  }

  test('is found for the same question', async () => {
    const { ask, blocks } = await asking();

    expect(await ask()).toEqual(await ask());
    expect(blocks).toHaveLength(1);
  });

  test('is not found under a changed definition', async () => {
    const { ask, blocks } = await asking();
    await ask();

    sets.tried = [{ ...return1, version: 2, compute: ({ bars }) => bars.ts.map(() => 7) }];

    expect(await ask()).toEqual(new Float32Array(50).fill(7));
    expect(blocks).toHaveLength(2);
  });

  test('is not found with another listing, or other segments', async () => {
    const { ask, blocks, series } = await asking();
    await ask();

    await ask({ series: { ...series, listed: dayOf(infy.ts[0]) } });
    await ask({ series: { ...series, segments: [...series.segments, 'more'] } });

    expect(blocks).toHaveLength(3);
  });

  test('is not found with an action inside what is read; one after it is none of its business', async () => {
    const { ask, blocks } = await asking();
    const unsplit = await ask();
    const splitAt = (bar: number) => action({ symbol: 'INFY', exDate: dayOf(infy.ts[bar]) });

    const split = await ask({ bars: rawBars(infy, splitAt(460)), actions: [splitAt(460)] });
    const later = await ask({ actions: [splitAt(700)] });

    split.forEach((value, i) => expect(value).toBeCloseTo(unsplit[i], 6));
    expect(later).toEqual(unsplit);
    expect(blocks).toHaveLength(2);
  });
});
