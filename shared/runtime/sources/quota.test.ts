import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DataError } from '../../contracts/errors.ts';
import type { EpochMs } from '../../contracts/time.ts';
import { systemClock, type Clock } from '../clock.ts';
import type { DataRoot } from '../data-root.ts';
import { scratchRoot } from '../scratch.fixture.ts';
import { openQuota, takeRequest, type Quota } from './quota.ts';

const noon = Date.parse('2024-01-02T12:00:00+05:30');

/** A clock that a test sets. */
function setClock(ms: number): Clock & { ms: number } {
  const clock = Object.assign(() => clock.ms as EpochMs, { ms });
  return clock;
}

function opened(root: DataRoot, perMinute: number, perDay: number, clock: Clock): Quota {
  const quota = openQuota(root, 'breeze', { perMinute, perDay }, clock);
  onTestFinished(() => quota.close());
  return quota;
}

function takeAll(quota: Quota): number {
  let granted = 0;
  while (quota.take().granted) granted++;
  return granted;
}

describe('openQuota', () => {
  test('grants as many requests as fit into any 60 seconds, and says when the next does', async () => {
    const clock = setClock(noon);
    const quota = opened(await scratchRoot(), 3, 100, clock);
    const grants: number[] = [];

    for (; clock.ms < noon + 300_000; clock.ms += 7_000)
      if (quota.take().granted) grants.push(clock.ms);

    for (const at of grants)
      expect(grants.filter((other) => other > at - 60_000 && other <= at).length).toBeLessThan(4);
    expect(grants.length).toBe(15);
    clock.ms = noon + 290_000;
    expect(quota.take()).toEqual({
      granted: false,
      limit: 'minute',
      untilMs: grants[grants.length - 3] + 60_000,
    });
  });

  test('grants a day’s requests until 00:05 at the exchange, then a day’s again', async () => {
    const clock = setClock(Date.parse('2024-01-02T23:30:00+05:30'));
    const quota = opened(await scratchRoot(), 100, 2, clock);

    expect(takeAll(quota)).toBe(2);
    const untilMs = Date.parse('2024-01-03T00:05:00+05:30');
    expect(quota.take()).toEqual({ granted: false, limit: 'day', untilMs });
    clock.ms = untilMs;
    expect(takeAll(quota)).toBe(2);
  });

  test('keeps what was taken over a restart, and apart from other sources', async () => {
    const root = await scratchRoot();
    const clock = setClock(noon);
    const before = openQuota(root, 'breeze', { perMinute: 5, perDay: 100 }, clock);
    takeAll(before);
    before.close();

    expect(opened(root, 5, 100, clock).take().granted).toBe(false);
    const other = openQuota(root, 'simulated', { perMinute: 5, perDay: 100 }, clock);
    onTestFinished(() => other.close());
    expect(takeAll(other)).toBe(5);
  });

  test('is not held up by requests of a clock that has been set back', async () => {
    const clock = setClock(noon + 30 * 86_400_000);
    const quota = opened(await scratchRoot(), 2, 100, clock);
    takeAll(quota);

    clock.ms = noon;

    expect(takeAll(quota)).toBe(2);
  });

  test('grants four processes together exactly what one would get', async () => {
    const root = await scratchRoot();

    const counts = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const child = taker(root, 400);
        const lines = await linesOf(child);
        return lines.length;
      }),
    );

    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(400);
  });

  test('has counted every request that a process killed with -9 was granted', async () => {
    const root = await scratchRoot();
    const child = taker(root, 100_000);
    child.stdout.once('data', () => setImmediate(() => child.kill('SIGKILL')));

    const granted = (await linesOf(child)).length;
    const left = takeAll(opened(root, 1_000_000, granted + 20, systemClock));

    expect(granted).toBeGreaterThan(0);
    // What it was granted as it died, it can no longer have told.
    expect(left).toBeLessThanOrEqual(20);
    expect(left).toBeGreaterThanOrEqual(19);
  });

  test('names a damaged file and the remedy', async () => {
    const root = await scratchRoot();
    const file = path.join(root.path, 'state', 'quota.db');
    await writeFile(file, 'this is no database, whatever its name may say about it');

    const open = (): Quota => openQuota(root, 'breeze', { perMinute: 1, perDay: 1 }, systemClock);

    expect(open).toThrow(DataError);
    expect(open).toThrow(
      `"${file}" should hold the requests made of each source but is damaged; remove it`,
    );
  });
});

describe('takeRequest', () => {
  test('throws how long this machine must wait where the exchange’s clock runs faster', () => {
    const clock = Object.assign(() => noon as EpochMs, { scale: 600 });
    const untilMs = (noon + 60_000) as EpochMs;
    const quota = { take: () => ({ granted: false, limit: 'minute', untilMs }) as const };

    expect(() => takeRequest('simulated', quota, clock)).toThrow(
      expect.objectContaining({
        name: 'SourceError',
        fields: { source: 'simulated', wait: 'minute-quota', afterMs: 100 },
      }),
    );
  });
});

function taker(root: DataRoot, perDay: number): ChildProcessWithoutNullStreams {
  const script = fileURLToPath(new URL('./quota.fixture.ts', import.meta.url));
  return spawn(process.execPath, [script, root.path, String(perDay)]);
}

async function linesOf(child: ChildProcessWithoutNullStreams): Promise<string[]> {
  let text = '';
  let faults = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (faults += part));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0 && code !== null) throw new Error(faults);
  return text.split('\n').filter((line) => line !== '');
}
