import { describe, expect, test } from 'vitest';
import type { NightlyGate } from '../../shared/contracts/nightly.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { sliceBars, type Bars } from '../../shared/domain/market/bars/bars.ts';
import { dayStart } from '../../shared/domain/market/calendar/exchange-time.ts';
import { exchange, request, run, store, testWorld } from '../world.fixture.ts';
import type { NightCoverage } from './gate-coverage.ts';
import { nightOf, runText } from './nightly.fixture.ts';

// The gate opens where enough symbols have enough of their bars up to the as-of day:
// - who lacks bars is named, and left out of what trains each symbol alone
// - a pool keeps its members
// - too many of them, or one where that is asked, keep it shut

const asOf = '2024-06-28' as TradingDay;
const symbols = ['INFY', 'SBIN', 'TCS'];
const gate: NightlyGate = {
  sessions: 21,
  minimumCoverage: 0.98,
  minimumSymbols: 0.6,
  lacking: 'leave-out',
};

/** Bars up to a day, and none of it. */
function before(bars: Bars, day: string): Bars {
  const end = bars.ts.indexOf(dayStart(day as TradingDay));
  return sliceBars(bars, 0, end);
}

async function gated(options: Partial<NightlyGate> = {}, asked: object = {}) {
  const world = await testWorld();
  const [infy, sbin, tcs] = exchange(symbols);
  await store(world, infy, sbin, before(tcs, '2024-06-28'));
  const night = await nightOf(world, '2024-06-28-nightly', asOf);
  const train = request({ from: '2023-01-01', to: asOf, asOf, ...asked });
  const result = await run(world, 'gateCoverage', {
    ...night,
    train,
    gate: { ...gate, ...options },
  });
  const written = JSON.parse(await runText(world, night.runId, 'coverage.json')) as NightCoverage;
  return { result, written, train };
}

describe('gateCoverage', () => {
  test('names who lacks bars, and trains without', async () => {
    const { result, written } = await gated();

    const lacking = [{ symbol: 'TCS', presentBars: 20, expectedBars: 21 }];
    expect(result).toMatchObject({ passes: true, symbols: 3, lacking: 1, first: lacking });
    expect(result.train.symbols).toEqual(['INFY', 'SBIN']);
    expect(written).toMatchObject({ lacking, leftOut: true, presentBars: 62, expectedBars: 63 });
  });

  test('leaves a request as it is where nobody lacks bars', async () => {
    const { result, train } = await gated({ minimumCoverage: 0.9 });

    expect(result).toMatchObject({ passes: true, lacking: 0, train });
  });

  test('leaves a pool its members', async () => {
    const { result, train, written } = await gated({}, { recipe: 'pooled' });

    expect(result).toMatchObject({ passes: true, lacking: 1, train });
    expect(written.leftOut).toBe(false);
  });

  test.each([
    ['too many lack bars', { minimumSymbols: 0.7 }],
    ['one lacks bars and that is to stop it', { lacking: 'stop' }],
  ] as const)('stays shut where %s', async (_, options) => {
    const { result, train } = await gated(options);

    expect(result).toMatchObject({ passes: false, lacking: 1, train });
  });
});
