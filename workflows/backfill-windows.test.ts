import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import type { BackfillProgress } from '../shared/contracts/backfill.ts';
import { orchestratorQueue } from '../shared/contracts/ids.ts';
import { attributes, opened, pageOf, source, start, window } from './backfill.fixture.ts';

// The open windows of a backfill:
// - may be ended by hand, or not begin at all: each is counted, and the others go on
// - may end at any moment, while they are told something too

describe('openWindows', () => {
  test.each(['cancel', 'terminate'] as const)(
    'counts a window that somebody ended by "%s", and goes on',
    async (by) => {
      const stack = await opened({
        ...pageOf(2),
        fetchBars: ({ window: id }) =>
          Promise.resolve(
            id === window ? { outcome: 'waits', for: 'session' } : { outcome: 'fetched', rows: 2 },
          ),
      });
      const run = await start(stack, 'w3');
      await vi.waitFor(
        async () =>
          expect(await run.query<BackfillProgress>('backfillProgress')).toMatchObject({
            waiting: { session: 1 },
            tally: { stored: 1 },
          }),
        10_000,
      );

      await stack.client.workflow.getHandle(`backfill/w3/${window}`)[by]();
      const { state, counts } = await run.result();

      expect(state).toBe('completed');
      expect(counts).toMatchObject({ planned: 2, stored: 1, cancelled: 1, failed: {} });
      expect(await attributes(stack, 'backfill/w3')).not.toHaveProperty('Waiting');
    },
  );

  test('counts a window whose id is taken, and goes on', async () => {
    const stack = await opened(pageOf(2));
    const taken = await stack.client.workflow.start('lanes', {
      workflowId: `backfill/w4/${window}`,
      taskQueue: orchestratorQueue,
      args: [{ lanes: [], inFlight: 2, batches: [] }],
    });

    const { counts } = await (await start(stack, 'w4')).result();
    await taken.terminate();

    expect(counts).toMatchObject({ planned: 2, stored: 1, failed: { InvariantError: 1 } });
  });

  test('does not fail of a window that ends while it is told of a session', async () => {
    const stack = await opened(pageOf(12));
    const run = await start(stack, 'w10');
    let isOpen = true;
    const signals = (async (): Promise<number> => {
      let sent = 0;
      // Some of them fall into a window's last moments; more would drown the run on a slow machine.
      for (; isOpen && sent < 60; sent++) {
        await run.signal('sessionRenewed').catch(() => {});
        await pause(20);
      }
      return sent;
    })();

    const { counts } = await run.result();
    isOpen = false;

    expect(await signals).toBeGreaterThan(0);
    expect(counts).toMatchObject({ planned: 12, stored: 12 });
  });

  test('waits for no window that has ended, whatever is said of it afterwards', async () => {
    const { fetchBars } = source({ outcome: 'waits', for: 'session' });
    const stack = await opened({ fetchBars });
    const run = await start(stack, 'w11');
    const progress = (): Promise<BackfillProgress> => run.query('backfillProgress');
    await vi.waitFor(
      async () => expect((await progress()).waiting).toEqual({ session: 1 }),
      10_000,
    );

    await run.signal('waitingTold', { window: 'B/1d/2024-01-01..2024-01-03', for: 'quota' });
    expect((await progress()).waiting).toEqual({ session: 1 });
    await run.signal('sessionRenewed');

    expect((await run.result()).counts.stored).toBe(1);
  });
});
