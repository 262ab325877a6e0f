import { Command } from 'commander';
import { InputError } from '../../shared/contracts/errors.ts';
import { isRunName } from '../../shared/contracts/ids.ts';
import type { EpochMs } from '../../shared/contracts/time.ts';
import { checkNamespace, connect } from '../../shared/runtime/client.ts';
import { readConfig } from '../../shared/runtime/config.ts';
import { openDataRoot } from '../../shared/runtime/data-root.ts';
import { openPlans } from '../../shared/runtime/plans.ts';
import { readReference } from '../../shared/runtime/reference.ts';
import { temporalPlace } from '../../shared/runtime/stack.ts';
import { exitCodeOf, followRun, reportText } from '../follow-run.ts';
import { attendRun } from '../attend-run.ts';
import { startRun } from '../run-client.ts';
import { requestFrom, withRequestOptions, type RequestOptions } from './request-options.ts';

interface TrainOptions extends RequestOptions {
  readonly wait?: boolean;
  readonly name?: string;
  readonly json?: boolean;
}

/** `train`: starts a durable run, or attaches to an equal one that is open. */
export function trainCommand(): Command {
  return withRequestOptions(new Command('train'))
    .description('train every window that is due; an equal run that is open is attached to')
    .option('--wait', 'stay until it ends and print its report')
    .option('--name <name>', "the run's name (default: as-of day and digest of the request)")
    .action(train);
}

async function train(options: TrainOptions): Promise<void> {
  const { name, wait, json } = options;
  if (name !== undefined && !isRunName(name))
    throw new InputError(`"${name}" cannot name a run; use letters, digits, ".", "_", "&", "-"`);
  const config = await readConfig();
  const root = await openDataRoot(config.dataRoot);
  const request = await requestFrom(options);
  const { calendar } = await readReference();
  const asOf = request.asOf ?? calendar.lastClosedSession(Date.now() as EpochMs);
  const temporal = await connect(await temporalPlace(config, root));
  try {
    await checkNamespace(temporal, root);
    const asked = { ...request, asOf, root: root.id };
    const started = await startRun(temporal, openPlans(root), asked, name);
    await attendRun(started, {
      what: 'run',
      wait,
      json,
      follow: (runId) => followRun(temporal, root, runId),
      text: reportText,
      exitCode: exitCodeOf,
    });
  } finally {
    await temporal.close();
  }
}
