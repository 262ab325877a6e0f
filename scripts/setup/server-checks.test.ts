import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client, Connection } from '@temporalio/client';
import { afterEach, describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { ensureNamespace } from '../../shared/runtime/stack/client.ts';
import { readConfig, type Config } from '../../shared/runtime/stack/config.ts';
import { openDataRoot } from '../../shared/runtime/data-root.ts';
import { scratchFolder } from '../../shared/runtime/scratch.fixture.ts';
import type { Check } from './checks.ts';
import { serverChecks } from './server-checks.ts';
import { findTemporal } from './temporal.ts';

afterEach(() => void vi.unstubAllEnvs());

/** The checks of a data root of its own, by their names. */
async function checks(config: Config): Promise<Record<string, Check>> {
  return Object.fromEntries((await serverChecks(config)).map((check) => [check.name, check]));
}

async function configOf(dataRoot = scratchFolder()): Promise<Config> {
  vi.stubEnv('TEMPORAL_CLI', inject('temporalCli'));
  return { ...(await readConfig()), dataRoot };
}

describe('serverChecks', () => {
  test('finds nothing wrong where nothing is up yet', async () => {
    const found = await checks(await configOf());

    expect(Object.values(found).filter(({ ok }) => !ok)).toEqual([]);
    expect(found['temporal sdk'].found).toMatch(/^\d+\.\d+\.\d+$/);
    expect(found['temporal database'].found).toContain('the first up makes it');
    expect(found['server'].found).toContain('no stack is up');
  });

  test('finds a database that is not written by way of a log, or of another release', async () => {
    const config = await configOf();
    const { server } = (await findTemporal())!;
    const state = path.join(config.dataRoot, 'state');
    await mkdir(state, { recursive: true });
    await writeFile(path.join(state, 'temporal-1.2.db'), '');
    const other = (await checks(config))['temporal database'];
    const file = path.join(state, `temporal-${server.split('.').slice(0, 2).join('.')}.db`);
    const database = new DatabaseSync(file);
    database.exec('CREATE TABLE t (x)');
    const slow = (await checks(config))['temporal database'];
    database.exec('PRAGMA journal_mode = WAL');
    database.close();

    expect(other).toMatchObject({ ok: false, found: expect.stringContaining('temporal-1.2.db') });
    expect(slow).toMatchObject({ ok: false, remedy: expect.stringContaining('restart the stack') });
    expect((await checks(config))['temporal database']).toMatchObject({ ok: true });
  });

  test('finds attributes that are missing and a retention that is too short, with the commands', async () => {
    const config = await configOf();
    const address = inject('temporalAddress');
    const namespace = `test-${randomUUID().slice(0, 8)}`;
    vi.stubEnv('TEMPORAL_ADDRESS', address);
    vi.stubEnv('TEMPORAL_NAMESPACE', namespace);
    const connection = await Connection.connect({ address });
    onTestFinished(() => connection.close());
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    });
    const bare = await checks(config);
    const client = new Client({ connection, namespace });
    const place = { address, namespace, connection: { address } };
    const root = await openDataRoot(config.dataRoot);
    await ensureNamespace({ client, place, close: () => Promise.resolve() }, root, 1);
    const made = await checks({ ...config, temporal: { ...config.temporal, retentionDays: 1 } });

    expect(bare['server'].ok).toBe(true);
    expect(bare['search attributes'].remedy).toContain('--name ReplayOf --type Keyword');
    expect(bare['retention'].remedy).toContain(`--namespace ${namespace} --retention 90d`);
    expect(Object.values(made).filter(({ ok }) => !ok)).toEqual([]);
  });

  test('finds a server that does not answer', async () => {
    const config = await configOf();
    vi.stubEnv('TEMPORAL_ADDRESS', '127.0.0.1:1');

    const { server } = await checks(config);

    expect(server).toMatchObject({ ok: false, found: expect.stringContaining('127.0.0.1:1') });
  });
});
