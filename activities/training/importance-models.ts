import { InputError } from '../../shared/contracts/errors.ts';
import { isPooledSymbol } from '../../shared/contracts/ids.ts';
import type { Stage } from '../../shared/contracts/outcome.ts';
import { ownStages } from '../../shared/contracts/pages.ts';
import { isEligible, type EligibleWindow, type Plan } from '../../shared/contracts/plan.ts';
import { artifactKinds, type Manifest, type Store } from '../../shared/runtime/store/store.ts';

/** A stored model of a run. */
export interface StoredModel {
  readonly window: EligibleWindow;
  readonly stage: Stage;
  readonly facts: Manifest['facts'];
}

/**
 * Looks up the stored models of a run, teachers before students. Students of pooled windows that
 * residual ones stand on are models of another recipe.
 *
 * @throws InputError if there are none
 */
export async function storedModels(
  store: Store,
  runId: string,
  { windows, poolRecipe }: Plan,
): Promise<readonly StoredModel[]> {
  const isOwn = ({ symbol }: EligibleWindow, stage: Stage): boolean =>
    stage === 'teacher' || poolRecipe === undefined || !isPooledSymbol(symbol);
  const found: StoredModel[] = [];
  for (const window of windows.filter(isEligible))
    for (const stage of ownStages(window).filter((one) => isOwn(window, one))) {
      const manifest = await store.find(artifactKinds[stage], window.stages[stage].key);
      if (manifest !== undefined) found.push({ window, stage, facts: manifest.facts });
    }
  if (found.length > 0) return found;
  throw new InputError(`run "${runId}" has no models in the store: it failed or has not started`);
}
