import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type {
  PooledScores,
  PredictionsExport,
} from '../../activities/validation/export-predictions.ts';
import {
  eligibleWindow,
  filesOnly,
  planOf,
  predict,
} from '../../activities/validation/finished-run.fixture.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { openDataRoot } from '../../shared/runtime/data-root.ts';
import { commandLine } from '../testing/command-line.fixture.ts';
import { exportText } from './export.ts';

const scores: PooledScores = {
  auc: 0.5123,
  low: 0.4981,
  high: 0.5267,
  rows: 7320,
  sessions: 610,
  logLoss: 1.1713,
  constantLogLoss: 0.6925,
};

const told: PredictionsExport = {
  runId: 'r1',
  file: '/tmp/p.csv',
  kind: 'scored',
  spans: { rows: 7441, noModel: 0, reasons: {} },
  holdouts: [],
  rows: 7441,
  windows: 61,
  missing: 0,
  incomplete: 0,
  symbols: 12,
  from: '2022-06-29' as TradingDay,
  to: '2024-12-31' as TradingDay,
  baseRate: 0.5183,
  teacher: scores,
  student: scores,
};

describe('exportText', () => {
  test('has the pooled scores of both models beside what a constant scores', () => {
    expect(exportText(told).split('\n')).toEqual([
      'file       /tmp/p.csv',
      'run        r1',
      'rows       7,441 of 61 windows of 12 symbols, sessions 2022-06-29 to 2024-12-31',
      'base rate  0.518 of known labels are gains',
      'teacher    AUC 0.512 [0.498, 0.527] over 7,320 rows of 610 sessions',
      '           log loss 1.1713, of the base rate 0.6925',
      'student    AUC 0.512 [0.498, 0.527] over 7,320 rows of 610 sessions',
      '           log loss 1.1713, of the base rate 0.6925',
      '           [95 % interval by a bootstrap of blocks of sessions, all rows of a session together]',
    ]);
  });

  test('says what is missing, and of what nothing can be said', () => {
    const none = { ...scores, auc: NaN, low: NaN, high: NaN };
    const few = { ...scores, low: NaN, high: NaN, sessions: 12 };

    const text = exportText({ ...told, missing: 3, incomplete: 1, teacher: few, student: none });
    const early = exportText({ ...told, baseRate: NaN, teacher: none, student: none });

    expect(text).toContain('missing    3 windows have no predictions: failed or not started\n');
    expect(text).toContain('missing    1 window has predictions of one stage only\n');
    expect(text).toContain(
      'teacher    AUC 0.512 [too few sessions] over 7,320 rows of 12 sessions',
    );
    expect(text).toContain('student    no AUC: it needs known labels of both classes\n');
    expect(early).toContain('base rate  none: no label has ended yet\n');
  });

  test('says what served late, whose teacher nobody asked, and what no model was there for', () => {
    const spans = { rows: 7_600, noModel: 159, reasons: { 'too-few-samples': 159 } } as const;

    const text = exportText({ ...told, kind: 'stale', spans });

    expect(text).toContain(
      'stale      each by the student of the window before, a step late: never evidence\n' +
        'no model   159 of 7,600 rows of evaluation spans: 159 too-few-samples\n',
    );
    expect(text).not.toContain('teacher');
  });
});

describe('export predictions', () => {
  test('answers in words or as one document, without a server', async () => {
    await using user = await commandLine();
    const files = await filesOnly(await openDataRoot(user.dataRoot));
    const windows = [eligibleWindow('TCS'), eligibleWindow('M&M'), eligibleWindow('INFY')];
    await planOf(files, windows);
    for (const window of windows.slice(1))
      for (const stage of ['teacher', 'student'] as const) await predict(files, window, stage);

    const text = await user.type('export', 'predictions', '--out', 'p.csv');
    const document = await user.json<object>('export', 'predictions', 'r1', '--out', 'p.parquet');
    const wrong = await user.type('export', 'predictions', '--out', 'p.xlsx');

    expect([text.code, text.stderr]).toEqual([0, '']);
    expect(text.stdout).toContain('missing    1 window has no predictions: failed or not started');
    const csv = await readFile(path.join(user.folder, 'p.csv'), 'utf8');
    expect(csv.split('\n')).toHaveLength(2 + 240);
    expect(document).toMatchObject({
      schema: 1,
      runId: 'r1',
      file: path.join(user.folder, 'p.parquet'),
      rows: 240,
      missing: 1,
      teacher: { rows: 230, sessions: 115 },
    });
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('must end in ".csv" or ".parquet"');
  });
});
