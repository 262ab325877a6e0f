import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../shared/contracts/errors.ts';
import type { EligibleWindow, PlannedWindow } from '../../shared/contracts/plan.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { symbolRecipe } from '../../shared/domain/samples/recipes.ts';
import { writeSynced } from '../../shared/runtime/files/files.ts';
import { explainWindow } from './explain-window.ts';
import {
  eligibleWindow,
  filesOnly,
  planOf,
  predict,
  record,
  type Files,
} from './finished-run.fixture.ts';

const infy = eligibleWindow('INFY');
const window = infy.window;

/** A window whose stages exist as told when it is planned. */
function known(teacher: boolean, student: boolean): EligibleWindow {
  const { stages } = infy;
  return {
    ...infy,
    decision: teacher && student ? 'reuse' : 'train',
    stages: {
      teacher: { ...stages.teacher, trained: teacher },
      student: { ...stages.student, trained: student },
    },
  };
}

async function plannedRun(...windows: readonly (PlannedWindow | EligibleWindow)[]): Promise<Files> {
  const files = await filesOnly();
  await planOf(files, windows);
  return files;
}

/** Stores a model that a workflow made. */
async function model({ store }: Files, kind: 'teachers' | 'students', key: string, run: string) {
  const workflowId = `train/${run}/${window}/teacher`;
  const write = (folder: string) => writeSynced(path.join(folder, 'model.txt'), 'tree');
  await store.publish(kind, key, write, { workflowId, attempt: 1 });
}

describe('explainWindow', () => {
  test('says what the plan decided, over which bars and days', async () => {
    const files = await plannedRun(known(true, false), eligibleWindow('TCS'));

    const explained = await explainWindow(files, { runId: 'r1', window });

    expect(explained).toMatchObject({
      window,
      runId: 'r1',
      root: files.root.path,
      asOf: '2025-01-31',
      symbol: 'INFY',
      from: '2022-01-01',
      to: '2022-06-30',
      decision: 'train',
      decisionDay: '2022-06-29',
      evaluateTo: '2022-12-26',
      rows: 112,
      toFit: ['student'],
      recipe: symbolRecipe,
      versions: { lightgbm: '4.6.0', onnxruntime: '1.30.0' },
      series: { symbol: 'INFY', series: 'csv-raw', adjustment: 'raw' },
      changed: [],
    });
    expect(explained.state).toBeUndefined();
  });

  test('tells what each stage came to, from whichever part of a page has it', async () => {
    const files = await plannedRun(infy);
    const lost = { lane: 'cpu1', ended: 'LaneError', message: 'the device is lost' } as const;
    await record(files, {
      part: 1,
      done: [
        ['TCS/1d/2022-01-01..2022-06-30', 'teacher', 'reused', 'cpu1', 9, []],
        [window, 'teacher', 'trained', 'cpu0', 0.15, [lost]],
      ],
    });
    await record(files, {
      part: 2,
      failed: [
        {
          window,
          stage: 'student',
          class: 'InvariantError',
          message: 'the converted model differs',
          dispatches: [{ lane: 'cpu0', ended: 'InvariantError', message: 'it differs' }],
        },
      ],
    });

    const { stages } = await explainWindow(files, { runId: 'r1', window });

    expect(stages?.teacher).toMatchObject({
      outcome: 'trained',
      lane: 'cpu0',
      device: 'cpu',
      seconds: 0.15,
      failedDispatches: [lost],
    });
    expect(stages?.student).toMatchObject({
      outcome: 'failed',
      failure: { class: 'InvariantError', message: 'the converted model differs' },
      failedDispatches: [{ lane: 'cpu0', ended: 'InvariantError', message: 'it differs' }],
    });
  });

  test.each([
    ['nothing', known(false, false), ['notStarted', 'notStarted'], ['teacher', 'student']],
    ['its teacher', known(true, false), ['reused', 'notStarted'], ['student']],
    // A teacher that is made again may be another one: its student is asked for again, too.
    ['its student alone', known(false, true), ['notStarted', 'notStarted'], ['teacher', 'student']],
    ['both', known(true, true), ['reused', 'reused'], []],
  ])('knows without a record what happens where %s exists', async (_, planned, outcomes, toFit) => {
    const files = await plannedRun(planned);

    const explained = await explainWindow(files, { runId: 'r1', window });

    const { teacher, student } = explained.stages ?? {};
    expect([teacher?.outcome, student?.outcome]).toEqual(outcomes);
    expect(explained.toFit).toEqual(toFit);
  });

  test('finds the artifacts, and the runs that made them', async () => {
    const files = await plannedRun(infy);
    const { teacher, student } = infy.stages;
    await model(files, 'teachers', teacher.key, 'r0');
    await predict(files, infy, 'teacher', { workflowId: 'train/r1', evaluation: { rows: 115 } });

    const { stages } = await explainWindow(files, { runId: 'r1', window });

    expect(stages?.teacher.model).toEqual({
      key: teacher.key,
      folder: files.store.folder('teachers', teacher.key),
      facts: { workflowId: `train/r0/${window}/teacher`, attempt: 1 },
      madeBy: 'r0',
    });
    expect(stages?.teacher.predictions).toMatchObject({
      key: teacher.predictionsKey,
      facts: { evaluation: { rows: 115 } },
      madeBy: 'r1',
    });
    expect(stages?.student.model).toEqual({
      key: student.key,
      folder: files.store.folder('students', student.key),
    });
  });

  test('counts a damaged artifact as absent', async () => {
    const files = await plannedRun(infy);
    const { key } = infy.stages.teacher;
    await model(files, 'teachers', key, 'r1');
    await writeFile(path.join(files.store.folder('teachers', key), 'model.txt'), 'treason');

    const { stages } = await explainWindow(files, { runId: 'r1', window });

    expect(stages?.teacher.model.facts).toBeUndefined();
    expect(files.warnings).toHaveLength(1);
  });

  test('has the reason of a skipped window with its numbers, and no stages', async () => {
    const { decisionDay: _, stages: _stages, ...rest } = infy;
    const skipped: PlannedWindow = {
      ...rest,
      decision: 'skip',
      reason: 'pre-listing',
      detail: { listed: '2024-10-22' },
    };
    const files = await plannedRun(skipped);
    await writeFile(path.join(files.root.path, 'runs/r1/report.json'), '{"state":"cancelled"}');

    const explained = await explainWindow(files, { runId: 'r1', window });

    expect(explained).toMatchObject({
      state: 'cancelled',
      decision: 'skip',
      reason: 'pre-listing',
      detail: { listed: '2024-10-22' },
    });
    expect([explained.stages, explained.rows]).toEqual([undefined, undefined]);
  });

  test('asks again for what differs from the defaults, and for nothing else', async () => {
    const files = await filesOnly();
    await planOf(files, [infy]);
    await planOf(files, [infy], {
      runId: 'r2',
      windowDays: 180,
      stepDays: 90,
      anchor: '2021-10-03' as TradingDay,
      horizon: 3,
      studentMix: 0.5,
    });
    const least = {
      symbols: ['INFY'],
      interval: '1d',
      from: '2022-01-01',
      to: '2022-06-29',
      recipe: 'symbol',
      asOf: '2025-01-31',
    };

    const [plain, other] = await Promise.all(
      ['r1', 'r2'].map((runId) => explainWindow(files, { runId, window })),
    );

    expect(plain.again).toEqual(least);
    expect(other.again).toEqual({
      ...least,
      stepDays: 90,
      anchor: '2021-10-03',
      horizon: 3,
      studentMix: 0.5,
    });
  });

  test('says what has changed since the plan was made', async () => {
    const files = await filesOnly();
    const older = { ...symbolRecipe, version: 0 };
    await planOf(files, [infy], { recipe: older });
    const newer = { ...files, versions: { ...files.versions, lightgbm: '4.8.0' } };

    const { changed } = await explainWindow(newer, { runId: 'r1', window });

    expect(changed).toEqual(['recipe', 'versions']);
  });
});

describe('explainWindow refuses', () => {
  test.each([
    [
      'another day of a symbol, naming its windows',
      'INFY/1d/2022-01-02..2022-06-30',
      '; of that symbol it has "INFY/1d/2022-01-01..2022-06-30", "INFY/1d/2022-06-30..2022-12-27"',
    ],
    [
      'a slip of the keyboard, naming what may be meant',
      'INFI/1d/2022-01-01..2022-06-30',
      '; did you mean "INFY"?',
    ],
    ['any other symbol, naming those it has', 'WIPRO', '; its symbols are "INFY", "TCS"'],
  ])('%s', async (_, name, message) => {
    const files = await plannedRun(
      infy,
      eligibleWindow('INFY', '2022-06-30'),
      eligibleWindow('TCS'),
    );

    const refused = explainWindow(files, { runId: 'r1', window: name });

    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(`run "r1" has no window "${name}"${message}`);
  });

  test('to name more than forty', async () => {
    const files = await plannedRun(
      ...Array.from({ length: 45 }, (_, i) => eligibleWindow(`S${i}`)),
    );

    const refused = explainWindow(files, { runId: 'r1', window: 'WIPRO' });

    await expect(refused).rejects.toThrow('"S39" and "5" more');
  });

  test('a run that nobody planned', async () => {
    const refused = explainWindow(await filesOnly(), { runId: 'r9', window });

    await expect(refused).rejects.toThrow('has no plan of run "r9"');
  });
});
