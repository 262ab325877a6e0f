import { describe, expect, test } from 'vitest';
import { bars, type BarsFixture } from '../bars/bars.fixture.ts';
import { copiedDayFlaws, openingFlaws } from './vendor-traits.ts';

const at = (day: number, bar: number) =>
  Date.parse('2024-01-01T09:15:00+05:30') + day * 86_400_000 + bar * 300_000;

/** Five-minute bars of some days, each day given by its volumes. */
const sessions = (...volumes: readonly number[][]) =>
  bars({
    interval: '5m',
    close: volumes.flat().map((_, i) => 100 + i),
    volume: volumes.flat(),
    ts: volumes.flatMap((day, d) => day.map((_, i) => at(d, i))),
  });

describe('openingFlaws', () => {
  const without = [0, 5, 5, 5];
  const whole = [9, 5, 5, 5];

  test('finds five sessions in a row that open without volume, and says how many there are', () => {
    const flaws = openingFlaws(sessions(whole, without, without, without, without, without, whole));

    expect(flaws).toEqual([
      {
        rule: 'no-opening-volume',
        from: '2024-01-02',
        to: '2024-01-07',
        count: 5,
        detail: 'the bar of "09:15" has no volume in "5" sessions in a row',
      },
    ]);
  });

  test('takes four for slips', () => {
    const slips = [without, without, without, without];

    expect(openingFlaws(sessions(...slips, whole, ...slips))).toEqual([]);
  });

  test('passes over what hardly trades, an index above all', () => {
    const none = [0, 0, 0, 0];
    const little = [0, 5, 0, 0];

    expect(openingFlaws(sessions(none, none, none, none, none))).toEqual([]);
    expect(openingFlaws(sessions(little, little, little, little, little))).toEqual([]);
  });
});

describe('copiedDayFlaws', () => {
  const index = (day: Partial<BarsFixture>) => bars({ close: [], volume: [], ...day });

  test('finds a day without volume that repeats the prices of the day before', () => {
    const flaws = copiedDayFlaws(
      index({
        close: [100, 104, 104],
        open: [99, 101, 101],
        high: [105, 105, 105],
        low: [98, 100, 100],
        volume: [7, 8, 0],
      }),
    );

    expect(flaws).toEqual([
      {
        rule: 'copied-day',
        from: '2024-01-03',
        to: '2024-01-04',
        count: 1,
        detail: 'no volume, and the prices are those of "2024-01-02"',
      },
    ]);
  });

  test('finds a day that is nothing but the last close', () => {
    const flat = sessions([5, 5, 5], [0, 0, 0]);
    const prices = Float64Array.of(100, 101, 102, 102, 102, 102);

    const flaws = copiedDayFlaws({
      ...flat,
      open: prices,
      high: prices,
      low: prices,
      close: prices,
    });

    expect(flaws).toMatchObject([{ from: '2024-01-02', count: 3 }]);
  });

  test('passes over an index, which has no volume and moves, and over days that trade', () => {
    const close = [100, 104, 103];

    expect(copiedDayFlaws(index({ close, volume: [0, 0, 0] }))).toEqual([]);
    expect(copiedDayFlaws(index({ close: [100, 100], volume: [5, 1] }))).toEqual([]);
  });
});
