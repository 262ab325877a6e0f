import type { ErrorClass } from '../../shared/contracts/errors.ts';
import type { Dispatch, Stage } from '../../shared/contracts/outcome.ts';
import { stagesToTrain } from '../../shared/contracts/pages.ts';
import type { EligibleWindow } from '../../shared/contracts/plan.ts';
import type { PageRecord } from '../../shared/contracts/run.ts';
import { artifactKinds, type ArtifactKind, type Store } from '../../shared/runtime/store.ts';

/** Something in the store, as it says of itself. */
export interface ExplainedArtifact {
  readonly key: string;
  readonly folder: string;
  /** Facts of its manifest; absent where it does not exist. */
  readonly facts?: Readonly<Record<string, unknown>>;
  /** The run that made it; absent where no run did. */
  readonly madeBy?: string;
}

/** How one stage of a window ended, and what came of it. */
export interface ExplainedStage {
  /** `notStarted` where the run has not ended it yet, or never will. */
  readonly outcome: 'trained' | 'reused' | 'failed' | 'notStarted';
  /** Where the run did it. */
  readonly lane?: string;
  readonly device?: string;
  /** Seconds the lane was busy with it. */
  readonly seconds?: number;
  /** Hand-overs to lanes that came to nothing. */
  readonly failedDispatches: readonly Dispatch[];
  readonly failure?: { readonly class: ErrorClass; readonly message: string };
  readonly model: ExplainedArtifact;
  readonly predictions: ExplainedArtifact;
}

/** Looks up how a stage of a window ended in the records of its run, and what the store has of it. */
export async function explainedStage(
  store: Store,
  records: readonly PageRecord[],
  window: EligibleWindow,
  stage: Stage,
): Promise<ExplainedStage> {
  const { key, predictionsKey } = window.stages[stage];
  return {
    ...ending(records, window, stage),
    model: await explainedArtifact(store, artifactKinds[stage], key),
    predictions: await explainedArtifact(store, 'predictions', predictionsKey),
  };
}

function ending(
  records: readonly PageRecord[],
  window: EligibleWindow,
  stage: Stage,
): Omit<ExplainedStage, 'model' | 'predictions'> {
  for (const { done, failed, devices } of records) {
    const ended = done.find(([name, of]) => name === window.window && of === stage);
    if (ended !== undefined) {
      const [, , outcome, lane, seconds, failedDispatches] = ended;
      return { outcome, lane, device: devices[lane], seconds, failedDispatches };
    }
    const failure = failed.find((one) => one.window === window.window && one.stage === stage);
    if (failure !== undefined)
      return {
        outcome: 'failed',
        failedDispatches: failure.dispatches,
        failure: { class: failure.class, message: failure.message },
      };
  }
  const isToFit = stagesToTrain(window).includes(stage);
  return { outcome: isToFit ? 'notStarted' : 'reused', failedDispatches: [] };
}

async function explainedArtifact(
  store: Store,
  kind: ArtifactKind,
  key: string,
): Promise<ExplainedArtifact> {
  const facts = (await store.find(kind, key))?.facts;
  const [, madeBy] = /^train\/([^/]+)/.exec(String(facts?.workflowId)) ?? [];
  return {
    key,
    folder: store.folder(kind, key),
    ...(facts === undefined ? {} : { facts }),
    ...(madeBy === undefined ? {} : { madeBy }),
  };
}
