import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const checkout = fileURLToPath(new URL('../..', import.meta.url));

/** A file of each room, a line in it, and what the lint says to that line. */
const forbidden: readonly (readonly [file: string, line: string, message: string])[] = [
  ['shared/contracts/a.ts', "import { z } from 'zod';", 'contracts import nothing'],
  [
    'shared/contracts/b.ts',
    "import type { Bars } from '../domain/market/a.ts';",
    'contracts import',
  ],
  ['shared/contracts/c.ts', 'process.exit();', 'know no process'],
  ['shared/domain/market/a.ts', "import { x } from '../samples/a.ts';", 'market < samples'],
  ['shared/domain/market/b.ts', "import fs from 'node:fs';", 'no package but pure-rand'],
  ['shared/domain/market/c.ts', 'Date.now();', 'the clock is read in shared/runtime'],
  ['shared/domain/samples/a.ts', "import type { B } from '../training/a.ts';", 'market < samples'],
  [
    'shared/domain/samples/rsi/a.ts',
    "import { x } from '../../training/a.ts';",
    'market < samples',
  ],
  ['shared/domain/samples/b.ts', 'Math.random();', 'chance is seeded'],
  ['shared/domain/training/a.ts', "import { x } from '../validation/a.ts';", 'market < samples'],
  ['shared/domain/training/b.ts', "import { x } from '../../runtime/a.ts';", 'market < samples'],
  ['shared/domain/validation/a.ts', "import { log } from '@temporalio/activity';", 'the domain'],
  [
    'shared/domain/validation/b.ts',
    "import { x } from '../../../activities/index.ts';",
    'the domain',
  ],
  [
    'shared/runtime/a.ts',
    "import { x } from '../domain/samples/a.ts';",
    'types, default options and onnxMetadata',
  ],
  ['shared/runtime/b.ts', "import type { A } from '../../activities/index.ts';", 'its own room'],
  ['shared/runtime/c.ts', "import { Client } from '@temporalio/client';", 'in client.ts'],
  ['shared/runtime/d.ts', "import { z } from 'zod';", 'parsed once'],
  ['shared/runtime/e.ts', 'process.env.HOME;', 'read in shared/runtime/stack/config.ts'],
  ['activities/market/a.ts', "import { x } from '../samples/a.ts';", 'its own room'],
  [
    'activities/training/a.ts',
    "import { x } from '../../shared/runtime/stack/stack.ts';",
    'from its world',
  ],
  ['activities/training/b.ts', "import { x } from '../../workflows/a.ts';", 'an activity imports'],
  ['activities/validation/a.ts', "import { Worker } from '@temporalio/worker';", 'an activity'],
  [
    'activities/validation/b.ts',
    "import { ApplicationFailure } from '@temporalio/common';",
    'five',
  ],
  ['activities/validation/c.ts', 'Date.now();', 'the clock is read in shared/runtime'],
  ['workflows/a.ts', "import { x } from '../activities/index.ts';", 'import type'],
  ['workflows/b.ts', "import type { B } from '../shared/domain/market/a.ts';", 'decide'],
  ['workflows/c.ts', "import { x } from '../shared/runtime/a.ts';", 'decide'],
  ['workflows/d.ts', "import fs from 'node:fs';", 'decide'],
  ['workflows/e.ts', "import { z } from 'zod';", 'decide'],
  ['workers/a.ts', "import { x } from '../shared/domain/market/a.ts';", 'workers wire'],
  ['workers/b.ts', "import { x } from '../workflows/index.ts';", 'import type'],
  ['scripts/a.ts', "import { x } from '../workflows/index.ts';", 'import type'],
  ['scripts/b.ts', "import { x } from '../shared/domain/market/a.ts';", 'scripts call activities'],
  ['scripts/c.ts', "import { Worker } from '@temporalio/worker';", "Temporal's client"],
  ['workers/c.ts', 'process.env.HOME;', 'read in shared/runtime/stack/config.ts'],
  ['workers/d.ts', 'Promise.resolve(1);', 'Promises must be awaited'],
  ['workers/e.ts', 'export default 1;', 'named exports'],
  ['workers/f.ts', "export * from './a.ts';", 'Barrel file'],
  ['workers/g.ts', 'export const x: any = 1;', 'any'],
  ['workers/h.ts', "export { i } from './i.ts'; export const h = 1;", 'cycle'],
  ['workers/i.ts', "export { h } from './h.ts'; export const i = 1;", 'cycle'],
  ['dashboard/a.ts', "import { x } from '../workers/world.ts';", 'the dashboard reads'],
];

/** What the same rooms may do. */
const allowed: readonly (readonly [file: string, line: string])[] = [
  ['shared/contracts/z.ts', "import { x } from './a.ts';"],
  ['shared/domain/samples/rsi/z.ts', "import { x } from '../../market/z.ts';"],
  ['shared/domain/samples/y.ts', "import { x } from '../../contracts/z.ts';"],
  [
    'shared/domain/samples/x.ts',
    "import { uniform } from 'pure-rand/distribution/uniformFloat64';",
  ],
  ['shared/runtime/z.ts', "import { bars } from '../domain/market/z.ts';"],
  ['shared/runtime/x.ts', "import type { Booster } from '../domain/training/z.ts';"],
  ['shared/runtime/y.ts', "import { defaultSplitOptions } from '../domain/samples/z.ts';"],
  ['shared/runtime/stack/client.ts', "import { Client } from '@temporalio/client';"],
  ['shared/runtime/stack/config.ts', "import { z } from 'zod';"],
  ['activities/training/z.ts', "import { x } from '../../shared/domain/samples/z.ts';"],
  ['activities/training/y.ts', "import { sha256 } from '../../shared/runtime/files/digest.ts';"],
  ['workflows/z.ts', "import type { A } from '../activities/index.ts';"],
  ['workflows/y.ts', "import { x } from '../shared/contracts/z.ts';"],
  ['scripts/z.ts', "import type { trainRun } from '../workflows/index.ts';"],
  ['shared/domain/market/z.test.ts', "import { x } from '../validation/z.ts';"],
];

interface Diagnostic {
  readonly filename: string;
  readonly message: string;
  readonly help?: string;
}

let folder: string;
let said: readonly Diagnostic[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lint-'));
  copyFileSync(join(checkout, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'));
  for (const [file, line] of [...forbidden, ...allowed]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `${line}\n`);
  }
  const oxlint = join(checkout, 'node_modules/oxlint/bin/oxlint');
  const args = [oxlint, '--format=json', '--ignore-pattern=node_modules', '.'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  said = JSON.parse(stdout).diagnostics;
});

afterAll(() => rmSync(folder, { recursive: true }));

/** What the layering rules say to a file; that an import is unused is no matter here. */
function saidTo(file: string): string {
  return said
    .filter(({ filename, message }) => filename === file && !message.includes('never used'))
    .map(({ message, help }) => `${message} ${help}`)
    .join('\n');
}

test.each(forbidden)('%s may not say %s', (file, _line, message) => {
  expect(saidTo(file)).toContain(message);
});

test.each(allowed)('%s may say %s', (file) => {
  expect(saidTo(file)).toBe('');
});
