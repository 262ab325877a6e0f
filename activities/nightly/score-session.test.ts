import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { isEligible } from '../../shared/contracts/plan.ts';
import type { SessionScores } from '../../shared/contracts/scores.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { sliceBars, type Bars } from '../../shared/domain/market/bars/bars.ts';
import { dayOf, dayStart } from '../../shared/domain/market/calendar/exchange-time.ts';
import { readParquet } from '../../shared/runtime/files/duckdb.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { artifacts, exchange, run, store, testWorld } from '../world.fixture.ts';
import { nightOf, runText, trainedNight } from './nightly.fixture.ts';
import { sessionScores } from './session-scores.ts';

// Scores of the next session:
// - are what the newest student says of the last bar, to the digit of its stored predictions
// - come with the model's age; a model whose window is over serves one step more, stale, then no more
// - leave out, with the reason, whoever should not be acted on
// - are written whole, the same whenever they are made again
// - stand on the models of the night before where tonight has none

const asOf = '2023-01-31';
const symbols = ['INFY', 'TCS'];
const score = { symbols: 'all', minimumTurnover: 0 } as const;

async function scoresOf(world: ComputeWorld, runId: string): Promise<SessionScores> {
  return JSON.parse(await runText(world, runId, 'scores.json')) as SessionScores;
}

/** Bars without those of some days. */
function without(bars: Bars, ...days: readonly string[]): Bars {
  const at = bars.ts.findIndex((ts) => days.includes(dayOf(ts)));
  const before = sliceBars(bars, 0, at);
  const after = sliceBars(bars, at + days.length, bars.ts.length);
  const joined = (['ts', 'open', 'high', 'low', 'close', 'volume'] as const).map((name) => [
    name,
    Float64Array.from([...before[name], ...after[name]]),
  ]);
  return { ...bars, ...(Object.fromEntries(joined) as Pick<Bars, 'ts'>) };
}

describe('scoreSession', () => {
  test('says what the newest student says of the last bar, to the digit', async () => {
    const world = await testWorld();
    await store(world, ...exchange(symbols, '2023-02-01'));
    const night = await trainedNight(world, asOf);

    const told = await run(world, 'scoreSession', { ...night, ...score });

    const { scores, session, excluded } = await scoresOf(world, night.runId);
    expect(told).toMatchObject({ scored: 2, stale: 0, excluded: 0, models: night.runId });
    expect(session).toBe('2023-02-01');
    expect(excluded).toEqual([]);
    expect(scores.map(({ rank }) => rank)).toEqual([1, 2]);
    expect(scores[0].score).toBeGreaterThanOrEqual(scores[1].score);
    const windows = (await world.plans.read(night.runId)).windows.filter(isEligible);
    for (const one of scores) {
      const window = windows.find((planned) => planned.window === one.window);
      const { predictionsKey = '' } = window?.stages.student ?? {};
      const file = path.join(
        world.store.folder('predictions', predictionsKey),
        'predictions.parquet',
      );
      const { ts, student } = await readParquet(file, ['ts', 'student']);
      expect(one.window).toContain('2022-06-30..2022-12-27');
      expect(one.decisionDay).toBe('2022-12-26');
      // 5 sessions of December and 21 of January.
      expect(one.ageSessions).toBe(
        world.calendar.sessions('2022-12-27' as TradingDay, '2023-02-01' as TradingDay).length,
      );
      expect(one.score).toBe(student[ts.indexOf(dayStart(asOf as TradingDay))]);
    }
  });

  test('is the same file whenever it is made again, and one artifact', async () => {
    const world = await testWorld();
    await store(world, ...exchange(symbols, '2023-02-01'));
    const night = await trainedNight(world, asOf);
    await run(world, 'scoreSession', { ...night, ...score });
    const first = await runText(world, night.runId, 'scores.json');

    await run(world, 'scoreSession', { ...night, ...score });

    expect(await runText(world, night.runId, 'scores.json')).toBe(first);
    const files = (await artifacts(world)).filter((file) => /scores\.(json|parquet)$/.test(file));
    expect(files).toHaveLength(2);
  });

  test('calls a model stale that serves one step more, and then lets it rest', async () => {
    const world = await testWorld();
    await store(world, ...exchange(['TCS'], '2024-07-01'));
    // The window of the first half of 2022 alone: it serves until December, then until June.
    const night = await trainedNight(world, '2022-07-29', { to: '2022-06-29' as TradingDay });
    const at = async (day: string) =>
      (
        await sessionScores(world, {
          runId: night.runId,
          plans: [night.runId],
          asOf: day as TradingDay,
          minimumTurnover: 0,
        })
      ).scores;

    expect((await at('2022-12-23')).scores).toMatchObject([{ symbol: 'TCS', stale: false }]);
    expect((await at('2022-12-26')).scores).toMatchObject([{ symbol: 'TCS', stale: true }]);
    expect((await at('2023-06-22')).scores).toMatchObject([{ symbol: 'TCS', stale: true }]);
    const late = await at('2023-06-23');
    expect(late.scores).toEqual([]);
    expect(late.excluded).toEqual([
      { symbol: 'TCS', reason: 'no-model', detail: { newest: '2022-06-29' } },
    ]);
  });

  test('leaves out whoever has no bar that day, or trades too little', async () => {
    const world = await testWorld();
    const [infy, tcs] = exchange(symbols, '2023-02-01');
    await store(world, sliceBars(infy, 0, infy.ts.length - 1), tcs);
    const night = await trainedNight(world, asOf);

    await run(world, 'scoreSession', { ...night, ...score, minimumTurnover: 1e15 });

    expect((await scoresOf(world, night.runId)).excluded).toMatchObject([
      { symbol: 'INFY', reason: 'no-bars', detail: { lastDay: '2023-01-30', asOf } },
      { symbol: 'TCS', reason: 'low-turnover', detail: { minimumTurnover: 1e15 } },
    ]);
  });

  test('leaves out whose bars hold a gap that nobody explained', async () => {
    const world = await testWorld();
    const [infy, tcs] = exchange(symbols, '2023-02-01');
    const from = infy.ts.indexOf(dayStart('2023-01-18' as TradingDay));
    const halved = (column: Float64Array): Float64Array =>
      column.map((value, i) => (i < from ? value : value / 2));
    const { open, high, low, close } = infy;
    await store(
      world,
      { ...infy, open: halved(open), high: halved(high), low: halved(low), close: halved(close) },
      tcs,
    );
    const night = await trainedNight(world, asOf);

    await run(world, 'scoreSession', { ...night, ...score });

    const { scores, excluded } = await scoresOf(world, night.runId);
    expect(scores.map(({ symbol }) => symbol)).toEqual(['TCS']);
    expect(excluded).toMatchObject([
      { symbol: 'INFY', reason: 'unconfirmed-action', detail: { exDate: '2023-01-18' } },
    ]);
  });

  test('stands on the night before where tonight has planned nothing', async () => {
    const world = await testWorld();
    await store(world, ...exchange(symbols, '2023-02-02'));
    const before = await trainedNight(world, asOf);
    const tonight = await nightOf(world, '2023-02-01-nightly', '2023-02-01');

    const told = await run(world, 'scoreSession', { ...tonight, ...score });

    expect(told).toMatchObject({ scored: 2, models: before.runId, session: '2023-02-02' });
    const { scores } = await scoresOf(world, tonight.runId);
    expect(scores.map((one) => one.run)).toEqual([before.runId, before.runId]);
  });

  test('scores by the night before whoever tonight trains without', async () => {
    const world = await testWorld();
    const [infy, tcs] = exchange(symbols, '2023-02-02');
    await store(world, without(infy, '2023-01-19'), tcs);
    const before = await trainedNight(world, asOf);
    const tonight = await trainedNight(world, '2023-02-01', { symbols: ['TCS'] });

    await run(world, 'scoreSession', { ...tonight, ...score });

    const { scores } = await scoresOf(world, tonight.runId);
    const runs = Object.fromEntries(scores.map((one) => [one.symbol, one.run]));
    expect(runs).toEqual({ INFY: before.runId, TCS: tonight.runId });
  });

  test('says what to do where no night has planned anything', async () => {
    const world = await testWorld();
    const night = await nightOf(world, '2023-01-31-nightly', asOf);

    await expect(run(world, 'scoreSession', { ...night, ...score })).rejects.toThrow(
      'no run of schedule "nightly" has planned anything up to "2023-01-31"',
    );
  });
});
