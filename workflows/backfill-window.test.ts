import { describe, expect, test, vi } from 'vitest';
import type { BackfillProgress, RecordFailuresInput } from '../shared/contracts/backfill.ts';
import type { TradingDay } from '../shared/contracts/time.ts';
import {
  attributes,
  opened,
  refusal,
  source,
  span,
  start,
  stored,
  window,
} from './backfill.fixture.ts';
import { witness } from './scripted-stack.fixture.ts';

// A window of a backfill:
// - waits for a session, says so, and goes on once told; sleeps as long as a quota asks
// - asks in halves what came back cut off
// - asks on where one answer is bad, and stores what came where it fails or is cancelled

describe('backfillWindow', () => {
  test('waits for a session and says so, until it is told of a new one', async () => {
    const { asked, fetchBars } = source({ outcome: 'waits', for: 'session' });
    const stack = await opened({ fetchBars });
    const run = await start(stack, 'r2');
    const progress = (): Promise<BackfillProgress> => run.query('backfillProgress');

    await vi.waitFor(
      async () => expect((await progress()).waiting).toEqual({ session: 1 }),
      10_000,
    );
    expect(await attributes(stack, 'backfill/r2')).toMatchObject({ Waiting: 'session' });
    expect(await attributes(stack, `backfill/r2/${window}`)).toMatchObject({ Waiting: 'session' });
    await run.signal('sessionRenewed');
    const { counts } = await run.result();

    expect(counts.stored).toBe(1);
    expect(asked).toHaveLength(2);
    expect(await attributes(stack, 'backfill/r2')).not.toHaveProperty('Waiting');
    await witness(stack.client, 'backfill/r2', 'backfill-run.waited');
    await witness(stack.client, `backfill/r2/${window}`, 'backfill-window.session');
  });

  test('sleeps until the quota is renewed', async () => {
    const { asked, fetchBars } = source({ outcome: 'waits', for: 'quota', waitMs: 1_500 });
    const stack = await opened({ fetchBars });
    const began = Date.now();

    const { counts } = await (await start(stack, 'r3')).result();

    expect(Date.now() - began).toBeGreaterThanOrEqual(1_500);
    expect(asked).toHaveLength(2);
    expect(counts.stored).toBe(1);
    await witness(stack.client, `backfill/r3/${window}`, 'backfill-window.quota');
  });

  test('asks in halves what came back cut off, the earlier one first', async () => {
    const [first, second] = [
      { from: '2024-01-01' as TradingDay, to: '2024-01-02' as TradingDay },
      { from: '2024-01-02' as TradingDay, to: '2024-01-03' as TradingDay },
    ];
    const { asked, fetchBars } = source({ outcome: 'cut-off', halves: [first, second] });
    const stack = await opened({ fetchBars });

    await (await start(stack, 'r4')).result();

    expect(asked.map((one) => one.span)).toEqual([span, first, second]);
    await witness(stack.client, `backfill/r4/${window}`, 'backfill-window.halved');
  });

  test('asks on after an answer that cannot be used, and stores the others', async () => {
    const days = ['2024-01-01', '2024-01-02', '2024-01-03', '2024-01-04'] as TradingDay[];
    const spans = days.slice(1).map((to, i) => ({ from: days[i], to }));
    const asked: string[] = [];
    const recorded: RecordFailuresInput[] = [];
    const stack = await opened({
      readRequests: () => Promise.resolve(spans),
      fetchBars: ({ span: { from } }) => {
        asked.push(from);
        return from === days[1]
          ? refusal('DataError')
          : Promise.resolve({ outcome: 'fetched', rows: 2 });
      },
      recordFailures: (input) => Promise.resolve(void recorded.push(input)),
    });

    const { counts } = await (await start(stack, 'w5')).result();

    const failure = { window, class: 'DataError', message: 'it is refused' };
    expect(asked).toEqual(days.slice(0, 3));
    expect(counts).toMatchObject({ planned: 1, stored: 0, failed: { DataError: 1 }, rows: 2 });
    expect(counts.failures).toEqual([failure]);
    expect(recorded).toEqual([{ runId: 'w5', root: '0badcafe', before: 0, failures: [failure] }]);
    await witness(stack.client, `backfill/w5/${window}`, 'backfill-window.bad-answer');
  });

  test('asks no more of a window that the source refuses, and stores what came', async () => {
    const asked: string[] = [];
    const stack = await opened({
      readRequests: () => Promise.resolve([span, span, span]),
      fetchBars: ({ window: id }) => {
        asked.push(id);
        return asked.length === 2
          ? refusal('InputError')
          : Promise.resolve({ outcome: 'fetched', rows: 2 });
      },
    });

    const { counts } = await (await start(stack, 'w6')).result();

    expect(asked).toHaveLength(2);
    expect(counts).toMatchObject({ stored: 0, failed: { InputError: 1 }, rows: 2, added: 2 });
  });

  test('stores what came of a window when it is cancelled', async () => {
    const storedWindows: string[] = [];
    const { fetchBars } = source(
      { outcome: 'fetched', rows: 2 },
      { outcome: 'waits', for: 'session' },
    );
    const stack = await opened({
      readRequests: () => Promise.resolve([span, span]),
      fetchBars,
      storeBars: ({ window: id }) => {
        storedWindows.push(id);
        return Promise.resolve(stored);
      },
    });
    const run = await start(stack, 'w9');
    await vi.waitFor(
      async () =>
        expect((await run.query<BackfillProgress>('backfillProgress')).waiting.session).toBe(1),
      10_000,
    );

    await run.cancel();
    await run.result().catch(() => {});

    expect(storedWindows).toEqual([window]);
    expect(await attributes(stack, `backfill/w9/${window}`)).not.toHaveProperty('Waiting');
    await witness(stack.client, `backfill/w9/${window}`, 'backfill-window.cancelled');
  });
});
