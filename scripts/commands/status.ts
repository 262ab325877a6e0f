import { Command } from 'commander';
import { healedWindows, unfinishedWindows } from '../../activities/validation/healed-windows.ts';
import { InputError } from '../../shared/contracts/errors.ts';
import { backfillWorkflowId } from '../../shared/contracts/ids.ts';
import type { RunReport } from '../../shared/contracts/run.ts';
import { connect, type Temporal } from '../../shared/runtime/stack/client.ts';
import { readConfig } from '../../shared/runtime/stack/config.ts';
import { openDataRoot, type DataRoot } from '../../shared/runtime/data-root.ts';
import { openPlans } from '../../shared/runtime/runs/plans.ts';
import { isAlive } from '../../shared/runtime/stack/processes.ts';
import { readStack, temporalPlace } from '../../shared/runtime/stack/stack.ts';
import { exitCodeOf, followRun, reportText } from '../follow-run.ts';
import { answer, say, tableText } from '../output.ts';
import { followBackfill, liveBackfill, progressLine, writtenBackfill } from '../backfill-client.ts';
import { liveRun, reportOf, runStatus, workflowStatus } from '../run-client.ts';
import { backfillExit, backfillText } from './backfill.ts';
import { meantRun, writtenReport } from '../run-files.ts';

interface StatusOptions {
  readonly watch?: boolean;
  readonly processes?: boolean;
  readonly json?: boolean;
}

/** `status`: how a run stands, or which processes the stack has. */
export function statusCommand(): Command {
  return new Command('status')
    .description('how a run or a backfill stands (without a name: the newest training)')
    .argument('[runId]', 'name of the run')
    .option('--watch', 'stay until it ends; Ctrl-C leaves it running')
    .option('--processes', 'the processes of the stack instead')
    .action(async (runId: string | undefined, options: StatusOptions) => {
      const config = await readConfig();
      const root = await openDataRoot(config.dataRoot);
      if (options.processes === true) return await processes(root, options.json);
      const temporal = await connect(await temporalPlace(config, root));
      try {
        if (runId !== undefined && (await isBackfill(temporal, root, runId)))
          return await backfillNow(temporal, root, runId, options);
        const meant = await meantRun(temporal, runId);
        const report =
          options.watch === true
            ? await followRun(temporal, root, meant)
            : await reportNow(temporal, root, meant);
        const healing = await healingOf(root, report);
        answer(options.json, { ...report, ...healing }, () =>
          [reportText(report), ...healingText(healing)].join('\n'),
        );
        if (report.state !== 'running' && report.state !== 'paused')
          process.exitCode = exitCodeOf(report);
      } finally {
        await temporal.close();
      }
    });
}

async function isBackfill(temporal: Temporal, root: DataRoot, runId: string): Promise<boolean> {
  return (
    (await workflowStatus(temporal, backfillWorkflowId(runId))) !== undefined ||
    (await writtenBackfill(root, runId)) !== undefined
  );
}

/** How a backfill stands now, or how it ended. */
async function backfillNow(
  temporal: Temporal,
  root: DataRoot,
  runId: string,
  { watch, json }: StatusOptions,
): Promise<void> {
  const status = await workflowStatus(temporal, backfillWorkflowId(runId));
  if (status === 'RUNNING' && watch !== true) {
    const progress = await liveBackfill(temporal, runId);
    answer(json, { schema: 1, runId, ...progress }, () => progressLine(runId, progress));
    return;
  }
  // A server forgets what has closed; the data root does not.
  const written = status === undefined ? await writtenBackfill(root, runId) : undefined;
  const report = written ?? (await followBackfill(temporal, root, runId));
  answer(json, report, () => backfillText(report));
  process.exitCode = backfillExit(report);
}

/**
 * How a run stands now.
 *
 * @throws InputError if there is no such run, or it has not planned yet
 * @throws the error that it failed of as a whole
 */
async function reportNow(temporal: Temporal, root: DataRoot, runId: string): Promise<RunReport> {
  const status = await runStatus(temporal, runId);
  const written = await writtenReport(root, runId);
  if (status !== 'RUNNING' && written !== undefined) return written;
  if (status === undefined)
    throw new InputError(`there is no run "${runId}"; see those there are in the Temporal UI`);
  // A run that ended without a report failed as a whole: following it says of what.
  if (status !== 'RUNNING') return await followRun(temporal, root, runId);
  const report = reportOf(runId, await liveRun(temporal, runId), Date.now());
  if (report !== undefined) return report;
  throw new InputError(`run "${runId}" is being planned; ask again in a moment`);
}

/** What replays have brought about of what failed in a run, or was never begun; nothing where none did. */
interface Healing {
  readonly healed?: { readonly windows: number; readonly by: readonly string[] };
}

async function healingOf(root: DataRoot, { runId, state, counts }: RunReport): Promise<Healing> {
  const isWhole = Object.keys(counts.failed).length === 0 && counts.notStarted === 0;
  if (state === 'running' || isWhole) return {};
  const plans = openPlans(root);
  const left = new Set(
    (await unfinishedWindows({ root, plans }, runId)).map(({ window }) => window),
  );
  const healed = [...(await healedWindows({ root, plans }, runId))].filter(([window]) =>
    left.has(window),
  );
  if (healed.length === 0) return {};
  return { healed: { windows: healed.length, by: [...new Set(healed.map(([, by]) => by))] } };
}

function healingText({ healed }: Healing): string[] {
  return healed === undefined ? [] : [`healed   ${healed.windows} by ${healed.by.join(', ')}`];
}

async function processes(root: DataRoot, json: boolean | undefined): Promise<void> {
  const state = await readStack(root);
  if (state === undefined || !(await isAlive(state.supervisor)))
    throw new InputError(
      `no stack is up for the data root "${root.path}"; start it: npm run -s sensequant -- up`,
    );
  if (json !== true) say(`${state.address}, namespace ${state.namespace}`);
  const { processes: running, lanes = [] } = state;
  answer(json, { schema: 1, processes: running, lanes }, () =>
    [
      tableText(
        ['role', 'lane', 'device', 'pid'],
        running.map(({ role, lane, pid }) => {
          return [role, lane ?? '', lanes.find((one) => one.lane === lane)?.device ?? '', pid];
        }),
      ),
      ...lanes.flatMap(({ lane, down, slowdown }) => [
        ...(down === undefined ? [] : [`${lane} is down: ${down}`]),
        ...(slowdown === undefined
          ? []
          : [`${lane} is made ${slowdown} times slower, for a trial`]),
      ]),
    ].join('\n'),
  );
}
