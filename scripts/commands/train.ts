import { Command } from 'commander';
import { comparedArms } from '../../activities/samples/compared-arms.ts';
import { InputError } from '../../shared/contracts/errors.ts';
import { isRunName } from '../../shared/contracts/ids.ts';
import type { EpochMs } from '../../shared/contracts/time.ts';
import { checkNamespace, connect } from '../../shared/runtime/stack/client.ts';
import { readConfig } from '../../shared/runtime/stack/config.ts';
import { openDataRoot } from '../../shared/runtime/data-root.ts';
import { openPlans } from '../../shared/runtime/runs/plans.ts';
import { readReference } from '../../shared/runtime/reference/reference.ts';
import { temporalPlace } from '../../shared/runtime/stack/stack.ts';
import { exitCodeOf, followRun, reportText } from '../follow-run.ts';
import { attendRun } from '../attend-run.ts';
import { compareArms } from '../compare-arms.ts';
import { startRun } from '../run-client.ts';
import { requestFrom, withRequestOptions, type RequestOptions } from './request-options.ts';

interface TrainOptions extends RequestOptions {
  readonly wait?: boolean;
  readonly name?: string;
  readonly compare?: boolean;
  readonly json?: boolean;
}

/** `train`: starts a durable run, or attaches to an equal one that is open. */
export function trainCommand(): Command {
  return withRequestOptions(new Command('train'))
    .description('train every window that is due; an equal run that is open is attached to')
    .option('--wait', 'stay until it ends and print its report')
    .option('--name <name>', "the run's name (default: as-of day and digest of the request)")
    .option(
      '--compare',
      'train with and without the families of --without, and say whether they are a gain',
    )
    .addHelpText('after', details)
    .action(train);
}

const details = `
--without levels --compare trains two runs: the whole feature set, and, under a name that ends with
"-without-levels", the same without the family. It waits for both and compares what they say of the
rows of both, out of sample and paired by session: the daily rank IC with Newey and West's t, AUC and
log loss with block-bootstrap intervals. A family is a gain where students order symbols
significantly better with it and lose no more; of 100 families without any worth five to nine look
like a gain or like harm. Exit code: the worse of the two runs'; 0 says nothing of gains.`;

async function train(options: TrainOptions): Promise<void> {
  const { name, wait, json, compare } = options;
  if (name !== undefined && !isRunName(name))
    throw new InputError(`"${name}" cannot name a run; use letters, digits, ".", "_", "&", "-"`);
  const config = await readConfig();
  const root = await openDataRoot(config.dataRoot);
  const request = await requestFrom(options);
  const arms = compare === true ? comparedArms(request) : undefined;
  const { calendar } = await readReference();
  const asOf = request.asOf ?? calendar.lastClosedSession(Date.now() as EpochMs);
  const temporal = await connect(await temporalPlace(config, root));
  try {
    await checkNamespace(temporal, root);
    const stands = { asOf, root: root.id };
    if (arms !== undefined) {
      await compareArms(temporal, root, { arms, stands, name, json });
      return;
    }
    const asked = { ...request, ...stands };
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
