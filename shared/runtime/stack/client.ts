import { Client, Connection } from '@temporalio/client';
import { InputError, SourceError } from '../../contracts/errors.ts';
import { searchAttributes } from '../../contracts/search-attributes.ts';
import type { EpochMs } from '../../contracts/time.ts';
import type { DataRoot } from '../data-root.ts';
import { alreadyExists, codeOfCall, notFound } from './grpc-status.ts';
import type { TemporalPlace } from './stack.ts';

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
    if (codeOfCall(error) !== alreadyExists) throw error;
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
    if (codeOfCall(error) !== notFound) throw error;
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

/** The history of a workflow's execution, as `Worker.runReplayHistory` takes it once parsed. */
export async function historyJson(
  { client }: Temporal,
  workflowId: string,
  temporalRunId: string,
): Promise<string> {
  const history = await client.workflow.getHandle(workflowId, temporalRunId).fetchHistory();
  // Brings the whole protocol with it, which no other command needs.
  const { historyToJSON } = await import('@temporalio/common/lib/proto-utils.js');
  return historyToJSON(history);
}

/** The namespace by which the stack's own server is told from another on the same port. */
export function serverMark(root: DataRoot): string {
  return `server-of-${root.id}`;
}

/** Whether a server was started by the stack of a data root: it has its mark from the start. */
export async function isServerOf(
  { client }: Pick<Temporal, 'client'>,
  root: DataRoot,
): Promise<boolean> {
  try {
    await client.connection.workflowService.describeNamespace({ namespace: serverMark(root) });
    return true;
  } catch (error) {
    if (codeOfCall(error) === notFound) return false;
    throw error;
  }
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
