import { describe, expect, test } from 'vitest';
import { chance } from '../../shared/domain/market/simulated/chance.ts';
import type { Draw } from '../../shared/domain/validation/leaks/draws.ts';
import { models } from '../../shared/domain/validation/leaks/opinions.ts';
import type { ComputeThread } from '../../shared/runtime/compute/compute-thread.ts';
import type { LeakJobs } from '../../shared/runtime/world.ts';
import { auditLeaks } from './audit-leaks.ts';

/** A thread that answers by chance alone, as if every model knew nothing, at a speed of its own. */
function thread(delay: number): ComputeThread<LeakJobs> {
  const answer = (job: string, { seed }: Draw): unknown => {
    const sound = { compared: 1, different: 0 };
    if (job === 'differences') return { features: sound, labels: sound, models: sound };
    if (job === 'refusals') return { asked: 1, refused: 1 };
    const own = chance(`${seed}`);
    const rows = { window: 0, ts: Float64Array.from({ length: 40 }, (_, i) => i) };
    const labels = Int8Array.from(rows.ts, () => Number(own.uniform() < 0.5));
    const opinions = models.map((model) => ({
      ...rows,
      model,
      symbol: 'S0',
      labels,
      blockStarts: Int32Array.of(0),
      probabilities: rows.ts.map(() => own.uniform()),
    }));
    return { seed, opinions, oracle: [] };
  };
  return {
    run: async (job: string, draw: Draw) => {
      for (let i = 0; i < delay; i++) await Promise.resolve();
      return answer(job, draw) as never;
    },
    close: () => Promise.resolve(),
  } as ComputeThread<LeakJobs>;
}

const options = { recipe: 'symbol', draws: 100 } as const;

describe('auditLeaks', () => {
  test('runs every draw once and fails where nothing planted is found', async () => {
    const seen: (readonly [number, number])[] = [];

    const audit = await auditLeaks([thread(1)], options, (...progress) => seen.push(progress));

    // 100 walks twice, 50 coins, 50 soft and 40 in-sample, 60 leaks, 4 × 10 edges, 3 for truncation
    // and 3 for late rows.
    expect(seen.length).toBe(446);
    expect(seen.at(-1)).toEqual([446, 446]);
    expect(audit).toMatchObject({ draws: 100, passed: false });
    const [{ recipe, controls }] = audit.recipes;
    expect(recipe).toBe('symbol@2');
    expect(controls.map(({ name, passed }) => [name, passed])).toEqual([
      ['random-walks', true],
      ['coin-labels', true],
      ['soft-labels', false],
      ['planted-leak', false],
      ['purge', false],
      ['planted-edge', false],
      ['truncation', true],
      ['late-rows', true],
    ]);
  });

  test('answers the same whatever the threads', async () => {
    const all = { ...options, recipe: 'all' } as const;
    const alone = await auditLeaks([thread(1)], all, () => {});
    const together = await auditLeaks([thread(1), thread(7), thread(2)], all, () => {});

    const names = ({ recipes }: typeof alone) => recipes.map(({ recipe }) => recipe.split('@')[0]);
    expect(names(alone)).toEqual(['symbol', 'pooled', 'residual']);
    const found = ({ recipes }: typeof alone) => recipes.map(({ controls }) => controls);
    expect(found(together)).toEqual(found(alone));
  });

  test('ends with the fault of a thread', async () => {
    const dead = { ...thread(1), run: () => Promise.reject(new Error('died')) };

    await expect(auditLeaks([thread(1), dead], options, () => {})).rejects.toThrow('died');
  });
});
