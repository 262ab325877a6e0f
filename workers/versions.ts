import type { WorkerDeploymentOptions, WorkerOptions } from '@temporalio/worker';
import type { Config } from '../shared/runtime/stack/config.ts';
import type { DeployedVersion } from '../shared/runtime/stack/deployments.ts';

/** What is deployed on its own: workflows, and what their activities run on. */
export type DeployedPart = 'orchestrator' | 'work' | 'lanes';

/**
 * The version that a part of the stack runs as; undefined where versions are off. Work and lanes have
 * deployments of their own: activities of a pinned workflow go to whatever version of theirs is
 * current, so that one machine's lanes serve workflows of two versions.
 */
export function versionOf(
  versioning: Config['versioning'],
  part: DeployedPart,
): DeployedVersion | undefined {
  if (versioning === undefined) return undefined;
  const { deployment, buildId } = versioning;
  return { deployment: part === 'orchestrator' ? deployment : `${deployment}-${part}`, buildId };
}

/** The options by which a worker says its version; none where versions are off. */
export function versionOptions(
  versioning: Config['versioning'],
  part: DeployedPart,
): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  const version = versionOf(versioning, part);
  if (version === undefined) return {};
  const workerDeploymentOptions: WorkerDeploymentOptions = {
    version: { deploymentName: version.deployment, buildId: version.buildId },
    useWorkerVersioning: true,
    // A workflow ends on the code it began on; `lanes`, which never ends, says otherwise itself.
    defaultVersioningBehavior: 'PINNED',
  };
  return { workerDeploymentOptions };
}
