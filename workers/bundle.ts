import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleOption } from '@temporalio/worker';
import { checkout } from '../shared/runtime/stack/config.ts';
import { sha256 } from '../shared/runtime/files/digest.ts';
import type { DataRoot } from '../shared/runtime/data-root.ts';
import { writeWhole } from '../shared/runtime/files/files.ts';
import type { Logger } from '../shared/runtime/logger.ts';

/** Everything that workflow code may consist of. */
const folders = ['workflows', 'shared/contracts'];

/**
 * The workflow code as one file, kept in `state/` under the digest of its sources: a process that
 * starts again does not build it again.
 */
export async function workflowBundle(root: DataRoot, log: Logger): Promise<WorkflowBundleOption> {
  const lock = await readFile(path.join(checkout, 'package-lock.json'));
  const digest = sha256(lock, ...(await sources()));
  const codePath = path.join(root.path, 'state', `workflows-${digest.slice(0, 16)}.js`);
  const kept = await readFile(codePath, 'utf8').catch(() => undefined);
  if (kept !== undefined) return { codePath };
  const { code } = await buildBundle((message) => log.warn(message));
  await writeWhole(codePath, code);
  return { codePath };
}

/** Builds the workflow code. @param workflowsPath - the file that names the workflow types */
export async function buildBundle(
  onWarning: (message: string) => void,
  workflowsPath = path.join(checkout, 'workflows', 'index.ts'),
): Promise<{ code: string }> {
  return await bundleWorkflowCode({
    workflowsPath,
    logger: new DefaultLogger('WARN', ({ message }) => onWarning(message)),
  });
}

async function sources(): Promise<string[]> {
  const read = folders.map(async (folder) => {
    const names = (await readdir(path.join(checkout, folder))).toSorted();
    const code = names.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
    return await Promise.all(
      code.map((name) => readFile(path.join(checkout, folder, name), 'utf8')),
    );
  });
  return (await Promise.all(read)).flat();
}
