import type { Survivors } from '../activities/validation/survivors.ts';

/** What is known of a pool's members only from later, for a person. */
export function survivorWords({ universe, asOf, chosenBy }: Survivors): string {
  return chosenBy === 'snapshot'
    ? `members of ${universe} as of ${asOf}, later than decisions here: whoever left before is missing`
    : `pool ${universe} holds whoever is known today, as of ${asOf}, later than decisions here: ` +
        `whoever left the market before is missing; a dated universe knows better (--universe)`;
}
