import path from 'node:path';
import { expect, test } from 'vitest';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { dayStart } from '../../shared/domain/market/calendar/exchange-time.ts';
import { readSymbolRows } from '../../shared/runtime/files/duckdb.ts';
import {
  distilWindow,
  eligible,
  exchange,
  fitWindow,
  plan,
  request,
  store,
  testWorld,
} from '../world.fixture.ts';
import { sessionScores } from './session-scores.ts';

// Scores of pools and of residual students are what was predicted of the same bar, to the digit.

const asOf = '2023-01-17' as TradingDay;
const names = Array.from({ length: 20 }, (_, index) => `S${String(index).padStart(2, '0')}`);

test('a pool scores its members, and a residual student its symbol', async () => {
  const world = await testWorld();
  await store(world, ...exchange(names, '2023-01-18'));
  const asked = { windowSessions: 260, to: asOf, asOf };
  await plan(world, 'residual', request({ recipe: 'residual', ...asked }));
  const [pooled, ...residuals] = await eligible(world, 'residual');
  const own = residuals.filter(({ symbol }) => symbol === 'S03');
  await fitWindow(world, pooled, 'residual');
  for (const window of [pooled, ...own]) await distilWindow(world, window, 'residual');
  await plan(world, 'pooled', request({ recipe: 'pooled', ...asked }));
  const scored = async (runId: string) => {
    const found = await sessionScores(world, { runId, plans: [runId], asOf, minimumTurnover: 0 });
    return found.scores;
  };
  const predicted = async (symbol: string, { stages }: typeof pooled) => {
    const folder = world.store.folder('predictions', stages.student.predictionsKey);
    const rows = await readSymbolRows(path.join(folder, 'predictions.parquet'), symbol);
    return rows.student[rows.ts.indexOf(dayStart(asOf))];
  };

  const byPool = await scored('pooled');
  const byResidual = await scored('residual');

  expect(byPool.scores).toHaveLength(20);
  for (const { symbol, score, window } of byPool.scores) {
    expect(window).toBe(pooled.window);
    expect(score).toBe(await predicted(symbol, pooled));
  }
  expect(byResidual.scores).toMatchObject([{ symbol: 'S03', window: own[0].window }]);
  expect(byResidual.excluded).toHaveLength(19);
  expect(new Set(byResidual.excluded.map(({ reason }) => reason))).toEqual(new Set(['no-model']));
}, 120_000);
