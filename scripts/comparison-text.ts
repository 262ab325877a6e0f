import type { AgainstEvidence } from '../activities/validation/evidence-sets.ts';
import type { RunReport } from '../shared/contracts/run.ts';
import type { ComparedRuns } from './compare-arms.ts';
import { againstLines } from './evidence-text.ts';

/** A comparison of two arms for a person: how the runs ended, the figures, and one sentence. */
export function comparisonText(compared: ComparedRuns): string {
  const { families, comparison, ...arms } = compared;
  const head = [
    `with       ${armWords(arms.with)}`,
    `without    ${armWords(arms.without)}; leaves out ${families.join(', ')}`,
  ];
  if (comparison === undefined) return [...head, uncomparedWords(compared)].join('\n');
  const { bootstrap, lags, sameBars, sets } = comparison;
  return [
    ...head,
    `intervals  ${100 * bootstrap.confidence} % of ${bootstrap.draws} resamples of blocks of ` +
      `${bootstrap.meanBlock} sessions; t with ${lags} lags`,
    ...(sameBars ? [] : ['bars       the runs read different ones: a part of what differs']),
    '',
    ...againstLines(sets),
    '',
    gainWords(families, sets),
  ].join('\n');
}

function armWords({ runId, state, counts, seconds }: RunReport): string {
  const failed = Object.values(counts.failed).reduce((sum, count) => sum + count, 0);
  const skipped = Object.values(counts.skipped).reduce((sum, count) => sum + count, 0);
  return (
    `${runId} ${state} after ${seconds.toFixed(1)} s: ${counts.trained} windows trained, ` +
    `${counts.reused} reused, ${skipped} skipped, ${failed} failed`
  );
}

function uncomparedWords({ with: whole, without }: ComparedRuns): string {
  const cut = [whole, without].filter(({ state }) => state !== 'completed');
  const words = cut.map(({ runId, state }) => `${runId} is ${state}`).join(' and ');
  return (
    `nothing is compared: ${words}; the same command tries again, and what there is is compared by ` +
    `npm run -s sensequant -- evidence ${whole.runId} --against ${without.runId}`
  );
}

/**
 * Whether families are a gain, in one sentence: by students, which are what is served, on the rows
 * whose bars are believed most.
 */
export function gainWords(families: readonly string[], sets: readonly AgainstEvidence[]): string {
  const named = families.join(' and ');
  const [set] = sets.filter(({ stage, trust }) => stage === 'student' && trust !== 'failed');
  if (set === undefined)
    return `${named}: nothing can be said, for no believed row is in both runs`;
  const { difference, trust, isSame } = set;
  const on = trust === 'checked' ? 'on checked bars' : 'on bars that nothing was held against';
  if (isSame) return `${named}: no gain; students say the very same of every row without, ${on}`;
  const by = measureWords(set);
  switch (difference.verdict) {
    case 'gain':
      return `${named}: a gain; students order symbols significantly better with it ${on} (${by})`;
    case 'harm':
      return `${named}: no gain but harm; students order symbols significantly worse with it ${on} (${by})`;
    case 'mixed':
      return `${named}: no clear gain; order and log loss of students contradict each other ${on} (${by})`;
    case 'none':
      return `${named}: no gain; students' order with and without is not told apart ${on} (${by})`;
    case 'unknown':
      return `${named}: nothing can be said, for the sessions ${on} are too few (${by})`;
  }
}

function measureWords({ pairs: [pair], difference }: AgainstEvidence): string {
  const { value, low, high } = pair[difference.measure];
  const figures = [value, low, high].map((one) => one.toFixed(4));
  const name = difference.measure === 'rankIc' ? 'rank IC' : 'AUC';
  const { detectable, measure } = difference;
  return (
    `${name} differs by ${figures[0]} [${figures[1]}, ${figures[2]}]` +
    (measure === 'rankIc' ? `, t ${pair.rankIc.t.toFixed(2)}` : '') +
    (detectable === undefined ? '' : `; ${detectable.toFixed(4)} is found at 80 % power`)
  );
}
