import { describe, expect, test } from 'vitest';
import { isEligible, type Plan, type TrainRequest } from '../../shared/contracts/plan.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { hasRealBars, realBars } from '../../shared/domain/market/bars/real-bars.fixture.ts';
import { soundBars } from '../../shared/runtime/bars/bar-receipt.ts';
import { request, testWorld } from '../world.fixture.ts';
import { makePlan } from './make-plan.ts';

/** The last one ends where half of the real series do. */
const asOfs = ['2024-06-28', '2024-12-31', '2025-03-28'] as TradingDay[];
const to = asOfs[0];

/** What is decided of each window, and where it is judged. */
function decided({ windows }: Plan): unknown[] {
  return windows.map((window) => [
    window.window,
    window.reason ?? 'eligible',
    window.detail,
    window.decisionDay,
    window.evaluateTo,
    window.absent,
    ...(isEligible(window)
      ? [window.rows, window.members, window.stages.teacher.key, window.stages.student.key]
      : []),
  ]);
}

const recipes: readonly (readonly [string, Partial<TrainRequest>])[] = [
  ['symbol', { from: '2022-01-01' as TradingDay }],
  ['pooled', { recipe: 'pooled', universe: 'nifty100', from: '2020-10-01' as TradingDay }],
];

describe.skipIf(!hasRealBars)('plans of real daily bars on three as-of days', () => {
  test.each(recipes)(
    'decide the windows of recipe %s alike, with the same spans and models; the rows to judge grow',
    async (_, asked) => {
      const world = await testWorld();
      for (const bars of await realBars('daily'))
        await world.bars.append(
          { symbol: bars.symbol, interval: '1d', source: 'csv', adjustment: 'vendor' },
          soundBars(bars),
          { fetch: 'import/test', receivedAt: world.now() },
        );
      const now = Date.parse('2025-04-01T12:00+05:30') as Parameters<typeof makePlan>[2];

      const plans: Plan[] = [];
      for (const asOf of asOfs)
        plans.push(await makePlan(world, request({ ...asked, to, asOf }), now));

      const [first, second, third] = plans;
      expect(first.windows.filter(isEligible).length).toBeGreaterThan(15);
      expect(decided(second)).toEqual(decided(first));
      expect(decided(third)).toEqual(decided(first));
      const judged = plans.map(({ windows }) =>
        windows
          .flatMap((window) => Object.values(window.judged ?? {}))
          .reduce((sum, rows) => sum + rows, 0),
      );
      expect(judged[0]).toBeLessThan(judged[1]);
      // Neither series nor pools stand still on a decision day here.
      const late = third.windows.filter(({ reason }) => reason === 'no-future-bars');
      expect(late).toEqual([]);
    },
    120_000,
  );
});
