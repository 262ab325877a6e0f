import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const checkout = fileURLToPath(new URL('../..', import.meta.url));

/** Starts a script of this text as the npm scripts do. */
function start(script: string, ...args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'run-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'script.ts'), script);
  const run = join(checkout, 'scripts/setup/run.mjs');
  const path = relative(checkout, join(folder, 'script.ts'));
  // A group of its own: in a terminal's own group, SIGINT is left to the terminal.
  const stdio: ['pipe', 'pipe', 'inherit'] = ['pipe', 'pipe', 'inherit'];
  return spawn(process.execPath, [run, path, ...args], { stdio, detached: true });
}

test('hands over arguments, streams and the exit code', async () => {
  const run = start(
    `process.stdin.on('data', (data) => console.log(process.argv.slice(2).join('|'), String(data)))
      .on('end', () => process.exit(3));`,
    'a b',
    '--json',
  );
  run.stdin.end('input');

  expect(await text(run.stdout)).toBe('a b|--json input\n');
  expect(run.exitCode ?? (await once(run, 'exit'))[0]).toBe(3);
});

test('ends by the signal that ended the script', async () => {
  const run = start("process.kill(process.pid, 'SIGKILL');");

  expect(await once(run, 'exit')).toEqual([null, 'SIGKILL']);
});

test.each(['SIGINT', 'SIGTERM'] as const)('passes %s on once', async (signal) => {
  const run = start(
    `process.on('${signal}', () => { console.log('${signal}'); setTimeout(() => process.exit(0), 300); });
     setInterval(() => {}, 1000);
     console.log('ready');`,
  );
  const output = text(run.stdout);
  await once(run.stdout, 'data');

  run.kill(signal);

  expect(await output).toBe(`ready\n${signal}\n`);
});
