import { describe, expect, test } from 'vitest';
import { buildBundle } from './bundle.ts';

/** Packages that the sandbox may hold: Temporal's workflow side and what it stands on. */
const allowed = ['@temporalio/common', '@temporalio/workflow', 'long', 'ms', 'nexus-rpc'];

describe('the workflow bundle', () => {
  test('holds workflows, contracts and the workflow SDK, and nothing else', async () => {
    const warnings: string[] = [];

    const { code } = await buildBundle((message) => warnings.push(message));

    const sources = sourcesOf(code);
    const packages = sources.flatMap((source) => packageOf(source) ?? []);
    const own = sources.filter((source) => packageOf(source) === undefined);
    const strangers = own.filter(
      (file) => !/\/(workflows|shared\/contracts)\/[\w-]+\.(ts|cjs)$/.test(file),
    );
    expect([...new Set(packages)].toSorted()).toEqual(allowed);
    expect(own.some((file) => file.endsWith('/workflows/train-run.ts'))).toBe(true);
    expect(strangers).toEqual([]);
    expect(warnings).toEqual([]);
  });
});

/** Files a bundle was made of, from its source map. */
function sourcesOf(code: string): string[] {
  const map = /sourceMappingURL=data:application\/json;[^,]*,([\w+/=]+)/.exec(code)?.[1] ?? '';
  const { sources } = JSON.parse(Buffer.from(map, 'base64').toString()) as { sources: string[] };
  return sources.filter((source) => !source.startsWith('webpack/'));
}

function packageOf(source: string): string | undefined {
  return /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1];
}
