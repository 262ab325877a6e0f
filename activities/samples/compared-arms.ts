import { InputError } from '../../shared/contracts/errors.ts';
import type { TrainRequest } from '../../shared/contracts/plan.ts';
import { featureSet } from '../../shared/domain/samples/features.ts';
import { recipesOf } from '../../shared/domain/samples/recipes.ts';

/** A request with and without some families of features. */
export interface ComparedArms {
  /** Families that make the difference, in the order of their names. */
  readonly families: readonly string[];
  readonly with: TrainRequest;
  readonly without: TrainRequest;
}

/**
 * The two requests that a request with `--without` and `--compare` stands for.
 *
 * @throws InputError if it leaves nothing out, its feature set has no such family, or it names a plan
 */
export function comparedArms(request: TrainRequest): ComparedArms {
  const { without, planToken, ...whole } = request;
  const { features } = recipesOf(whole).recipe;
  if (without === undefined) {
    const families = new Set(featureSet(features).map(({ family }) => family));
    throw new InputError(
      `--compare trains with and without some families of "${features}"; say which to leave out: ` +
        `--without ${[...families].join(', or --without ')}`,
    );
  }
  if (planToken !== undefined)
    throw new InputError('--plan-token is of one plan and --compare makes two; leave it out');
  const families = without.toSorted();
  const arm = { ...whole, without: families };
  // Refused here, before one of the two has begun.
  recipesOf(arm);
  return { families, with: whole, without: arm };
}

/** `levels-volume`: how families end the name of the run that leaves them out. */
export function withoutName(base: string, families: readonly string[]): string {
  return `${base}-without-${families.join('-')}`;
}
