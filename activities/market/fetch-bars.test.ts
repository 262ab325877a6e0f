import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DaySpan } from '../../shared/contracts/backfill.ts';
import { SourceError } from '../../shared/contracts/errors.ts';
import type { Interval, TradingDay } from '../../shared/contracts/time.ts';
import { backfillFiles } from '../../shared/runtime/runs/backfill-files.ts';
import { environment, run } from '../world.fixture.ts';
import {
  asked,
  fetched,
  planned,
  testMarket,
  windowsOf,
  type MarketFixture,
  type TestMarket,
} from './market.fixture.ts';

// A request:
// - is answered once: the answer is kept, and read where it is asked for again
// - waits for the next minute itself; says so where a person or another day must be waited for
// - that reaches the cap is to be asked in halves, or is refused where it holds one session
// - in an outage is asked again at the source's pace

interface Desk {
  readonly market: TestMarket;
  readonly window: string;
  readonly span: DaySpan;
  ask(span?: DaySpan): ReturnType<typeof fetched>;
}

const span = (from: string, to: string): DaySpan => ({
  from: from as TradingDay,
  to: to as TradingDay,
});

/** A market with a backfill `r1` of one window, planned. */
async function desk(
  given: MarketFixture = {},
  [from, to, interval]: readonly [string, string, Interval] = ['2024-01-01', '2024-01-12', '5m'],
): Promise<Desk> {
  const market = await testMarket(given);
  await planned(market, 'r1', asked(from, to, { intervals: [interval] }));
  const [spec] = await windowsOf(market, 'r1', interval);
  const whole = { from: spec.from, to: spec.to };
  return {
    market,
    window: spec.window,
    span: whole,
    ask: (part = whole) => fetched(market, 'r1', spec.window, part),
  };
}

const historyCalls = ({ exchange }: TestMarket): number => {
  const { outcomes, total } = exchange.calls();
  return total - (outcomes.session ?? 0);
};

describe('fetchBars', () => {
  test('keeps the answer as it came, until its window is stored', async () => {
    const { market, window, span: whole, ask } = await desk();

    expect(await ask()).toEqual({ outcome: 'fetched', rows: 750 });

    const kept = await backfillFiles(market.world.root, 'r1').answer(window, whole);
    expect(kept?.bars.ts).toHaveLength(750);
    expect(kept?.span).toEqual(whole);
    expect(kept?.receivedAt).toBeGreaterThanOrEqual(Date.parse('2024-01-12T18:00:00+05:30'));
    expect(kept?.receivedAt).toBeLessThan(Date.parse('2024-01-12T18:10:00+05:30'));
  });

  test('asks nothing twice', async () => {
    const { market, ask } = await desk();
    const first = await ask();
    market.exchange.next('bad-gateway', 5);

    expect(await ask()).toEqual(first);
    expect(historyCalls(market)).toBe(1);
  });

  test('keeps an answer without rows as well', async () => {
    const { market, ask } = await desk();
    market.exchange.next('empty');

    expect(await ask()).toEqual({ outcome: 'fetched', rows: 0 });
    expect(await ask()).toEqual({ outcome: 'fetched', rows: 0 });
    expect(historyCalls(market)).toBe(1);
  });

  test('waits for the next minute of its own quota itself', async () => {
    // A minute of the exchange is a fifth of a second.
    const { market, ask } = await desk({ scale: 300, perMinute: 1 });
    const asking = [span('2024-01-01', '2024-01-02'), span('2024-01-02', '2024-01-03')];

    const answers = await Promise.all(asking.map((one) => ask(one)));

    expect(answers.map(({ outcome }) => outcome)).toEqual(['fetched', 'fetched']);
    expect(market.exchange.calls().outcomes).toMatchObject({ bars: 2 });
  });

  test('waits for the next minute of the source itself', async () => {
    // A minute is a second: of four calls one after the other some fall into the same one.
    const { market, ask } = await desk({
      scale: 60,
      served: { quotas: { minute: 1, day: 1_000 } },
    });
    const days = ['2024-01-01', '2024-01-02', '2024-01-03', '2024-01-04', '2024-01-05'];

    for (const [index, day] of days.slice(0, 4).entries())
      expect(await ask(span(day, days[index + 1]))).toMatchObject({ outcome: 'fetched' });

    const { outcomes } = market.exchange.calls();
    expect(outcomes.bars).toBe(4);
    expect(outcomes['minute-quota']).toBeGreaterThan(0);
  });

  test('says until when the day’s quota must be waited for', async () => {
    const { market, ask } = await desk({ perDay: 1 });
    await ask(span('2024-01-01', '2024-01-02'));

    const answer = await ask();

    expect(answer).toMatchObject({ outcome: 'waits', for: 'quota' });
    const untilFiveAfterMidnight = (6 * 60 + 5) * 60_000;
    const waitMs = 'waitMs' in answer ? answer.waitMs : 0;
    expect(waitMs).toBeLessThanOrEqual(untilFiveAfterMidnight);
    expect(waitMs).toBeGreaterThan(untilFiveAfterMidnight - 60_000);
    expect(historyCalls(market)).toBe(1);
  });

  test('takes the source’s word that the day’s quota is used up', async () => {
    const { ask } = await desk({ served: { quotas: { minute: 1_000, day: 1 } } });

    expect(await ask()).toMatchObject({ outcome: 'waits', for: 'quota' });
  });

  test('says that a session must be waited for, and goes on with a new one', async () => {
    const { market, ask } = await desk();
    market.setTime('2024-01-13 10:00');

    expect(await ask()).toEqual({ outcome: 'waits', for: 'session' });
    await market.renew();
    expect(await ask()).toEqual({ outcome: 'fetched', rows: 750 });
  });

  test('tells the halves of a request that came back cut off, and keeps none of it', async () => {
    const { market, ask } = await desk({
      served: { cap: 300 },
      adjust: (source) => ({ ...source, maximumRows: 300 }),
    });
    const four = span('2024-01-01', '2024-01-05');

    const answer = await ask(four);

    const halves = [span('2024-01-01', '2024-01-03'), span('2024-01-03', '2024-01-05')];
    expect(answer).toEqual({ outcome: 'cut-off', halves });
    for (const half of halves) expect(await ask(half)).toEqual({ outcome: 'fetched', rows: 150 });
    const kept = await readdir(path.join(market.world.root.path, 'runs/r1/parts'), {
      recursive: true,
    });
    expect(kept.filter((name) => name.endsWith('.json'))).toHaveLength(2);
  });

  test('refuses a single session that reaches the cap: the rest cannot be asked for', async () => {
    const { ask } = await desk({
      served: { cap: 75 },
      adjust: (source) => ({ ...source, maximumRows: 75 }),
    });

    const refused = ask(span('2024-01-01', '2024-01-02'));

    await expect(refused).rejects.toMatchObject({ type: 'DataError', nonRetryable: true });
    await expect(refused).rejects.toThrow('"75" rows for one session of "RELIANCE/5m/');
  });

  test.each(['bad-gateway', 'unavailable', 'invalid-json', 'service-error'] as const)(
    'leaves "%s" to be asked again, and then asks',
    async (fault) => {
      const { market, ask } = await desk();
      market.exchange.next(fault);

      await expect(ask()).rejects.toMatchObject({ type: 'SourceError', nonRetryable: false });
      expect(await ask()).toEqual({ outcome: 'fetched', rows: 750 });
    },
  );

  test('asks on where the source takes its session for another’s at random', async () => {
    const { market, ask } = await desk();
    market.exchange.next('flaky-auth', 2);

    expect(await ask()).toEqual({ outcome: 'fetched', rows: 750 });
  });

  test('is asked again after as long as the source says', async () => {
    const { ask } = await desk({
      adjust: (source) => ({
        ...source,
        fetch: () => {
          throw new SourceError('back in a minute', { wait: 'outage', afterMs: 60_000 });
        },
      }),
    });

    await expect(ask()).rejects.toMatchObject({ type: 'SourceError', nextRetryDelay: 60_000 });
  });

  test('ends at once where it is cancelled while it waits for the next minute', async () => {
    const { market, window, span: whole } = await desk({ perMinute: 1 });
    await fetched(market, 'r1', window, span('2024-01-01', '2024-01-02'));
    const context = environment();
    const input = { runId: 'r1', root: market.world.root.id, window, span: whole };

    const waiting = run(market.world, 'fetchBars', input, context);
    context.cancel();

    await expect(waiting).rejects.toThrow('CANCELLED');
    expect(historyCalls(market)).toBe(1);
  });

  test.each([
    ['torn in the middle', (text: string) => text.slice(0, text.length / 2), 'remove it'],
    ['without its columns', () => '{"span":{},"receivedAt":0}', 'it is asked for again'],
    ['with a column cut', (text: string) => text.replace(/"close":\[[^,]+,/, '"close":['), 'it is'],
  ])('refuses a kept answer that is %s, and asks once it is removed', async (_, tear, words) => {
    const { market, window, span: whole, ask } = await desk();
    await ask();
    const parts = path.join(market.world.root.path, 'runs/r1/parts', window);
    const file = path.join(parts, `${whole.from}..${whole.to}.json`);
    await writeFile(file, tear(await readFile(file, 'utf8')));

    await expect(ask()).rejects.toMatchObject({ type: 'DataError', nonRetryable: true });
    await expect(ask()).rejects.toThrow(words);
    await rm(file);
    expect(await ask()).toEqual({ outcome: 'fetched', rows: 750 });
    expect(historyCalls(market)).toBe(2);
  });
});
