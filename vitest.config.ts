import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { Tally } from './scripts/testing/tally.ts';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    // Temporal's native core crashes in threads.
    pool: 'forks',
    // Each file brings its own workers and threads: more files than half the cores starve them.
    maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)),
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
    globalSetup: './scripts/testing/global-setup.ts',
    reporters: ['default', new Tally()],
  },
});
