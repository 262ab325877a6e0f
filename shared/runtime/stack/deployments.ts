import { setTimeout as pause } from 'node:timers/promises';
import { LaneError } from '../../contracts/errors.ts';
import type { Temporal } from './client.ts';
import { codeOfCall, notFound } from './grpc-status.ts';

/** A version of the code that some processes run. */
export interface DeployedVersion {
  readonly deployment: string;
  readonly buildId: string;
}

const askEveryMs = 100;

/**
 * Makes a version the one that new workflows begin on. A server learns of a version by its first
 * poller: this waits for it.
 *
 * @throws LaneError if nobody polls with it in time
 */
export async function makeCurrent(
  { client, place }: Pick<Temporal, 'client' | 'place'>,
  { deployment, buildId }: DeployedVersion,
  waitMs = 60_000,
): Promise<void> {
  const until = performance.now() + waitMs;
  for (;;)
    try {
      await client.connection.workflowService.setWorkerDeploymentCurrentVersion({
        namespace: place.namespace,
        deploymentName: deployment,
        buildId,
        version: `${deployment}.${buildId}`,
        identity: 'sensequant up',
        // Lanes and sources come and go with the configuration.
        ignoreMissingTaskQueues: true,
      });
      return;
    } catch (error) {
      if (!mayComeYet(error)) throw error;
      if (performance.now() > until)
        throw new LaneError(
          `nobody polls as version "${buildId}" of "${deployment}" after "${waitMs / 1000}" s; see the ` +
            'logs of its processes',
          {},
          { cause: error },
        );
      await pause(askEveryMs);
    }
}

/** Failed precondition: the deployment is known, the version is not yet. */
const notYet = 9;

function mayComeYet(error: unknown): boolean {
  return [notFound, notYet].includes(codeOfCall(error) ?? 0);
}

/** A version that only finishes what began on it, and whether somebody still does. */
export interface DrainingVersion extends DeployedVersion {
  readonly isPolled: boolean;
}

/** Versions of a deployment that open workflows are pinned to and that are not current. */
export async function drainingVersions(
  { client, place }: Pick<Temporal, 'client' | 'place'>,
  deployment: string,
): Promise<DrainingVersion[]> {
  const { namespace } = place;
  const { workflowService } = client.connection;
  const described = await workflowService
    .describeWorkerDeployment({ namespace, deploymentName: deployment })
    .catch((error: unknown) => {
      if (codeOfCall(error) === notFound) return undefined;
      throw error;
    });
  // VERSION_DRAINAGE_STATUS_DRAINING
  const summaries = (described?.workerDeploymentInfo?.versionSummaries ?? []).filter(
    ({ drainageStatus }) => drainageStatus === 1,
  );
  return await Promise.all(
    summaries.map(async ({ deploymentVersion }) => {
      const buildId = deploymentVersion?.buildId ?? '';
      const version = await workflowService.describeWorkerDeploymentVersion({
        namespace,
        version: `${deployment}.${buildId}`,
        deploymentVersion: { deploymentName: deployment, buildId },
      });
      const queues = version.workerDeploymentVersionInfo?.taskQueueInfos ?? [];
      const polled = await Promise.all(
        queues.map(async ({ name, type }) => {
          const { pollers } = await workflowService.describeTaskQueue({
            namespace,
            taskQueue: { name: name ?? '' },
            taskQueueType: type ?? 1,
          });
          return (pollers ?? []).some(
            ({ deploymentOptions }) => deploymentOptions?.buildId === buildId,
          );
        }),
      );
      return { deployment, buildId, isPolled: polled.includes(true) };
    }),
  );
}
