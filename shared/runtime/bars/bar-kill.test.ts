import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { dayCounts } from '../../domain/market/coverage/presence.ts';
import { append, dailyBars, pinned, vendor, vendorName } from './bar-store.fixture.ts';
import { openBarStore } from './bar-store.ts';
import type { DataRoot } from '../data-root.ts';
import { scratchRoot } from '../scratch.fixture.ts';

const program = fileURLToPath(new URL('bar-writer.fixture.ts', import.meta.url));

/** Lets a process write from `first` on, and kills it `afterMs` after it has done something. */
async function killedWriter(root: DataRoot, first: number, afterMs: number): Promise<number> {
  const writer = spawn(process.execPath, [program, root.path, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(writer, 'close');
  let said = '';
  writer.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await once(writer.stdout, 'data');
  setTimeout(() => writer.kill('SIGKILL'), afterMs);
  await closed;
  return Number(said.trimEnd().split('\n').at(-1));
}

describe('a killed writer', () => {
  test('leaves a whole series with all that it said it had done', async () => {
    const root = await scratchRoot();
    // Odd moments of an append and of a compaction, not one of them the same.
    for (const [round, afterMs] of [3, 11, 17, 24, 38].entries()) {
      const first = 1 + round * 1000;
      const done = await killedWriter(root, first, afterMs);

      const store = openBarStore(root);
      const pin = pinned(await store.series('M&M', '1d'));
      const bars = await store.read(pin);
      const history = await store.history(vendorName);
      const presence = await store.presence(vendorName);
      expect(done).toBeGreaterThanOrEqual(first);
      expect(history.standing.bars).toEqual(bars);
      expect(presence.days).toEqual(dayCounts(bars.ts));
      expect(pin.rows).toBe(bars.ts.length);
      // Bars `first - 1` to `done`, and perhaps one that was stored and not told of any more.
      const ofRound = [...bars.close].filter((close) => close >= 100 + first - 1);
      expect([done - first + 2, done - first + 3]).toContain(ofRound.length);
      expect(ofRound.slice(0, done - first + 1)).toEqual(
        Array.from({ length: done - first + 1 }, (_, i) => 100.5 + first - 1 + i),
      );
      expect(history.quarantined.length).toBe(history.fetches.length);
      expect(history.superseded.bars.ts.length).toBe(presence.revisions);
    }

    const store = openBarStore(root);
    await store.compact(vendor);
    await append(store, vendor, dailyBars('1999-01-01', [1]));
    expect((await store.series('M&M', '1d'))?.first).toBe('1999-01-01');
  });
});
