import { Client, Connection } from '@temporalio/client';
import { InputError, SourceError } from '../contracts/errors.ts';
import { searchAttributes } from '../contracts/search-attributes.ts';
import type { EpochMs } from '../contracts/time.ts';
import type { DataRoot } from './data-root.ts';
import type { TemporalPlace } from './stack.ts';

/** gRPC status of "there is no such thing" and "there is one already". */
const notFound = 5;
const alreadyExists = 6;
/** Kinds of search attributes by their number in Temporal's API. */
const attributeTypes = { Keyword: 2, Datetime: 6 } as const;

/** A connection to a stack's server. */
export interface Temporal {
  readonly client: Client;
  readonly place: TemporalPlace;
  close(): Promise<void>;
}

/**
 * Connects to a server.
 *
 * @throws SourceError if nothing answers there
 */
export async function connect(place: TemporalPlace, timeoutMs = 5_000): Promise<Temporal> {
  try {
    const connection = await Connection.connect({
      ...place.connection,
      connectTimeout: timeoutMs,
    });
    const client = new Client({ connection, namespace: place.namespace });
    return { client, place, close: () => connection.close() };
  } catch (error) {
    throw new SourceError(
      `no Temporal server answers at "${place.address}"; start the stack: ` +
        `npm run -s sensequant -- up`,
      { address: place.address },
      { cause: error },
    );
  }
}

/**
 * Makes the stack's namespace and search attributes where they are missing.
 *
 * @throws InputError if the namespace belongs to another data root
 */
export async function ensureNamespace(
  { client, place }: Temporal,
  root: DataRoot,
  retentionDays: number,
): Promise<void> {
  const { workflowService, operatorService } = client.connection;
  const { namespace } = place;
  try {
    await workflowService.registerNamespace({
      namespace,
      description: `SenseQuant, data root ${root.path}`,
      workflowExecutionRetentionPeriod: { seconds: (retentionDays * 86_400) as never },
      data: { sensequantRoot: root.id },
    });
  } catch (error) {
    if (statusOf(error) !== alreadyExists) throw error;
  }
  const known = await operatorService.listSearchAttributes({ namespace });
  const missing = Object.entries(searchAttributes).filter(
    ([name]) => known.customAttributes?.[name] === undefined,
  );
  if (missing.length > 0)
    await operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(
        missing.map(([name, type]) => [name, attributeTypes[type]]),
      ),
    });
  await checkNamespace({ client, place }, root);
}

/**
 * Refuses a namespace that another data root works in.
 *
 * @throws InputError if it is another's, or does not exist
 */
export async function checkNamespace(
  { client, place }: Pick<Temporal, 'client' | 'place'>,
  root: DataRoot,
): Promise<void> {
  const { namespace } = place;
  let owner: string | null | undefined;
  try {
    const described = await client.connection.workflowService.describeNamespace({ namespace });
    owner = described.namespaceInfo?.data?.sensequantRoot;
  } catch (error) {
    if (statusOf(error) !== notFound) throw error;
    throw new InputError(
      `the server at "${place.address}" has no namespace "${namespace}"; start the stack: ` +
        `npm run -s sensequant -- up`,
    );
  }
  if (owner !== undefined && owner !== null && owner !== root.id)
    throw new InputError(
      `namespace "${namespace}" at "${place.address}" belongs to data root "${owner}", this is ` +
        `"${root.path}" ("${root.id}"); use another namespace or that data root`,
    );
}

/** When somebody last asked a queue for activities; undefined where nobody did of late. */
export async function lastPoll(
  { client, place }: Temporal,
  queue: string,
): Promise<EpochMs | undefined> {
  const { pollers } = await client.connection.workflowService.describeTaskQueue({
    namespace: place.namespace,
    taskQueue: { name: queue },
    // TASK_QUEUE_TYPE_ACTIVITY
    taskQueueType: 2,
  });
  const times = (pollers ?? []).map(({ lastAccessTime }) => Number(lastAccessTime?.seconds) * 1000);
  return times.length === 0 ? undefined : (Math.max(...times) as EpochMs);
}

function statusOf(error: unknown): unknown {
  return error !== null && typeof error === 'object' && 'code' in error ? error.code : undefined;
}
