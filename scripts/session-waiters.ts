import { WorkflowNotFoundError } from '@temporalio/client';
import { InputError, SourceError } from '../shared/contracts/errors.ts';
import { connect, type Temporal } from '../shared/runtime/stack/client.ts';
import type { Config } from '../shared/runtime/stack/config.ts';
import type { DataRoot } from '../shared/runtime/data-root.ts';
import { temporalPlace } from '../shared/runtime/stack/stack.ts';

/** The signal that a new session is stored; it carries nothing, so no secret enters a history. */
const renewed = 'sessionRenewed';

/**
 * Tells every open backfill of a stack that a new session is stored.
 *
 * @returns ids of those that were told; undefined where no stack is up
 */
export async function tellBackfills(
  config: Config,
  root: DataRoot,
): Promise<readonly string[] | undefined> {
  const temporal = await stackOf(config, root);
  if (temporal === undefined) return undefined;
  try {
    return await signalAll(temporal);
  } finally {
    await temporal.close();
  }
}

async function signalAll({ client }: Temporal): Promise<string[]> {
  const query = "WorkflowType = 'backfillRun' AND ExecutionStatus = 'Running'";
  const told: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query }))
    try {
      await client.workflow.getHandle(workflowId).signal(renewed);
      told.push(workflowId);
    } catch (error) {
      // It has closed since it was listed.
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  return told;
}

async function stackOf(config: Config, root: DataRoot): Promise<Temporal | undefined> {
  try {
    return await connect(await temporalPlace(config, root));
  } catch (error) {
    if (error instanceof InputError || error instanceof SourceError) return undefined;
    throw error;
  }
}
