import { open, readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { asSenseQuantError } from '../../shared/contracts/errors.ts';
import { searchAttributes } from '../../shared/contracts/search-attributes.ts';
import { connect, type Temporal } from '../../shared/runtime/stack/client.ts';
import type { Config } from '../../shared/runtime/stack/config.ts';
import { openDataRoot, type DataRoot } from '../../shared/runtime/data-root.ts';
import { drainingVersions } from '../../shared/runtime/stack/deployments.ts';
import { configuredCluster, temporalPlace } from '../../shared/runtime/stack/stack.ts';
import { databaseFile } from '../../workers/dev-server.ts';
import type { Check } from './checks.ts';
import { findTemporal, isRecent, oldestServer, type TemporalFound } from './temporal.ts';

/** Packages of Temporal's SDK, which must be of one release. */
const sdkPackages = ['client', 'common', 'activity', 'workflow', 'worker', 'envconfig'] as const;

/**
 * Looks at the SDK, at the file in which the stack's own server keeps its histories, and, where a
 * server answers, at what it has of this data root. Changes nothing.
 */
export async function serverChecks(config: Config): Promise<Check[]> {
  const root = await openDataRoot(config.dataRoot);
  const tool = await findTemporal().catch(() => undefined);
  const isOwn = configuredCluster(config, root) === undefined;
  return [
    await sdk(),
    ...(isOwn && tool !== undefined ? [await database(config, root, tool)] : []),
    ...(await ofServer(config, root, isOwn ? tool : undefined)),
  ];
}

async function sdk(): Promise<Check> {
  const versions = new Map<string, string>();
  for (const name of sdkPackages) {
    const file = createRequire(import.meta.url).resolve(`@temporalio/${name}/package.json`);
    versions.set(name, (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version);
  }
  const found = [...new Set(versions.values())];
  const check = { name: 'temporal sdk', ok: found.length === 1 };
  if (check.ok) return { ...check, found: found[0] };
  return {
    ...check,
    found: Array.from(versions, ([name, version]) => `${name} ${version}`).join(', '),
    remedy: 'pin all @temporalio packages to one release in package.json and run npm install',
  };
}

/** Byte 18 of a SQLite file: 2 where it is written by way of a log (WAL). */
const journalByte = 18;

async function database(
  { temporal }: Config,
  root: DataRoot,
  { server }: TemporalFound,
): Promise<Check> {
  const name = 'temporal database';
  const file = databaseFile(root, server);
  const others = (await readdir(path.dirname(file))).filter(
    (other) => /^temporal-.*\.db$/.test(other) && other !== path.basename(file),
  );
  const header = await headerOf(file);
  if (header === undefined && others.length > 0)
    return {
      name,
      ok: false,
      found: `"${others.join('", "')}" of another release, none of server ${server}`,
      remedy:
        'tables are not carried over: let open runs end with the release that began them ' +
        '(TEMPORAL_CLI), then remove its file; reports and models are kept elsewhere',
    };
  if (header === undefined) return { name, ok: true, found: 'none yet; the first up makes it' };
  const isWal = header[journalByte] === 2;
  const wanted = String(temporal.devServer.sqlitePragmas['journal_mode']).toUpperCase();
  if (isWal || wanted !== 'WAL')
    return { name, ok: true, found: `"${file}", ${isWal ? 'WAL' : 'no WAL'}` };
  return {
    name,
    ok: false,
    found: `"${file}" is not in WAL mode, which temporal-dev.yaml asks for`,
    remedy: 'restart the stack: down, then up',
  };
}

async function headerOf(file: string): Promise<Buffer | undefined> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    const { buffer } = await handle.read(Buffer.alloc(journalByte + 2), 0, journalByte + 2, 0);
    return buffer;
  } finally {
    await handle.close();
  }
}

async function ofServer(
  config: Config,
  root: DataRoot,
  tool: TemporalFound | undefined,
): Promise<Check[]> {
  let temporal: Temporal | undefined;
  try {
    temporal = await connect(await temporalPlace(config, root));
    return [
      await release(temporal, tool),
      await retention(temporal, config),
      await attributes(temporal),
      ...(await versions(temporal, config)),
    ];
  } catch (error) {
    const known = asSenseQuantError(error);
    if (known?.name === 'InputError' && temporal === undefined)
      return [{ name: 'server', ok: true, found: 'no stack is up; up starts one' }];
    const remedy = known === undefined ? 'see its logs under state/logs' : 'see what it says';
    const found = error instanceof Error ? error.message : String(error);
    return [{ name: 'server', ok: false, found, remedy }];
  } finally {
    await temporal?.close();
  }
}

async function release({ client }: Temporal, tool: TemporalFound | undefined): Promise<Check> {
  const { serverVersion } = await client.connection.workflowService.getSystemInfo({});
  const running = serverVersion ?? 'unknown';
  const check = { name: 'server', found: `server ${running} runs` };
  if (!isRecent(running))
    return {
      ...check,
      ok: false,
      remedy: `the SDK of this checkout needs server ${oldestServer.join('.')} or later: upgrade it`,
    };
  if (tool !== undefined && tool.server !== running)
    return {
      ...check,
      ok: false,
      found: `server ${running} runs, the "temporal" command has ${tool.server}`,
      remedy: 'restart the stack when no run is open: down, then up',
    };
  return { ...check, ok: true };
}

const daySeconds = 86_400;

async function retention({ client, place }: Temporal, config: Config): Promise<Check> {
  const { address, namespace } = place;
  const described = await client.connection.workflowService.describeNamespace({ namespace });
  const days = Number(described.config?.workflowExecutionRetentionTtl?.seconds ?? 0) / daySeconds;
  const wanted = config.temporal.retentionDays;
  const check = { name: 'retention', found: `${days} days in namespace ${namespace}` };
  if (days >= wanted) return { ...check, ok: true };
  return {
    ...check,
    ok: false,
    remedy:
      `temporal operator namespace update --address ${address} --namespace ${namespace} ` +
      `--retention ${wanted}d`,
  };
}

async function attributes({ client, place }: Temporal): Promise<Check> {
  const { address, namespace } = place;
  const { customAttributes } = await client.connection.operatorService.listSearchAttributes({
    namespace,
  });
  const missing = Object.entries(searchAttributes).filter(
    ([name]) => customAttributes?.[name] === undefined,
  );
  const name = 'search attributes';
  const count = Object.keys(searchAttributes).length;
  if (missing.length === 0) return { name, ok: true, found: `all ${count}` };
  const flags = missing.map(([one, type]) => `--name ${one} --type ${type}`).join(' ');
  return {
    name,
    ok: false,
    found: `without ${missing.map(([one]) => one).join(', ')}`,
    remedy:
      `temporal operator search-attribute create --address ${address} --namespace ${namespace} ` +
      `${flags}, or restart the stack`,
  };
}

async function versions(temporal: Temporal, { versioning }: Config): Promise<Check[]> {
  if (versioning === undefined) return [];
  const name = 'versions';
  const draining = await drainingVersions(temporal, versioning.deployment);
  const left = draining.filter(({ isPolled }) => !isPolled).map(({ buildId }) => buildId);
  if (left.length === 0) {
    const others = draining.map(({ buildId }) => buildId);
    const also = others.length === 0 ? '' : `, open runs on ${others.join(', ')}`;
    return [{ name, ok: true, found: `${versioning.buildId} of ${versioning.deployment}${also}` }];
  }
  return [
    {
      name,
      ok: false,
      found: `runs are open on ${left.join(', ')}, and nobody polls for them`,
      remedy:
        'start the orchestrator of that release in its checkout, on this data root: ' +
        'node scripts/setup/run.mjs workers/orchestrator.ts',
    },
  ];
}
