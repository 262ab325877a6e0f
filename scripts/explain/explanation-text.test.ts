import { describe, expect, test } from 'vitest';
import { explainWindow } from '../../activities/validation/explain-window.ts';
import type { ExplainedStage } from '../../activities/validation/explained-stage.ts';
import {
  eligibleWindow,
  filesOnly,
  planOf,
  predict,
  record,
  type Files,
} from '../../activities/validation/finished-run.fixture.ts';
import { sealHoldout } from '../../activities/validation/holdouts.ts';
import {
  distilWindow,
  eligible,
  exchange,
  fitWindow,
  plan,
  request,
  store,
  testWorld,
} from '../../activities/world.fixture.ts';
import type { Dispatch } from '../../shared/contracts/outcome.ts';
import type { PlannedSeries } from '../../shared/contracts/plan.ts';
import type { EpochMs, TradingDay } from '../../shared/contracts/time.ts';
import { pooledRecipe, symbolRecipe } from '../../shared/domain/samples/recipes.ts';
import { writeSynced } from '../../shared/runtime/files/files.ts';
import { explanationText } from './explanation-text.ts';

const infy = eligibleWindow('INFY');
const window = infy.window;

async function textOf(files: Files, runId = 'r1'): Promise<string> {
  const explained = await explainWindow(files, { runId, window });
  return explanationText(explained).replaceAll(files.root.path, '<root>');
}

const folds = [
  { trainRows: 40, testRows: 22 },
  { trainRows: 62, testRows: 23 },
];

const evidence = {
  informs: false,
  rows: 67,
  labels: 13,
  logLoss: 0.92,
  constantLogLoss: 0.69,
  auc: 0.47,
  aucLow: 0.33,
};

/** Facts as the manifests of a teacher and of a student have them. */
const made = {
  teacher: {
    recipe: symbolRecipe,
    versions: { lightgbm: '4.6.0', onnxruntime: '1.30.0' },
    features: ['return1', 'rsi14'],
    folds,
    importance: { return1: 1, return5: 0.001, rsi14: 3 },
    outOfFold: { rows: 67, baseRate: 0.5, auc: 0.47, logLoss: 0.92 },
    workflowId: `train/r0/${window}/teacher`,
  },
  student: {
    recipe: symbolRecipe,
    versions: { lightgbm: '4.6.0', onnxruntime: '1.30.0' },
    converter: 1,
    importance: { return1: 0, rsi14: 0 },
    teaching: {
      share: 0,
      temperature: 1,
      reason: 'oof-uninformative',
      evidence,
      tried: [{ share: 0, temperature: 1, logLoss: 0.83 }],
    },
    calibration: { slope: 0.17, intercept: -0.028 },
    parity: { rows: 256, difference: 3.76e-8 },
    outOfFold: { rows: 67, baseRate: 0.5, auc: 0.416, logLoss: 0.838 },
    workflowId: `train/r1/${window}/student`,
  },
};

async function keep(
  { store: into }: Files,
  stage: 'teacher' | 'student',
  facts: Readonly<Record<string, unknown>> = made[stage],
): Promise<void> {
  const write = (folder: string) => writeSynced(`${folder}/model.txt`, stage);
  await into.publish(`${stage}s`, infy.stages[stage].key, write, facts);
}

describe('explanationText', () => {
  test('tells whose rows a skipped pool leaves without a model, and who is left out of it', async () => {
    const files = await filesOnly();
    const pool = eligibleWindow('POOLED.x');
    const { stages: _, cost: _c, rows: _r, ...skipped } = pool;
    const left = { judged: { A: 21, B: 20 }, absent: { B: 'no-bars' } } as const;
    const why = { reason: 'no-bars', detail: { members: 0, symbols: 0 } } as const;
    await planOf(files, [{ ...skipped, ...left, ...why, decision: 'skip' }], {
      recipe: pooledRecipe,
    });

    const explained = await explainWindow(files, { runId: 'r1', window: pool.window });
    const text = explanationText(explained);

    expect(explained).toMatchObject(left);
    expect(text).toContain('skip as no-bars: the universe has no member on the decision day\n');
    expect(text).toContain('until 2022-12-26, 41 rows without a model\n');
    expect(text).toContain('\nleft out      B no-bars\n');
  });

  test('tells where a gap that nobody confirmed ends what is judged', async () => {
    const files = await filesOnly();
    const gap = { readTo: '2022-09-01' as TradingDay, unread: { INFY: 43 } };
    await planOf(files, [{ ...infy, ...gap }]);

    expect(await textOf(files)).toContain(
      'until 2022-12-26, 120 rows, 43 without a model: behind a gap that',
    );
  });

  test('keeps scores of sealed sessions back, and says by which holdout', async () => {
    const files = await filesOnly();
    await planOf(files, [infy]);
    await predict(files, infy, 'student', { evaluation: { rows: 110, auc: 0.51 } });
    const shown = await textOf(files);
    const asked = { name: 'spring', runId: 'r1', freeze: '2022-06-30' as TradingDay };
    await sealHoldout(
      { ...files, now: () => Date.parse('2025-02-03T20:00+05:30') as EpochMs },
      { ...asked, who: 'asha', why: 'test' },
    );

    const text = await textOf(files);

    expect(shown).toContain('student, evaluation');
    expect(text).not.toContain('student, evaluation');
    expect(text).toContain(
      'sealed        scores of sessions after 2022-06-30 are kept back by holdout spring',
    );
  });

  test('tells a window from its decision to the command that trains it again', async () => {
    const files = await filesOnly();
    const lost: Dispatch = { lane: 'cpu1', ended: 'LaneError', message: 'the device is lost' };
    await planOf(files, [infy]);
    await keep(files, 'teacher');
    await keep(files, 'student');
    await predict(files, infy, 'teacher', {
      evaluation: { rows: 115, baseRate: 0.4, auc: 0.53, logLoss: 0.79 },
      workflowId: 'train/r1',
    });
    await predict(files, infy, 'student', {
      evaluation: { rows: 0 },
      fidelity: {
        rows: 120,
        spearman: null,
        meanDifference: 0.244,
        agreement: 0.95,
        topDecileOverlap: 0.9,
      },
      workflowId: `train/r1/${window}/student`,
    });
    await record(files, {
      done: [
        [window, 'teacher', 'reused', 'cpu0', 0.004, []],
        [window, 'student', 'trained', 'cpu0', 0.15, [lost]],
      ],
    });

    const text = await textOf(files);

    const { teacher, student } = infy.stages;
    const place = (kind: string, key: string): string => `store/${kind}/${key.slice(0, 2)}/${key}`;
    expect(text.split('\n')).toEqual([
      'window        INFY/1d/2022-01-01..2022-06-30',
      'run           r1, as of 2025-01-31, open or cut off',
      'decision      train its teacher and its student',
      'span          from 2022-01-01 until 2022-06-30; decided at the close of 2022-06-29',
      'evaluation    from 2022-06-29 until 2022-12-26, 120 rows',
      'recipe        symbol@2: labels over 5 bars above 22.25 bp, features base-1, student mix auto',
      'bars          csv-raw, 1 segment',
      '',
      'teacher       reused, made by run r0 meanwhile; cpu0 (cpu), 0.00 s',
      'student       trained by cpu0 (cpu), 0.15 s',
      '              cpu1: LaneError, the device is lost',
      '',
      'rows          112 labelled rows that train',
      'folds         rows that train and test: 40 and 22, 62 and 23',
      'features      2 of base-1: return1 rsi14',
      'teacher gain  oscillators 75 % (rsi14 75), returns 25 % (return1 25), trend 0 %, volatility 0 %,',
      '              volume 0 %',
      'student gain  no tree splits: it says the same of every row',
      'taught        hard labels: out-of-fold predictions do not inform (log loss 0.920 against the',
      "              constant's 0.690, AUC 0.470, at least 0.330; 67 rows, 13 labels that do not overlap)",
      'calibration   slope 0.170, intercept -0.028, on the logit',
      'ONNX          within 3.8e-8 of LightGBM on 256 rows made to tell them apart',
      'fidelity      120 rows: rank correlation none, mean |Δp| 0.244, same side 0.950, top tenth 0.900',
      '',
      'scores                rows  gains  AUC    log loss  of the base rate',
      'teacher, out-of-fold    67  0.500  0.470  0.920     0.693',
      'teacher, evaluation    115  0.400  0.530  0.790     0.673',
      'student, out-of-fold    67  0.500  0.416  0.838     0.693',
      'student, evaluation      0  none   none   none      none',
      '(one window proves nothing: "export predictions" judges all of them together)',
      '',
      'lineage       under <root>',
      '  bars        bars/1d/INFY/csv-raw/2020-10-01..2024-12-31-0123456789abcdef.parquet',
      `  teacher     ${place('teachers', teacher.key)}`,
      '              symbol@2, LightGBM 4.6.0, by another run,',
      '              train/r0/INFY/1d/2022-01-01..2022-06-30/teacher',
      `  predicts    ${place('predictions', teacher.predictionsKey)}`,
      '              by train/r1',
      `  student     ${place('students', student.key)}`,
      '              symbol@2, LightGBM 4.6.0, converter 1, ONNX Runtime 1.30.0, by',
      '              train/r1/INFY/1d/2022-01-01..2022-06-30/student',
      `  predicts    ${place('predictions', student.predictionsKey)}`,
      '              by train/r1/INFY/1d/2022-01-01..2022-06-30/student',
      '',
      'again',
      'npm run -s sensequant -- train --symbols INFY --from 2022-01-01 --to 2022-06-29 --as-of 2025-01-31',
    ]);
  });

  test('tells of a failed teacher who must act, and why there is no student', async () => {
    const files = await filesOnly();
    await planOf(files, [infy]);
    await record(files, {
      failed: [
        {
          window,
          stage: 'teacher',
          class: 'LaneError',
          message: 'no lane could do it',
          dispatches: [
            { lane: 'cpu0', ended: 'LaneError', message: 'memory does not suffice' },
            { lane: 'cpu1', ended: 'LaneError' },
          ],
        },
      ],
    });

    const text = await textOf(files);

    expect(text).toContain(
      [
        'teacher       failed with LaneError: no lane could do it',
        '              the machine must recover, else its operator must act',
        '              cpu0: LaneError, memory does not suffice',
        '              cpu1: LaneError',
        'student       not started: its teacher failed',
      ].join('\n'),
    );
    expect(text).toContain('not in the store');
    expect(text).not.toContain('scores');
    expect(text).not.toMatch(/undefined|null|NaN/);
  });

  test.each<[string, object, string]>([
    [
      'soft labels',
      {
        share: 0.5,
        temperature: 2,
        reason: 'oof-informs',
        evidence: { ...evidence, informs: true },
        tried: [
          { share: 0, temperature: 1, logLoss: 0.7 },
          { share: 0.5, temperature: 2, logLoss: 0.68 },
        ],
      },
      'taught 0.5 of the teacher at temperature 2: out-of-fold predictions inform (log loss 0.920 ' +
        "against the constant's 0.690, AUC 0.470, at least 0.330; 67 rows, 13 labels that do not " +
        'overlap); log losses of what was tried: hard 0.700, 0.5 at 2 0.680',
    ],
    [
      'what was asked for',
      { share: 0, temperature: 1, reason: 'asked', evidence, tried: [] },
      'taught hard labels, as asked: out-of-fold predictions do not inform',
    ],
    [
      'rows that a residual student left out',
      { share: 0, temperature: 1, reason: 'asked', evidence, tried: [], withoutOpinion: 124 },
      'overlap); 124 earlier rows left out, of which the pooled teacher has no opinion',
    ],
  ])('tells of %s and the evidence', async (_, teaching, words) => {
    const files = await filesOnly();
    await planOf(files, [infy]);
    await keep(files, 'student', { teaching });

    const text = await textOf(files);

    expect(text.replaceAll(/\s+/g, ' ')).toContain(words);
  });

  test('says of bars that a comparison found wrong that they are no evidence', async () => {
    const files = await filesOnly();
    await planOf(files, [infy]);
    const explained = await explainWindow(files, { runId: 'r1', window });
    const series = { ...(explained.series as PlannedSeries), noEvidence: ['subtractive'] };

    expect(explanationText({ ...explained, series })).toContain(
      'bars          csv-raw, 1 segment; no evidence, by reconcile: subtractive\n',
    );
  });

  test('warns where planning again gives other models', async () => {
    const files = await filesOnly();
    await planOf(files, [infy], { recipe: { ...symbolRecipe, version: 0 } });

    expect(await textOf(files)).toContain('again (other models by now: recipe changed since)\n');
  });

  test('says all that the activities write about a real window, on lines of 100 columns', async () => {
    const world = await testWorld();
    await store(world, ...exchange(['INFY']));
    await plan(world, 'r1', request({ to: '2022-06-30' }));
    const [real] = await eligible(world, 'r1');
    await fitWindow(world, real);
    await distilWindow(world, real);

    const explained = await explainWindow(world, { runId: 'r1', window: real.window });
    const text = explanationText(explained).replaceAll(world.root.path, '<root>');

    const names = text.split('\n').map((line) => line.slice(0, 14).trim());
    for (const name of ['rows', 'folds', 'features', 'taught', 'calibration', 'ONNX', 'fidelity'])
      expect(names).toContain(name);
    const student = explained.stages?.student as ExplainedStage;
    expect(student.predictions.facts).toHaveProperty('fidelity.rows');
    expect(text.match(/^(?:teacher|student), .*$/gm)).toHaveLength(4);
    expect(text).not.toMatch(/undefined|null|NaN|none|not in the store/);
    const lines = text.split('\n').filter((line) => !line.startsWith('npm run'));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});
