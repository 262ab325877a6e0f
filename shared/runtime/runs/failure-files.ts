import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { ErrorFields } from '../../contracts/errors.ts';
import type { Stage } from '../../contracts/outcome.ts';
import type { PlannedSeries } from '../../contracts/plan.ts';
import type { EpochMs } from '../../contracts/time.ts';
import { runFolder, type DataRoot } from '../data-root.ts';
import { readJson, writeWhole } from '../files/files.ts';

/** What a lane wrote down at the moment a stage failed on it. */
export interface FailureEvidence {
  readonly schema: 1;
  readonly runId: string;
  readonly window: string;
  readonly stage: Stage;
  readonly lane: string;
  readonly device: string;
  readonly at: EpochMs;
  /** Seconds that the lane had been at it. */
  readonly seconds: number;
  /** One of the five, or the name of an error that nobody expected. */
  readonly class: string;
  readonly message: string;
  readonly fields: ErrorFields;
  /** Of an error that nobody expected. */
  readonly stack?: string;
  /** The hand-over: its workflow, that one's execution, and the number of its activity. */
  readonly workflowId: string;
  readonly temporalRunId: string;
  readonly dispatch: string;
  /** What was read, by digest; absent where the plan itself could not be read. */
  readonly inputs?: FailedInputs;
  /** The last lines of the lane's log that belong to the stage, LightGBM's among them. */
  readonly log: readonly string[];
}

/** The inputs of a stage by digest. */
export interface FailedInputs {
  readonly planToken: string;
  /** Names of the model that was to be made and of its predictions: digests of all they stand on. */
  readonly key: string;
  readonly predictionsKey: string;
  readonly rows: number;
  readonly cost: number;
  /** The pinned bars of the window's symbol; of a pooled window the key stands for all members. */
  readonly series?: PlannedSeries;
}

/** The evidence of a run's failures: `data/runs/<runId>/failures/<window>/<stage>-….json`. */
export interface FailureFiles {
  /** Writes one hand-over's evidence, whole or not at all. */
  keep(evidence: FailureEvidence): Promise<void>;
  /** All evidence of a window, ascending by time. */
  of(window: string): Promise<readonly FailureEvidence[]>;
}

/** Opens the evidence of a run's failures. */
export function failureFiles(root: DataRoot, runId: string): FailureFiles {
  const folderOf = (window: string): string =>
    path.join(runFolder(root, runId), 'failures', ...window.split('/'));
  return {
    async keep(evidence) {
      const { window, stage, temporalRunId, dispatch } = evidence;
      const execution = temporalRunId.replaceAll(/\W/g, '').slice(0, 12);
      const name = `${stage}-${execution}-${dispatch.replaceAll(/\W/g, '')}.json`;
      await writeWhole(path.join(folderOf(window), name), `${JSON.stringify(evidence, null, 1)}\n`);
    },
    async of(window) {
      const folder = folderOf(window);
      const names = await readdir(folder).catch((): string[] => []);
      // What is being written begins with a dot.
      const written = names.filter((name) => /^\w.*\.json$/.test(name));
      const read = await Promise.all(written.map((name) => readJson(path.join(folder, name))));
      return (read as FailureEvidence[]).toSorted((a, b) => a.at - b.at);
    },
  };
}
