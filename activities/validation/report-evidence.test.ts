import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InputError } from '../../shared/contracts/errors.ts';
import type { Adjustment } from '../../shared/runtime/bars/bar-store.ts';
import { soundBars } from '../../shared/runtime/bars/bar-receipt.ts';
import { openDataRoot } from '../../shared/runtime/data-root.ts';
import { writeReconciled, type ComparedSeries } from '../../shared/runtime/reference/reconciled.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { exchange, fit, plan, request, testWorld } from '../world.fixture.ts';
import { reportEvidence } from './report-evidence.ts';
import { scoredRun } from './scored-run.ts';
import { seriesTrust } from './series-trust.ts';

const raw = ['ACC', 'CIPLA', 'GRASIM', 'INFY', 'RELIANCE', 'TCS'];
const vendor = ['HDFCBANK', 'ICICIBANK', 'ITC', 'LT', 'SBIN'];
const failing = 'VEDL';
const bootstrap = { meanBlock: 10, draws: 200, confidence: 0.95, seed: 1 };

let world: ComputeWorld;

beforeAll(async () => {
  // One for all tests: they only read, and twelve fits take seconds.
  world = await testWorld({
    root: await openDataRoot(await mkdtemp(path.join(tmpdir(), 'evidence-'))),
  });
  for (const [symbols, adjustment] of [
    [raw, 'raw'],
    [[...vendor, failing], 'vendor'],
  ] as const)
    for (const bars of exchange(symbols))
      await world.bars.append(
        { symbol: bars.symbol, interval: '1d', source: 'csv', adjustment },
        soundBars(bars),
        { fetch: 'import/test', receivedAt: world.now() },
      );
  await reconciled(failing, { passes: false, findings: ['subtractive'] });
  const asked = request({ to: '2022-06-30' });
  await plan(world, 'r1', asked);
  await fit(world);
  await plan(world, 'r2', { ...asked, studentMix: 1 });
  await fit(world, 'r2');
}, 60_000);

afterAll(async () => {
  await world.close();
  await rm(world.root.path, { recursive: true, force: true });
});

async function reconciled(symbol: string, found: Partial<ComparedSeries>): Promise<void> {
  const compared = {
    reference: 'csv-raw',
    other: 'csv-vendor',
    segments: { reference: [], other: [] },
    actions: [],
    compared: 143,
    onlyReference: 0,
    onlyOther: 0,
    differing: 0,
    expectedSlope: 1,
    stretches: [],
    strange: 0,
    findings: [],
    passes: true,
    ...found,
  };
  await writeReconciled(world.root, {
    schema: 1,
    symbol,
    interval: '1d',
    at: world.now(),
    compared: [compared],
  });
}

describe('reportEvidence', () => {
  test('judges models and baselines on the same rows, a set for each trust in the bars', async () => {
    const evidence = await reportEvidence(world, { runId: 'r1', bootstrap });

    expect(evidence).toMatchObject({ runId: 'r1', windows: 12, missing: 0, unscored: 0, lags: 10 });
    expect(evidence.sets.map(({ trust, symbols }) => [trust, symbols])).toEqual([
      ['checked', 6],
      ['unchecked', 5],
      ['failed', 1],
    ]);
    const [checked, , failed] = evidence.sets;
    expect(checked.arms.map(({ arm }) => arm)).toEqual([
      'teacher',
      'student',
      'reversal-5',
      'momentum-60',
      'sma-20-50',
    ]);
    expect(checked.pairs.map(({ arm, against }) => `${arm} ${against}`)).toEqual([
      'student teacher',
      'student reversal-5',
      'student momentum-60',
      'student sma-20-50',
    ]);
    expect(checked.rows).toBe(6 * checked.sessions);
    expect(checked.arms.every(({ rankIc }) => rankIc.count === checked.sessions)).toBe(true);
    expect(failed.arms.every(({ rankIc }) => Number.isNaN(rankIc.value))).toBe(true);
  });

  test('does not change with what is compared, and repeats itself', async () => {
    const plain = await reportEvidence(world, { runId: 'r1', bootstrap });
    const { against, by, ...same } = await reportEvidence(world, {
      runId: 'r1',
      against: 'r2',
      by: 'sector',
      bootstrap,
    });

    expect(same).toEqual(plain);
    expect(against?.runId).toBe('r2');
    expect(by?.grouping).toBe('sector');
  });

  test('compares models with those of another run on the rows of both', async () => {
    const { against, sets } = await reportEvidence(world, {
      runId: 'r1',
      against: 'r2',
      bootstrap,
    });

    const stages = against?.sets.map(({ trust, stage, isSame }) => [trust, stage, isSame]);
    // A student's mix is no part of its teacher.
    expect(stages?.slice(0, 2)).toEqual([
      ['checked', 'student', false],
      ['checked', 'teacher', true],
    ]);
    const [checked] = against?.sets ?? [];
    expect(checked).toMatchObject({ rows: sets[0].rows, differing: 0, sameLabels: true });
    expect(checked.arms.map(({ arm }) => arm)).toEqual(['student', 'r2']);
    const student = sets[0].arms.find(({ arm }) => arm === 'student');
    expect(checked.arms[0].auc.value).toBe(student?.auc.value);
    expect(checked.pairs[0].logLoss?.value).not.toBe(0);
  });

  test('finds no difference between a run and itself', async () => {
    const { against } = await reportEvidence(world, { runId: 'r1', against: 'r1', bootstrap });

    const nothing = { value: 0, low: 0, high: 0 };
    for (const { pairs, isSame, difference } of against?.sets.slice(0, 4) ?? []) {
      expect(pairs[0]).toMatchObject({ rankIc: nothing, auc: nothing, logLoss: nothing });
      expect([isSame, difference.verdict]).toEqual([true, 'none']);
    }
  });

  test.each([
    ['symbol', [...raw, ...vendor, failing]],
    ['month', expect.arrayContaining(['2022-06', '2022-12'])],
    ['sector', expect.arrayContaining(['Information Technology'])],
  ] as const)('judges students by %s', async (by, expected) => {
    const { by: grouped, sets } = await reportEvidence(world, { runId: 'r1', by, bootstrap });

    expect(grouped?.groups.map(({ group }) => group)).toEqual(expected);
    const rows = grouped?.groups.reduce((sum, group) => sum + group.rows, 0);
    expect(rows).toBe(sets.reduce((sum, set) => sum + set.rows, 0));
  });

  test('leaves files as they are', async () => {
    const before = await readdir(world.root.path, { recursive: true });

    await reportEvidence(world, { runId: 'r1', bootstrap });

    expect(await readdir(world.root.path, { recursive: true })).toEqual(before);
  });

  test('refuses a run that nobody planned, on either side', async () => {
    const of = (runId: string, against: string) => reportEvidence(world, { runId, against });

    await expect(of('r9', 'r1')).rejects.toThrow('has no plan of run "r9"');
    await expect(of('r1', 'r9')).rejects.toThrow(InputError);
  });
});

describe('scoredRun', () => {
  test('scores a row by closes up to its own bar', async () => {
    const { table } = await scoredRun(world, 'r1');

    const [tcs] = exchange(['TCS']);
    const reversal = table.arms.find(({ name }) => name === 'reversal-5');
    const rows = [...table.rows.ts.keys()].filter((row) => table.rows.symbol[row] === 'TCS');
    expect(rows.length).toBeGreaterThan(100);
    for (const row of rows) {
      const t = tcs.ts.indexOf(table.rows.ts[row]);
      expect(reversal?.scores[row]).toBeCloseTo(1 - tcs.close[t] / tcs.close[t - 5], 12);
    }
  });
});

describe('seriesTrust', () => {
  const of = (adjustment: Adjustment) =>
    seriesTrust(world.root, {
      symbol: 'SUNPHARMA',
      interval: '1d',
      series: `csv-${adjustment}`,
      adjustment,
      segments: [],
    });

  test('believes raw bars, and does not know of others before they are compared', async () => {
    expect([await of('raw'), await of('vendor')]).toEqual(['checked', 'unchecked']);
  });

  test.each([
    ['checked', 'agreed', { findings: ['scaled'], passes: true }],
    ['failed', 'did not agree', { findings: ['jump'], passes: false }],
    ['unchecked', 'shared too few bars to say', { findings: ['too-short'], passes: false }],
  ] as const)('calls bars %s that %s', async (trust, _, found) => {
    await reconciled('SUNPHARMA', found);

    expect(await of('vendor')).toBe(trust);
  });

  test('knows nothing of a series that was not compared, though another was', async () => {
    await reconciled('SUNPHARMA', { other: 'yahoo-vendor' });

    expect(await of('vendor')).toBe('unchecked');
  });
});
