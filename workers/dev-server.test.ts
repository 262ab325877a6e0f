import { openSync } from 'node:fs';
import path from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { connect, isServerOf } from '../shared/runtime/stack/client.ts';
import { readConfig } from '../shared/runtime/stack/config.ts';
import { scratchRoot } from '../shared/runtime/scratch.fixture.ts';
import { devServer } from './dev-server.ts';
import { keepProcess } from './kept-process.ts';

test('is told from another server, which may have taken its port', async () => {
  const root = await scratchRoot();
  const other = await scratchRoot();
  const server = await devServer(inject('temporalCli'), await readConfig(), root);
  const output = openSync(path.join(root.path, 'log'), 'a');
  const kept = keepProcess(() => server.start(output), { started: () => {}, died: () => {} });
  onTestFinished(() => kept.stop(10_000));
  const { address } = server;

  const temporal = await connect({ address, namespace: 'any', connection: { address } }, 60_000);
  onTestFinished(() => temporal.close());

  expect(await isServerOf(temporal, root)).toBe(true);
  expect(await isServerOf(temporal, other)).toBe(false);
});
