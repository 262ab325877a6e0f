import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { WorkflowNotFoundError } from '@temporalio/client';
import { InputError } from '../shared/contracts/errors.ts';
import { isRunName } from '../shared/contracts/ids.ts';
import { historyJson, type Temporal } from '../shared/runtime/stack/client.ts';
import { writeWhole } from '../shared/runtime/files/files.ts';

/** One execution of a workflow. */
interface Execution {
  readonly workflowId: string;
  readonly temporalRunId: string;
}

/**
 * Writes the histories of a workflow, or of every workflow of a run, below a folder: `<id>.json`; of
 * one that continued as new, `<id>@<temporal run>.json` each.
 *
 * @returns the files, below the folder
 * @throws InputError if the server has none
 */
export async function exportHistories(
  temporal: Temporal,
  asked: string,
  folder: string,
): Promise<string[]> {
  const { client } = temporal;
  const executions: Execution[] = [];
  const query = isRunName(asked)
    ? `Run = '${asked}' OR WorkflowId = 'train/${asked}' OR WorkflowId = 'backfill/${asked}'`
    : `WorkflowId = '${asked}'`;
  for await (const { workflowId, runId } of client.workflow.list({ query }))
    executions.push({ workflowId, temporalRunId: runId });
  // A list is seconds late: one workflow is asked for by its id.
  if (executions.length === 0 && !isRunName(asked)) executions.push(await latest(asked));
  if (executions.length === 0)
    throw new InputError(`the server knows no workflow and no run "${asked}"; see its UI`);
  const files: string[] = [];
  for (const execution of executions.toSorted((a, b) => (a.workflowId < b.workflowId ? -1 : 1))) {
    const { workflowId, temporalRunId } = execution;
    const isOnly = executions.filter((one) => one.workflowId === workflowId).length === 1;
    const file = `${workflowId}${isOnly ? '' : `@${temporalRunId}`}.json`;
    const place = path.join(folder, file);
    await mkdir(path.dirname(place), { recursive: true });
    await writeWhole(place, `${await historyJson(temporal, workflowId, temporalRunId)}\n`);
    files.push(file);
  }
  return files;

  async function latest(workflowId: string): Promise<Execution> {
    try {
      const { runId } = await client.workflow.getHandle(workflowId).describe();
      return { workflowId, temporalRunId: runId };
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      throw new InputError(`the server knows no workflow "${workflowId}"; see its UI`);
    }
  }
}
