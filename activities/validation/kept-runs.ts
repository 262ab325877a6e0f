import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { asSenseQuantError } from '../../shared/contracts/errors.ts';
import { isEligible } from '../../shared/contracts/plan.ts';
import { runFolder, type DataRoot } from '../../shared/runtime/data-root.ts';
import {
  readRunRequest,
  runRequests,
  type RunRequest,
} from '../../shared/runtime/runs/run-requests.ts';
import type { Store } from '../../shared/runtime/store/store.ts';
import { healedWindows, unfinishedWindows, type HealingFiles } from './healed-windows.ts';

/** Why what a run names stays. */
export const keptWhys = ['open', 'unhealed', 'champion', 'newest', 'unreadable'] as const;
export type KeptWhy = (typeof keptWhys)[number];

/** A run whose names are roots. */
export interface KeptRun {
  readonly runId: string;
  readonly why: KeptWhy;
}

/** What decides which runs are kept. */
export interface KeepOptions {
  /** So many runs that began last are kept whatever became of them. */
  readonly newest: number;
  /** Whether a run that has written no report is open; undefined where nobody can say. */
  isOpen(runId: string): Promise<boolean | undefined>;
}

/**
 * The runs whose plans are roots of garbage collection: open ones, those with failures that nothing
 * has healed, those a registry names, the newest, and those that cannot be read.
 */
export async function keptRuns(
  files: HealingFiles & { readonly store: Store },
  { newest, isOpen }: KeepOptions,
): Promise<KeptRun[]> {
  const { root } = files;
  const runs = await plannedRuns(root);
  const requests = await runRequests(root);
  const registry = await registryText(root);
  const kept: KeptRun[] = [];
  for (const [index, runId] of runs.entries()) {
    const why = await whyKept(runId, index);
    if (why !== undefined) kept.push({ runId, why });
  }
  return kept;

  async function whyKept(runId: string, index: number): Promise<KeptWhy | undefined> {
    const hasEnded = await exists(path.join(runFolder(root, runId), 'report.json'));
    if (!hasEnded && (await isOpen(runId)) !== false) return 'open';
    if (index < newest) return 'newest';
    if (registry.includes(`"${runId}"`)) return 'champion';
    try {
      return (await hasUnhealed(files, runId, requests)) ? 'unhealed' : undefined;
    } catch (error) {
      if (asSenseQuantError(error)?.name === 'DataError') return 'unreadable';
      throw error;
    }
  }
}

/** Whether a window of a run failed that no replay and no other run has brought about since. */
async function hasUnhealed(
  files: HealingFiles & { readonly store: Store },
  runId: string,
  requests: readonly RunRequest[],
): Promise<boolean> {
  const unfinished = await unfinishedWindows(files, runId);
  const failed = new Set(
    unfinished.filter(({ ended }) => ended === 'failed').map(({ window }) => window),
  );
  if (failed.size === 0) return false;
  const healed = await healedWindows(files, runId, requests);
  const { windows } = await files.plans.read(runId);
  for (const window of windows.filter(isEligible))
    if (failed.has(window.window) && !healed.has(window.window)) {
      const folder = files.store.folder('students', window.stages.student.key);
      if (!(await exists(folder))) return true;
    }
  return false;
}

/** Runs that have a plan, the one that began last first. */
async function plannedRuns(root: DataRoot): Promise<string[]> {
  const names = await readdir(path.dirname(runFolder(root, 'any'))).catch((): string[] => []);
  const planned = await Promise.all(
    names.map(async (name) => {
      const plan = await stat(path.join(runFolder(root, name), 'plan.json')).catch(() => undefined);
      if (plan === undefined) return [];
      const { startedAt = plan.mtimeMs } = (await readRunRequest(root, name)) ?? {};
      return [{ name, startedAt }];
    }),
  );
  return planned
    .flat()
    .toSorted((a, b) => b.startedAt - a.startedAt || (a.name < b.name ? 1 : -1))
    .map(({ name }) => name);
}

/** Everything that a registry of champions says; empty where there is none. */
async function registryText(root: DataRoot): Promise<string> {
  const folder = path.join(root.path, 'registry');
  const names = await readdir(folder, { recursive: true }).catch((): string[] => []);
  const files = names.filter((name) => /\.jsonl?$/.test(name));
  const texts = files.map((name) => readFile(path.join(folder, name), 'utf8'));
  return (await Promise.all(texts)).join('\n');
}

async function exists(place: string): Promise<boolean> {
  return (await stat(place).catch(() => undefined)) !== undefined;
}
