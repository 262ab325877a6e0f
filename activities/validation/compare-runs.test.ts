import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InputError } from '../../shared/contracts/errors.ts';
import type { Bars } from '../../shared/domain/market/bars/bars.ts';
import { openDataRoot } from '../../shared/runtime/data-root.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { exchange, fit, plan, request, store, testWorld } from '../world.fixture.ts';
import { compareRuns } from './compare-runs.ts';
import { reportEvidence } from './report-evidence.ts';

// Prices that follow their own volume: leaving that family out is a loss, leaving out another is not.

const symbols = ['ACC', 'CIPLA', 'GRASIM', 'INFY', 'ITC', 'LT', 'RELIANCE', 'TCS'];
const bootstrap = { meanBlock: 10, draws: 500, confidence: 0.95, seed: 1 };

let world: ComputeWorld;

beforeAll(async () => {
  world = await testWorld({
    root: await openDataRoot(await mkdtemp(path.join(tmpdir(), 'compare-'))),
  });
  await store(world, ...exchange(symbols).map(followingVolume));
  const asked = request({ to: '2022-12-26' });
  for (const [runId, without] of [
    ['whole', undefined],
    ['no-volume', ['volume']],
    ['no-oscillators', ['oscillators']],
  ] as const) {
    await plan(world, runId, { ...asked, ...(without && { without }) });
    await fit(world, runId);
  }
}, 120_000);

afterAll(async () => {
  await world.close();
  await rm(world.root.path, { recursive: true, force: true });
});

/** A bar's volume above that of the 20 before it lifts the five opens after the next one. */
function followingVolume(bars: Bars): Bars {
  const heat = bars.volume.map((volume, i) => {
    const usual = bars.volume.subarray(Math.max(0, i - 20), i);
    const mean = usual.reduce((sum, one) => sum + Math.log(one + 1), 0) / usual.length;
    return i === 0 ? 0 : Math.max(-1, Math.min(1, Math.log(volume + 1) - mean));
  });
  let lift = 0;
  const lifts = bars.ts.map((_, i) => {
    for (let ago = 2; ago <= 6; ago++) lift += 0.01 * (heat[i - ago] ?? 0);
    return Math.exp(lift);
  });
  const lifted = (column: Float64Array) => column.map((price, i) => price * lifts[i]);
  return {
    ...bars,
    open: lifted(bars.open),
    high: lifted(bars.high),
    low: lifted(bars.low),
    close: lifted(bars.close),
  };
}

describe('compareRuns', () => {
  test('finds the family that prices follow, in students and in teachers', async () => {
    const { sets, sameBars } = await compareRuns(world, {
      runId: 'whole',
      against: 'no-volume',
      bootstrap,
    });

    expect(sameBars).toBe(true);
    expect(sets.map(({ trust, stage }) => `${trust} ${stage}`)).toEqual([
      'checked student',
      'checked teacher',
    ]);
    for (const { difference, pairs } of sets) {
      expect(difference.verdict).toBe('gain');
      expect(pairs[0].rankIc.low).toBeGreaterThan(0.05);
    }
  });

  test('finds no gain in a family that says nothing', async () => {
    const { sets } = await compareRuns(world, {
      runId: 'whole',
      against: 'no-oscillators',
      bootstrap,
    });

    expect(sets.map(({ difference, isSame }) => [difference.verdict, isSame])).toEqual([
      ['none', false],
      ['none', false],
    ]);
  });

  test('finds nothing at all between a run and itself', async () => {
    const { sets } = await compareRuns(world, { runId: 'whole', against: 'whole', bootstrap });

    for (const { difference, isSame, pairs } of sets) {
      expect([difference.verdict, isSame]).toEqual(['none', true]);
      expect(pairs[0].rankIc).toMatchObject({ value: 0, low: 0, high: 0 });
    }
  });

  test('says what evidence says of the same two runs, and leaves files as they are', async () => {
    const before = await readdir(world.root.path, { recursive: true });
    const asked = { runId: 'whole', against: 'no-volume', bootstrap };

    const { sets } = await compareRuns(world, asked);

    expect((await reportEvidence(world, asked)).against?.sets).toEqual(sets);
    expect(await readdir(world.root.path, { recursive: true })).toEqual(before);
  });

  test('refuses a run that nobody planned', async () => {
    const refused = compareRuns(world, { runId: 'whole', against: 'r9', bootstrap });

    await expect(refused).rejects.toThrow(InputError);
  });
});
