// How large the fiction of a random split is: `npm run bench:random-split -- <runId>`, on the data root
// of SENSEQUANT_DATA. The teachers' rows are predicted by shuffled folds within each window, as the
// predecessor validated, by the same folds in time, purged, and by the run itself on the sessions after
// each window; all three are judged by the same statistics.

import { isEligible, type EligibleWindow } from '../shared/contracts/plan.ts';
import { seededChance } from '../shared/domain/samples/random-walk.fixture.ts';
import type { SampleSet } from '../shared/domain/samples/sample-set.ts';
import { matrixRows } from '../shared/domain/samples/matrix.ts';
import type { Fold } from '../shared/domain/samples/splits.ts';
import { crossFit } from '../shared/domain/training/cross-fit.ts';
import { windowSets } from '../shared/domain/training/window-sets.ts';
import { panelEvidence } from '../shared/domain/validation/evidence.ts';
import { panelOf } from '../shared/domain/validation/panel.ts';
import {
  completeTable,
  pickedTable,
  type ScoredTable,
} from '../shared/domain/validation/scored-rows.ts';
import { defaultBootstrapOptions } from '../shared/domain/validation/statistics/stationary-bootstrap.ts';
import { readConfig } from '../shared/runtime/stack/config.ts';
import { openDataRoot } from '../shared/runtime/data-root.ts';
import { openBooster } from '../shared/runtime/lightgbm/booster.ts';
import { lightgbmPath, lightgbmVersion } from '../shared/runtime/lightgbm/installed.ts';
import { openLogger } from '../shared/runtime/logger.ts';
import { windowInput } from '../activities/training/window-bars.ts';
import { scoredRun } from '../activities/validation/scored-run.ts';
import { seriesTrust } from '../activities/validation/series-trust.ts';
import { newestPlannedRun } from '../scripts/run-files.ts';
import { tableText } from '../scripts/output.ts';
import { openWorld } from '../workers/world.ts';

const folds = 5;
const config = await readConfig();
const root = await openDataRoot(config.dataRoot);
const world = await openWorld(root, openLogger('bench'));
const runId = process.argv[2] ?? (await newestPlannedRun(root));
const { plan, table: walkForward } = await scoredRun(world, runId);
const { recipe } = plan;
const library = { version: lightgbmVersion, onLog: () => {} };
const booster = openBooster(lightgbmPath(config.lightgbmLib), library);

const failed = new Set<string>();
for (const series of plan.series)
  if ((await seriesTrust(root, series)) === 'failed') failed.add(series.symbol);
const sets: (readonly [symbol: string, samples: SampleSet])[] = [];
for (const window of plan.windows.filter(isEligible))
  if (!failed.has(window.symbol)) sets.push([window.symbol, await samplesOf(window)]);

const rows = [
  row('shuffled folds in the window', inWindow(shuffledScores)),
  row('folds in time, purged', inWindow(purgedScores)),
  row('the sessions after it', { ...walkForward, arms: walkForward.arms.slice(0, 1) }),
];
console.log(`run ${runId}: teachers of ${sets.length} windows; ${folds} folds`);
console.log(tableText(['teacher judged on', 'rows', 'AUC', 'rank IC', 't', 'log loss'], rows));
await world.close();

async function samplesOf(window: EligibleWindow): Promise<SampleSet> {
  const input = await windowInput(world, plan, window);
  if ('members' in input) throw new Error('the split is of windows of one symbol');
  return windowSets(input).training;
}

/** All windows' rows with what folds within their window say of them. */
function inWindow(scoresOf: (samples: SampleSet, seed: number) => Float64Array): ScoredTable {
  const scores = sets.map(([, samples], index) => scoresOf(samples, index + 1));
  return {
    rows: {
      ts: Float64Array.from(sets.flatMap(([, { ts }]) => [...ts])),
      symbol: sets.flatMap(([symbol, { ts }]) => Array.from(ts, () => symbol)),
      label: Int8Array.from(sets.flatMap(([, { labels }]) => [...labels])),
      forwardReturn: Float64Array.from(sets.flatMap(([, one]) => [...one.forwardReturns])),
    },
    arms: [
      {
        name: 'teacher',
        scores: Float64Array.from(scores.flatMap((one) => [...one])),
        isProbability: true,
      },
    ],
  };
}

/** Rows in a random order, then folds of neighbours in that order: neighbours in time teach. */
function shuffledScores(samples: SampleSet, seed: number): Float64Array {
  const n = samples.ts.length;
  const chance = seededChance(seed);
  const lots = Float64Array.from({ length: n }, () => chance.uniform());
  const order = Int32Array.from({ length: n }, (_, index) => index).sort(
    (a, b) => lots[a] - lots[b],
  );
  const said = outOfFold(samples, order, () => true);
  const scores = new Float64Array(n);
  order.forEach((at, index) => (scores[at] = said[index]));
  return scores;
}

/** Folds of neighbours in time; a label that overlaps the test block does not teach. */
function purgedScores(samples: SampleSet): Float64Array {
  const { ts, labelEnds: ends } = samples;
  const order = Int32Array.from(ts.keys());
  return outOfFold(
    samples,
    order,
    (at, start, end) => ends[at] <= ts[start] || ts[at] >= ends[end - 1],
  );
}

function outOfFold(
  { matrix, labels }: SampleSet,
  order: Int32Array,
  mayTeach: (row: number, testStart: number, testEnd: number) => boolean,
): Float64Array {
  const n = order.length;
  const ordered = Int8Array.from(order, (at) => labels[at]);
  const blocks = Array.from({ length: folds }, (_, k): Fold => {
    const [testStart, testEnd] = [k, k + 1].map((edge) => Math.floor((edge * n) / folds));
    const train = Int32Array.from(order.keys()).filter(
      (at) => (at < testStart || at >= testEnd) && mayTeach(at, testStart, testEnd),
    );
    return { train, testStart, testEnd };
  });
  const fits = crossFit(booster, {
    rows: {
      matrix: matrixRows(matrix, order),
      labels: ordered,
      targets: Float32Array.from(ordered),
    },
    folds: blocks,
    growth: { objective: 'binary', trees: recipe.teacher },
  });
  let step = fits.next();
  while (step.done !== true) step = fits.next();
  return step.value;
}

function row(name: string, scored: ScoredTable): (string | number)[] {
  const known = completeTable(scored);
  const kept = known.rows.symbol.flatMap((symbol, at) => (failed.has(symbol) ? [] : [at]));
  const { rows: judged, arms } = pickedTable(known, kept);
  const options = {
    lags: 2 * recipe.horizon,
    horizon: recipe.horizon,
    bootstrap: { ...defaultBootstrapOptions, draws: 1000 },
  };
  const [{ auc, rankIc, probability }] = panelEvidence(panelOf(judged), arms, [], options).arms;
  const shown = (one: { value: number; low: number; high: number }): string =>
    `${one.value.toFixed(3)} [${one.low.toFixed(3)}, ${one.high.toFixed(3)}]`;
  return [
    name,
    kept.length,
    shown(auc),
    shown(rankIc),
    rankIc.t.toFixed(1),
    `${probability?.logLoss.toFixed(3)} (base rate ${probability?.constantLogLoss.toFixed(3)})`,
  ];
}
