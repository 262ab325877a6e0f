import { InputError } from '../../shared/contracts/errors.ts';
import {
  isEligible,
  type EligibleWindow,
  type PlannedWindow,
} from '../../shared/contracts/plan.ts';
import type { Engine } from '../../shared/contracts/recipe.ts';
import type { World } from '../../shared/runtime/world.ts';

/** Where a window of this cost is fitted: by its size and the configuration, never by a timing. */
export function engineFor({ gpuThreshold = Infinity }: World, cost: number): Engine {
  return cost >= gpuThreshold ? 'gpu' : 'cpu';
}

/** @throws InputError if a window to train needs an engine that no lane has */
export async function checkEngines(
  world: World,
  windows: readonly (PlannedWindow | EligibleWindow)[],
): Promise<void> {
  const engines = await world.engines();
  if (engines === undefined) return;
  const stranded = windows
    .filter(isEligible)
    .find(({ decision, engine }) => decision === 'train' && !engines.has(engine));
  if (stranded === undefined) return;
  const { window, engine, cost } = stranded;
  throw new InputError(
    `window "${window}" needs engine "${engine}", lanes have "${[...engines].join(' ') || 'none'}": ` +
      `its rows × features × rounds are "${cost}", gpuThreshold is ` +
      `"${world.gpuThreshold ?? 'absent'}"; add a lane or change gpuThreshold in temporal-dev.yaml`,
    { window, engine },
  );
}
