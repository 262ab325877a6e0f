import { userInfo } from 'node:os';
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { InputError } from '../shared/contracts/errors.ts';
import { lanesWorkflowId } from '../shared/contracts/ids.ts';
import type {
  DrainRequest,
  LanesView,
  LimitsRequest,
  UndrainRequest,
} from '../shared/contracts/lanes.ts';
import { connect, type Temporal } from '../shared/runtime/stack/client.ts';
import { readConfig } from '../shared/runtime/stack/config.ts';
import { openDataRoot } from '../shared/runtime/data-root.ts';
import { temporalPlace } from '../shared/runtime/stack/stack.ts';
import { tableText } from './output.ts';

/** What an operator asks of a stack's lanes. */
export interface LanesUpdates {
  readonly drain: DrainRequest;
  readonly undrain: UndrainRequest;
  readonly limits: LimitsRequest;
}

/** Who asks, unless told otherwise. */
export const operator = userInfo().username;

/** How the lanes of the data root's stack stand. */
export async function lanesNow(): Promise<LanesView> {
  return await withLanes(({ client }) =>
    client.workflow.getHandle(lanesWorkflowId).query<LanesView>('lanes'),
  );
}

/**
 * Asks something of the lanes of the data root's stack.
 *
 * @returns how they stand then
 * @throws InputError if it is refused, in the words of the workflow
 */
export async function askLanes<Name extends keyof LanesUpdates>(
  name: Name,
  request: LanesUpdates[Name],
): Promise<LanesView> {
  return await withLanes(({ client }) =>
    client.workflow
      .getHandle(lanesWorkflowId)
      .executeUpdate<LanesView, [LanesUpdates[Name]]>(name, { args: [request] }),
  );
}

/** Lanes for a person. */
export function lanesText({ lanes, inFlight, batches }: LanesView): string {
  const said = ({ why, who }: LanesView['lanes'][number]): string =>
    [who === undefined ? '' : `by ${who}`, why ?? ''].filter((words) => words !== '').join(': ');
  return [
    tableText(
      ['lane', 'device', 'state', 'starts', 'why'],
      lanes.map((one) => [one.lane, one.device, one.state, one.generation, said(one)]),
    ),
    `${inFlight} windows in flight a lane; open: ${batches.join(', ') || 'no batch'}`,
  ].join('\n');
}

async function withLanes<Answer>(ask: (temporal: Temporal) => Promise<Answer>): Promise<Answer> {
  const config = await readConfig();
  const root = await openDataRoot(config.dataRoot);
  const temporal = await connect(await temporalPlace(config, root));
  try {
    return await ask(temporal);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError)
      throw new InputError(
        'no lane of this stack has announced itself yet; see: ' +
          'npm run -s sensequant -- status --processes',
      );
    if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure)
      throw new InputError(error.cause.message);
    throw error;
  } finally {
    await temporal.close();
  }
}
