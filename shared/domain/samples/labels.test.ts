import { describe, expect, test } from 'vitest';
import { InputError } from '../../contracts/errors.ts';
import { bars as barsOf } from '../market/bars/bars.fixture.ts';
import { forwardReturnLabels, forwardReturns, labelEnds } from './labels.ts';

const open = [100, 100, 200, 201, 200, 400];
const bars = barsOf({ open, close: open });

describe('forwardReturns', () => {
  test('buys at the next open and sells horizon opens later', () => {
    const returns = forwardReturns(bars, 2);

    expect(returns[0]).toBeCloseTo(201 / 100 - 1, 15);
    expect(returns[1]).toBeCloseTo(200 / 200 - 1, 15);
    expect(returns[2]).toBeCloseTo(400 / 201 - 1, 15);
  });

  test('knows nothing of the last horizon + 1 bars', () => {
    expect([...forwardReturns(bars, 2)].map(Number.isNaN)).toEqual([
      false,
      false,
      false,
      true,
      true,
      true,
    ]);
    expect([...forwardReturns(bars, 9)].every(Number.isNaN)).toBe(true);
  });

  test('credits a dividend to whoever held the share overnight into its ex-date', () => {
    const paying = { ...bars, cash: Float64Array.of(0, 0, 10, 0, 0, 0) };

    const returns = forwardReturns(paying, 1);

    // Bought at the open of the ex-date: too late. Sold at that open: held overnight.
    expect([...returns.subarray(0, 3)]).toEqual([210 / 100 - 1, 201 / 200 - 1, 200 / 201 - 1]);
    expect(forwardReturns(paying, 2)[0]).toBeCloseTo(211 / 100 - 1, 15);
  });

  test.each([0, -1, 1.5, NaN])('refuses a horizon of %s', (horizon) => {
    expect(() => forwardReturns(bars, horizon)).toThrow(InputError);
    expect(() => forwardReturnLabels(bars, horizon, 10)).toThrow(InputError);
    expect(() => labelEnds(bars, horizon)).toThrow(
      `a label looks "${horizon}" bars ahead; it needs at least "1"`,
    );
  });
});

describe('forwardReturnLabels', () => {
  test('says 1 where the return exceeds the round trip, 0 where it does not, −1 where unknown', () => {
    // Opens rise by 100 %, 0.5 %, −0.5 % and 100 %.
    expect([...forwardReturnLabels(bars, 1, 22.25)]).toEqual([1, 1, 0, 1, -1, -1]);
    expect([...forwardReturnLabels(bars, 1, 51)]).toEqual([1, 0, 0, 1, -1, -1]);
  });

  test('counts a return that only meets the cost as 0', () => {
    const even = barsOf({ close: [8, 8, 8, 8] });

    expect([...forwardReturnLabels(even, 1, 0)]).toEqual([0, 0, -1, -1]);
  });
});

describe('labelEnds', () => {
  test('are the stamps of the bars sold at', () => {
    const { ts } = bars;

    expect([...labelEnds(bars, 2)]).toEqual([ts[3], ts[4], ts[5], NaN, NaN, NaN]);
  });
});
