import { describe, expect, test } from 'vitest';
import type { EpochMs, Interval } from '../../../contracts/time.ts';
import { bars } from './bars.fixture.ts';
import { barColumns, type Bars } from './bars.ts';
import { calendar } from '../calendar/calendar.fixture.ts';
import { siftedBars } from './sifted-bars.ts';

const exchange = calendar({ '2024-01-01': 'regular', '2026-08-28': 'regular-with-cas' });
const at = (stamp: string) => Date.parse(`${stamp}:00+05:30`) as EpochMs;
const later = at('2026-12-31T00:00');

const received = (
  interval: Interval,
  rows: Readonly<Record<string, number>>,
  more: Partial<Bars> = {},
) => ({
  ...bars({ interval, close: Object.values(rows), ts: Object.keys(rows).map(at) }),
  ...more,
});

describe('siftedBars', () => {
  test('puts bars in order that a source sent backwards', () => {
    const sent = received('1m', { '2024-01-01T09:17': 12, '2024-01-01T09:15': 10 });

    const { bars: sound, quarantined } = siftedBars(sent, exchange, later);

    expect([...sound.close]).toEqual([10, 12]);
    expect([...sound.ts]).toEqual([at('2024-01-01T09:15'), at('2024-01-01T09:17')]);
    expect(quarantined).toEqual([]);
  });

  test('sets a bad row aside as it came, with its reason, and keeps the others', () => {
    const sent = received(
      '1m',
      { '2024-01-01T09:15': 10, '2024-01-01T09:16': 10, '2024-01-02T09:15': 10 },
      { volume: Float64Array.of(5, -5, 5) },
    );

    const { bars: sound, quarantined } = siftedBars(sent, exchange, later);

    expect([...sound.ts]).toEqual([at('2024-01-01T09:15')]);
    const prices = { open: 10, high: 10, low: 10, close: 10 };
    expect(quarantined).toEqual([
      {
        ts: at('2024-01-01T09:16'),
        ...prices,
        volume: -5,
        reason: 'volume "-5" is negative',
      },
      {
        ts: at('2024-01-02T09:15'),
        ...prices,
        volume: 5,
        reason: 'the exchange was closed on "2024-01-02"',
      },
    ]);
  });

  test('keeps one of rows that say the same, and none of rows that contradict each other', () => {
    const one = received('1m', { '2024-01-01T09:15': 10 });
    const twice = (close: number): Bars => {
      const other = received('1m', { '2024-01-01T09:15': close });
      const columns = barColumns.map((name) => [
        name,
        Float64Array.of(one[name][0], other[name][0]),
      ]);
      return { ...one, ...Object.fromEntries(columns) };
    };

    const same = siftedBars(twice(10), exchange, later);
    const different = siftedBars(twice(11), exchange, later);

    expect([...same.bars.close]).toEqual([10]);
    expect(same.quarantined.map(({ reason }) => reason)).toEqual([
      'repeats the bar of "2024-01-01T09:15"',
    ]);
    expect([...different.bars.close]).toEqual([]);
    expect(different.quarantined.map(({ close, reason }) => [close, reason])).toEqual([
      [10, 'one of "2" that differ at "2024-01-01T09:15"'],
      [11, 'one of "2" that differ at "2024-01-01T09:15"'],
    ]);
  });

  test('sets rows without a time aside, last', () => {
    const sent = received(
      '1m',
      { '2024-01-01T09:15': 10, '2024-01-01T09:16': 11, '2024-01-01T08:00': 12 },
      { ts: Float64Array.of(NaN, at('2024-01-01T09:16'), at('2024-01-01T08:00')) },
    );

    const { bars: sound, quarantined } = siftedBars(sent, exchange, later);

    expect([...sound.close]).toEqual([11]);
    expect(quarantined.map(({ close }) => close)).toEqual([12, 10]);
    expect(quarantined[1].reason).toBe('its time cannot be read');
  });

  test('passes over bars that are not over, a daily one until the closing auction is', () => {
    const minutes = received('1m', { '2026-08-28T10:00': 10, '2026-08-28T10:01': 11 });
    const daily = received('1d', { '2026-08-28T00:00': 10 });

    const open = siftedBars(minutes, exchange, at('2026-08-28T10:01'));

    expect([...open.bars.close]).toEqual([10]);
    expect(open).toMatchObject({ unfinishedRows: 1, quarantined: [] });
    expect(siftedBars(daily, exchange, at('2026-08-28T15:34'))).toMatchObject({
      unfinishedRows: 1,
    });
    expect(siftedBars(daily, exchange, at('2026-08-28T15:35')).bars.ts).toHaveLength(1);
  });

  test('passes over the padding of a closing auction and its print: 360 of 375 rows are trading', () => {
    const ts = Array.from({ length: 375 }, (_, i) => at('2026-08-28T09:15') + i * 60_000);
    // As seen of ITC: flat rows without volume from 15:15 to 15:28, then the auction.
    const volume = ts.map((_, i) => (i < 360 ? 900 : i < 374 ? 0 : 202_191));
    const sent = bars({
      interval: '1m',
      close: ts.map((_, i) => (i === 374 ? 266 : 265.5)),
      ts,
      volume,
    });

    const sifted = siftedBars(sent, exchange, later);

    expect(sifted.bars.ts).toHaveLength(360);
    expect(sifted).toMatchObject({ auctionRows: 15, quarantined: [], unfinishedRows: 0 });
    expect(siftedBars(sent, exchange, later, 'cash').bars.ts).toHaveLength(375);
  });

  test('accounts for every row of any answer once', () => {
    const stamps = ['2024-01-01T09:14', '2024-01-01T09:15', '2024-01-01T09:16', '2026-08-28T15:20'];
    const sent = received('1m', Object.fromEntries(stamps.map((stamp, i) => [stamp, i + 1])));

    const {
      bars: sound,
      quarantined,
      auctionRows,
      unfinishedRows,
    } = siftedBars(sent, exchange, at('2024-01-01T09:16'));

    expect(sound.ts.length + quarantined.length + auctionRows + unfinishedRows).toBe(stamps.length);
    expect([sound.ts.length, quarantined.length, unfinishedRows]).toEqual([1, 1, 2]);
  });
});
