import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Client } from '@temporalio/client';

/** Ids of a run's workflows whose histories hold one of some words, in a payload or elsewhere. */
export async function historiesWith(
  { workflow }: Client,
  runId: string,
  words: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  for await (const { workflowId, runId: execution } of workflow.list({
    query: `Run = '${runId}'`,
  })) {
    const history = await workflow.getHandle(workflowId, execution).fetchHistory();
    const text = [...textsIn(history)].join('\n');
    if (words.some((word) => text.includes(word))) found.push(workflowId);
  }
  return found;
}

/** Files under a folder that hold one of some words. */
export async function filesWith(folder: string, words: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const bytes = await readFile(file);
    if (words.some((word) => bytes.includes(word))) found.push(path.relative(folder, file));
  }
  return found;
}

/** Every text in a value, bytes read as text too: payloads are bytes. */
function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (value instanceof Uint8Array) yield Buffer.from(value).toString();
  else if (value !== null && typeof value === 'object')
    for (const inner of Object.values(value)) yield* textsIn(inner);
}
