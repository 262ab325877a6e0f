import type { FittedModel } from '../../shared/domain/training/booster.ts';

/** A model's importance by gain as its manifest has it: what splits on each feature took off the loss. */
export function gainsByFeature({
  features,
  gains,
}: Pick<FittedModel, 'features' | 'gains'>): Readonly<Record<string, number>> {
  return Object.fromEntries(features.map((name, j) => [name, gains[j]]));
}
