import { userInfo } from 'node:os';
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { Option, type Command } from 'commander';
import type { ControlView } from '../shared/contracts/control.ts';
import { InputError } from '../shared/contracts/errors.ts';
import { backfillWorkflowId, runWorkflowId } from '../shared/contracts/ids.ts';
import { type Temporal } from '../shared/runtime/stack/client.ts';
import { liveBackfill, progressLine as backfillLine } from './backfill-client.ts';
import { progressLine } from './follow-run.ts';
import { onStack } from './on-stack.ts';
import { answer } from './output.ts';
import { liveRun, reportOf, workflowStatus, type RunStatus } from './run-client.ts';

/** Who speaks and why, as every command that operates a run takes it. */
export interface OperateOptions {
  readonly who: string;
  readonly why: string;
  readonly json?: boolean;
}

/** A run or a backfill that is open. */
interface OpenRun {
  readonly what: 'run' | 'backfill';
  readonly runId: string;
  readonly workflowId: string;
}

const kinds = [
  { what: 'run', idOf: runWorkflowId },
  { what: 'backfill', idOf: backfillWorkflowId },
] as const;

/** Gives a command what every word of an operator needs. */
export function withOperator(command: Command): Command {
  return command
    .argument('[name]', 'name of the run or backfill (default: the newest that is open)')
    .option('--why <text>', 'why; kept with the run', 'not said')
    .addOption(
      new Option('--who <name>', 'who asks; kept with the run').default(
        userInfo().username,
        'you, by the name you are logged in with',
      ),
    );
}

/**
 * Says an operator's word to an open run or backfill, and prints how it stands afterwards.
 *
 * @param name - absent for the newest that is open
 * @param update - name of the workflow's update
 * @param asked - what the update takes besides who and why
 * @throws InputError if there is no such open run, or it refuses: in its words
 */
export async function operate(
  name: string | undefined,
  update: 'pause' | 'resume' | 'cancelRun' | 'limits',
  { who, why, json }: OperateOptions,
  asked: object = {},
): Promise<void> {
  await onStack(async ({ temporal }) => {
    const run = name === undefined ? await newestOpen(temporal) : await openNamed(temporal, name);
    const set = await told(temporal, run, update, { ...asked, who, why });
    const stands = await standing(temporal, run);
    const document = { schema: 1, what: run.what, runId: run.runId, ...stands.document, ...set };
    answer(json, document, () => stands.line);
  });
}

async function told(
  { client }: Temporal,
  { what, runId, workflowId }: OpenRun,
  update: string,
  word: object,
): Promise<ControlView> {
  try {
    return await client.workflow
      .getHandle(workflowId)
      .executeUpdate<ControlView, [object]>(update, { args: [word] });
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError)
      throw new InputError(error.cause?.message ?? error.message);
    // It may have ended since it was looked at.
    if (error instanceof WorkflowNotFoundError)
      throw new InputError(`${what} "${runId}" has ended meanwhile; see: status ${runId}`);
    throw error;
  }
}

/** How a run stands once it has taken a word; it may have ended by it. */
async function standing(
  temporal: Temporal,
  { what, runId, workflowId }: OpenRun,
): Promise<{ readonly document: object; readonly line: string }> {
  if ((await workflowStatus(temporal, workflowId)) === 'RUNNING') {
    if (what === 'backfill') {
      const live = await liveBackfill(temporal, runId);
      return { document: live, line: backfillLine(runId, live) };
    }
    const live = await liveRun(temporal, runId);
    const report = reportOf(runId, live, Date.now());
    if (report !== undefined) return { document: report, line: progressLine(report) };
    return { document: { state: 'running' }, line: `${runId}: plans` };
  }
  return { document: { state: 'ended' }, line: `${runId} has ended; see: status ${runId}` };
}

async function openNamed(temporal: Temporal, runId: string): Promise<OpenRun> {
  let closed: RunStatus | undefined;
  for (const { what, idOf } of kinds) {
    const workflowId = idOf(runId);
    const status = await workflowStatus(temporal, workflowId);
    if (status === 'RUNNING') return { what, runId, workflowId };
    closed ??= status;
  }
  throw new InputError(
    closed === undefined
      ? `there is no run or backfill "${runId}" in this stack`
      : `"${runId}" has ended; nothing of it can be changed, see: status ${runId}`,
  );
}

async function newestOpen({ client }: Temporal): Promise<OpenRun> {
  const query = "WorkflowType IN ('trainRun', 'backfillRun') AND ExecutionStatus = 'Running'";
  for await (const { workflowId } of client.workflow.list({ query, pageSize: 1 }))
    for (const { what, idOf } of kinds)
      if (workflowId.startsWith(idOf('')))
        return { what, runId: workflowId.slice(idOf('').length), workflowId };
  throw new InputError('neither a run nor a backfill is open; see: status');
}
