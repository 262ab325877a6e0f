import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BackfillProgress } from '../shared/contracts/backfill.ts';
import { backfillWorkflowId } from '../shared/contracts/ids.ts';
import type { TradingDay } from '../shared/contracts/time.ts';
import type { Temporal } from '../shared/runtime/stack/client.ts';
import { scratchRoot } from '../shared/runtime/scratch.fixture.ts';
import { opened, request, source } from '../workflows/backfill.fixture.ts';
import { progressLine, startBackfill, writtenBackfill } from './backfill-client.ts';

const progress: BackfillProgress = {
  source: 'simulated',
  interval: '5m',
  waiting: {},
  tally: {
    planned: 192,
    stored: 40,
    cancelled: 0,
    notStarted: 0,
    failed: {},
    failures: [],
    leastRequests: 7_008,
    resting: {},
    requests: 1_600,
    rows: 1_440_000,
    added: 1_440_000,
    changed: 0,
    quarantined: 0,
    empty: {},
  },
};

describe('progressLine', () => {
  test.each<[string, Partial<BackfillProgress>, string]>([
    ['runs', {}, 'r1: 5m 40 of 192 windows, 1600 requests, 1440000 rows'],
    [
      'has met failures',
      { tally: { ...progress.tally, failed: { DataError: 2, LaneError: 1 } } },
      'r1: 5m 40 of 192 windows, 3 failed, 1600 requests, 1440000 rows',
    ],
    [
      'waits for a person',
      { waiting: { session: 6 } },
      'rows, waits for a session: npm run -s sensequant -- session --source simulated',
    ],
    ['waits for another day', { waiting: { quota: 6 } }, "rows, waits for the next day's quota"],
  ])('of a backfill that %s', (_, change, words) => {
    expect(progressLine('r1', { ...progress, ...change })).toContain(words);
  });

  test('of a backfill that plans its first interval', () => {
    const { interval: _, ...planning } = progress;

    expect(progressLine('r1', planning)).toContain('r1: plans ');
  });
});

describe('writtenBackfill', () => {
  test.each([
    ['its report', { schema: 1, runId: 'r1', failures: [] }, true],
    ['none of a run of training', { schema: 1, runId: 'r1', planToken: '0' }, false],
  ])('is %s', async (_, report, isOne) => {
    const root = await scratchRoot();
    const folder = path.join(root.path, 'runs/r1');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'report.json'), JSON.stringify(report));

    expect(await writtenBackfill(root, 'r1')).toEqual(isOne ? report : undefined);
    expect(await writtenBackfill(root, 'r2')).toBeUndefined();
  });
});

describe('startBackfill', () => {
  const today = '2024-01-12' as TradingDay;

  test('attaches to an equal one that is open, and begins another once it has closed', async () => {
    const root = await scratchRoot();
    const { client } = await opened(source({ outcome: 'waits', for: 'session' }));
    const temporal = { client } as Temporal;
    const first = await startBackfill(temporal, root, request, { today });
    const { runId } = first;

    const second = await startBackfill(temporal, root, { ...request, root: root.id }, { today });
    const run = client.workflow.getHandle(backfillWorkflowId(runId));
    await run.cancel();
    await run.result().catch(() => {});
    const third = await startBackfill(temporal, root, request, { today });

    expect(runId).toMatch(/^2024-01-12-[0-9a-f]{8}$/);
    expect(first.attached).toBe(false);
    expect(second).toEqual({ runId, attached: true });
    expect(third).toEqual({ runId: `${runId}.2`, attached: false });
    await client.workflow.getHandle(backfillWorkflowId(third.runId)).terminate();
  });

  test.each(['backfill-5m.json', 'report.json', 'plan.json'])(
    'takes no name of which the data root has a "%s" that the server forgot',
    async (file) => {
      const root = await scratchRoot();
      const { client } = await opened({});
      const folder = path.join(root.path, 'runs/mine');
      await mkdir(folder, { recursive: true });
      await writeFile(path.join(folder, file), '{}');

      const started = await startBackfill({ client } as Temporal, root, request, {
        today,
        name: 'mine',
      });

      expect(started).toEqual({ runId: 'mine.2', attached: false });
      await client.workflow.getHandle(backfillWorkflowId('mine.2')).result();
    },
  );
});
