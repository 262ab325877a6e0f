import { endedStages } from '../../shared/contracts/ended.ts';
import type { ErrorClass } from '../../shared/contracts/errors.ts';
import type { Dispatch, Stage } from '../../shared/contracts/outcome.ts';
import { stagesToTrain } from '../../shared/contracts/pages.ts';
import type { EligibleWindow } from '../../shared/contracts/plan.ts';
import type { Recipe } from '../../shared/contracts/recipe.ts';
import type { FailedWindow, PageRecord } from '../../shared/contracts/run.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { recipeFamilies } from '../../shared/domain/samples/recipes.ts';
import { gainShares, type GainShares } from '../../shared/domain/validation/gain-shares.ts';
import { artifactKinds, type ArtifactKind, type Store } from '../../shared/runtime/store/store.ts';

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
  /** What its features were worth to it; absent where its manifest does not say. */
  readonly gain?: GainShares;
  readonly predictions: ExplainedArtifact;
}

/** Looks up how a stage of a window ended in the records of its run, and what the store has of it. */
export async function explainedStage(
  store: Store,
  records: readonly PageRecord[],
  { window, recipe }: { readonly window: EligibleWindow; readonly recipe: Recipe },
  stage: Stage,
): Promise<ExplainedStage> {
  const { key, predictionsKey } = window.stages[stage];
  const model = await explainedArtifact(store, artifactKinds[stage], key);
  const gains = model.facts?.importance as Readonly<Record<string, number>> | undefined;
  return {
    ...ending(records, window, stage),
    model,
    ...(gains === undefined ? {} : { gain: gainShares([gains], recipeFamilies(recipe)) }),
    predictions: await explainedArtifact(store, 'predictions', predictionsKey),
  };
}

/** Scores that a manifest has of a model and of its predictions. */
const modelScores = ['outOfFold', 'teaching'];
const predictionScores = ['evaluation', 'fidelity'];

/**
 * A stage without the scores that reach past a freeze date: of its evaluation span, and of what it
 * learnt where that goes on after the date.
 *
 * @param freeze - the last session that may be looked at; absent where nothing is sealed
 */
export function unscored(
  stage: ExplainedStage,
  { decisionDay }: EligibleWindow,
  freeze: TradingDay | undefined,
): ExplainedStage {
  if (freeze === undefined) return stage;
  const { model, predictions } = stage;
  return {
    ...stage,
    model: decisionDay > freeze ? without(model, modelScores) : model,
    predictions: without(predictions, predictionScores),
  };
}

function without(artifact: ExplainedArtifact, names: readonly string[]): ExplainedArtifact {
  if (artifact.facts === undefined) return artifact;
  const kept = Object.entries(artifact.facts).filter(([name]) => !names.includes(name));
  return { ...artifact, facts: Object.fromEntries(kept) };
}

function ending(
  records: readonly PageRecord[],
  window: EligibleWindow,
  stage: Stage,
): Omit<ExplainedStage, 'model' | 'gain' | 'predictions'> {
  const { done, failed, overcome } = endedStages(records);
  const isOwn = (one: FailedWindow): boolean => one.window === window.window && one.stage === stage;
  // Of tries before the last one: the stage was tried again in the same run.
  const before = overcome.filter(isOwn).flatMap(({ dispatches }) => dispatches);
  const ended = done.find(([name, of]) => name === window.window && of === stage);
  if (ended !== undefined) {
    const [, , outcome, lane, seconds, failedDispatches] = ended;
    const devices = records.find((record) => record.done.includes(ended))?.devices ?? {};
    const all = [...before, ...failedDispatches];
    return { outcome, lane, device: devices[lane], seconds, failedDispatches: all };
  }
  const failure = failed.find(isOwn);
  if (failure !== undefined)
    return {
      outcome: 'failed',
      failedDispatches: [...before, ...failure.dispatches],
      failure: { class: failure.class, message: failure.message },
    };
  const isToFit = stagesToTrain(window).includes(stage);
  return { outcome: isToFit ? 'notStarted' : 'reused', failedDispatches: before };
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
