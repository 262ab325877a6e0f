import type { PermutationCost } from '../activities/training/permutation-cost.ts';
import type { PermutedImportance } from '../activities/training/permute-families.ts';
import type { RunImportance } from '../activities/training/report-importance.ts';
import { stages } from '../shared/contracts/outcome.ts';
import type { GainShares } from '../shared/domain/validation/gain-shares.ts';
import type { PermutedShares } from '../shared/domain/validation/permuted-shares.ts';
import { tableText } from './output.ts';

/** A fold that was fitted on another engine or library says something else in its last digits. */
const sameFolds = 1e-9;

/** Importance for a person: a table of families a stage, with the features they are made of. */
export function importanceText(
  found: RunImportance & { readonly permuted?: PermutedImportance },
): string {
  const { runId, recipe, features, without, gain, unknown, permuted } = found;
  const left = without.map((family) => ` without ${family}`).join('');
  return [
    `run  ${runId}, recipe ${recipe}, features ${features}${left}`,
    ...(unknown > 0
      ? [`${unknown} models were stored before their importance was, and do not count`]
      : []),
    ...stages.flatMap((stage) => {
      const of = gain[stage];
      return of === undefined ? [] : ['', `${stage}s by gain, ${modelWords(of)}`, gainTable(of)];
    }),
    ...(permuted === undefined ? [] : permutedLines(permuted)),
  ].join('\n');
}

function modelWords({ models, unsplit }: GainShares): string {
  return `mean share over ${models} models${unsplit > 0 ? `; ${unsplit} more have no split` : ''}`;
}

function gainTable({ families, features }: GainShares): string {
  return tableText(
    ['family', 'share %', 'of it'],
    families.map(({ family, share }) => [
      family,
      fixed(100 * share, 1),
      features
        .filter((feature) => feature.family === family)
        .map((feature) => `${feature.feature} ${fixed(100 * feature.share, 1)}`)
        .join(', '),
    ]),
  );
}

function permutedLines({ stages: found, repeats, drift }: PermutedImportance): string[] {
  return [
    ...(drift > sameFolds
      ? ['', `the folds differ from the stored ones by up to ${drift.toExponential(1)}`]
      : []),
    ...stages.flatMap((stage) => {
      const of = found[stage];
      return of === undefined ? [] : ['', permutedHead(stage, of, repeats), permutedTable(of)];
    }),
  ];
}

function permutedHead(stage: string, { models, rows, logLoss }: PermutedShares, repeats: number) {
  return (
    `${stage}s by permutation, ${repeats} of each test block: what a log loss of ` +
    `${fixed(logLoss, 3)} rises by without a family, thousandths of a nat, mean over ${models} ` +
    `models (${rows} rows)`
  );
}

function permutedTable({ families }: PermutedShares): string {
  return tableText(
    ['family', 'loss +', 'four of five models', 'models that lose %'],
    families.map(({ family, increase, low, high, harmed }) => [
      family,
      fixed(1000 * increase, 2),
      `${fixed(1000 * low, 2)} to ${fixed(1000 * high, 2)}`,
      fixed(100 * harmed, 0),
    ]),
  );
}

/** What a measurement by permutation will cost, before it begins. */
export function costText({ models, fits, predictions, seconds }: PermutationCost, threads: number) {
  const count = new Intl.NumberFormat('en');
  return (
    `permuting ${count.format(models)} models: ${count.format(fits)} fits of inner folds and ` +
    `${count.format(predictions)} predictions of test blocks, about ${Math.ceil(seconds)} s on ` +
    `${threads} threads`
  );
}

function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  // A rounded nothing has no sign.
  return Number(text) === 0 ? text.replace('-', '') : text;
}
