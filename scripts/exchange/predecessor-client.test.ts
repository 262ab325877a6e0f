import { describe, expect, test } from 'vitest';
import { addDays, daysBetween, type TradingDay } from '../../shared/contracts/time.ts';
import { calendar, rowsOf, testExchange, type TestExchange } from './exchange.fixture.ts';

/** What the predecessor keeps: rows of each day that it has a file of. */
type DayFiles = Map<TradingDay, number>;

/**
 * The predecessor's client: 90 calendar days at a time, what comes is kept, and a chunk counts as
 * cached where the file of its middle date exists.
 *
 * @param to - the last day, inclusive
 * @returns requests made
 */
async function predecessorFetch(
  exchange: TestExchange,
  files: DayFiles,
  interval: '5minute' | '1minute',
  [from, to]: readonly [from: TradingDay, to: TradingDay],
): Promise<number> {
  let requests = 0;
  for (let start = from; start <= to; start = addDays(start, 90)) {
    const last = addDays(start, 89) < to ? addDays(start, 89) : to;
    if (files.has(addDays(start, Math.floor(daysBetween(start, last) / 2)))) continue;
    requests++;
    const reply = await exchange.ask({
      interval,
      from_date: `${start}T00:00:00.000Z`,
      to_date: `${last}T23:59:59.000Z`,
    });
    const days = rowsOf(reply).map(({ datetime }) => datetime.slice(0, 10) as TradingDay);
    for (const day of new Set(days)) files.set(day, days.filter((one) => one === day).length);
  }
  return requests;
}

const span = (from: string, to: string) => [from as TradingDay, to as TradingDay] as const;

describe("the predecessor's client", () => {
  test.each([
    {
      interval: '1minute',
      own: '1m',
      of: span('2022-01-01', '2024-12-31'),
      sessions: 743,
      expected: {
        requests: 13,
        days: 39,
        rows: 13_000,
        first: '2022-03-29',
        share: 0.0525,
        bars: 0.0469,
      },
    },
    {
      interval: '5minute',
      own: '5m',
      of: span('2022-01-01', '2025-10-24'),
      sessions: 946,
      expected: {
        requests: 16,
        days: 226,
        rows: 16_000,
        first: '2022-03-11',
        share: 0.2389,
        bars: 0.2267,
      },
    },
  ] as const)('sees a fraction of $interval bars and takes it for all', async (row) => {
    const { interval, own, of, sessions, expected } = row;
    const exchange = await testExchange();
    await exchange.login();
    const files: DayFiles = new Map();

    const requests = await predecessorFetch(exchange, files, interval, of);

    const expectedDays = calendar.sessions(of[0], addDays(of[1], 1));
    const expectedBars = expectedDays.reduce(
      (sum, day) => sum + calendar.expectedBars(day, own),
      0,
    );
    const rows = [...files.values()].reduce((sum, n) => sum + n, 0);
    expect(expectedDays).toHaveLength(sessions);
    expect({
      requests,
      days: files.size,
      rows,
      first: [...files.keys()].toSorted()[0],
      share: Number((files.size / sessions).toFixed(4)),
      bars: Number((rows / expectedBars).toFixed(4)),
    }).toEqual(expected);
    expect(exchange.calls()).toMatchObject({ capped: requests, candles: rows });
  });

  test('asks for the same days again and gains nothing', async () => {
    const exchange = await testExchange();
    await exchange.login();
    const files: DayFiles = new Map();
    const of = span('2022-01-01', '2022-12-31');
    await predecessorFetch(exchange, files, '5minute', of);
    const before = new Map(files);

    const requests = await predecessorFetch(exchange, files, '5minute', of);

    // All but the fifth chunk, which ends with the year: five days, and their middle one came.
    expect(requests).toBe(4);
    expect(files).toEqual(before);
    expect(exchange.calls().repeatedDays.length).toBeGreaterThan(0.9 * files.size);
  });

  test('takes a chunk for whole where the file of its middle date exists', async () => {
    const exchange = await testExchange();
    await exchange.login();
    const of = span('2022-01-01', '2022-03-31');
    const files: DayFiles = new Map([['2022-02-14' as TradingDay, 75]]);

    expect(await predecessorFetch(exchange, files, '5minute', of)).toBe(0);
    expect(files.size).toBe(1);
  });
});

describe('a client that never reaches the cap', () => {
  test('sees every expected bar of 946 sessions in 73 requests, each day once', async () => {
    const exchange = await testExchange();
    await exchange.login();
    const [from, to] = span('2022-01-01', '2025-10-24');
    const days = calendar.sessions(from, addDays(to, 1));
    const seen = new Map<string, number>();

    for (let i = 0; i < days.length; i += 13) {
      const asked = days.slice(i, i + 13);
      const reply = await exchange.ask({
        from_date: `${asked[0]}T00:00:00.000Z`,
        to_date: `${asked[asked.length - 1]}T23:59:59.000Z`,
      });
      for (const { datetime } of rowsOf(reply)) {
        const day = datetime.slice(0, 10);
        seen.set(day, (seen.get(day) ?? 0) + 1);
      }
    }

    expect([...seen]).toEqual(days.map((day) => [day, calendar.expectedBars(day, '5m')]));
    expect(exchange.calls()).toMatchObject({
      outcomes: { session: 1, bars: 73 },
      candles: 70_590,
      capped: 0,
      repeatedDays: [],
    });
  });
});
