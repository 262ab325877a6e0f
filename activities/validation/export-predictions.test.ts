import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError, LaneError } from '../../shared/contracts/errors.ts';
import type { EligibleWindow } from '../../shared/contracts/plan.ts';
import { areaUnderCurve, logLoss } from '../../shared/domain/validation/metrics.ts';
import { connected, readParquet } from '../../shared/runtime/files/duckdb.ts';
import { canMakeDisk, scratchFolder, tinyDisk } from '../../shared/runtime/scratch.fixture.ts';
import { exportPredictions } from './export-predictions.ts';
import {
  eligibleWindow,
  filesOnly,
  judgedSessions,
  planOf,
  predict,
  type Files,
} from './finished-run.fixture.ts';

const tcs = eligibleWindow('TCS');
const mm = eligibleWindow('M&M');
const later = eligibleWindow('M&M', '2022-06-30');

/** A run whose windows have predictions of both stages. */
async function predictedRun(...windows: readonly EligibleWindow[]): Promise<Files> {
  const files = await filesOnly();
  await planOf(files, windows);
  for (const window of windows)
    for (const stage of ['teacher', 'student'] as const) await predict(files, window, stage);
  return files;
}

function outFile(name = 'predictions.csv'): string {
  return path.join(scratchFolder(), name);
}

/** What the store says a stage of a window predicted. */
async function stored({ store }: Files, window: EligibleWindow, stage: 'teacher' | 'student') {
  const folder = store.folder('predictions', window.stages[stage].predictionsKey);
  return await readParquet(path.join(folder, 'predictions.parquet'));
}

async function csvOf(file: string): Promise<string[][]> {
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  return lines.map((line) => line.split(','));
}

describe('exportPredictions', () => {
  test('writes a row a window and session, by symbol, time and window', async () => {
    const files = await predictedRun(tcs, later, mm);
    const file = outFile();

    const told = await exportPredictions(files, { runId: 'r1', file });

    const [headings, ...rows] = await csvOf(file);
    expect(headings).toEqual('symbol,ts,window,label,forwardReturn,teacher,student'.split(','));
    expect(rows).toHaveLength(3 * judgedSessions);
    // Two windows of M&M overlap in none but their order by time.
    const order = rows.map(([symbol, ts, window]) => `${symbol} ${ts} ${window}`);
    expect(order).toEqual(order.toSorted());
    expect(rows[0].slice(0, 3)).toEqual(['M&M', '2022-06-28T18:30:00Z', mm.window]);
    const teacher = await stored(files, mm, 'teacher');
    const student = await stored(files, mm, 'student');
    const ofWindow = rows.filter(([, , window]) => window === mm.window);
    ofWindow.forEach(([, ts, , label, forwardReturn, byTeacher, byStudent], row) => {
      const isKnown = teacher.label[row] >= 0;
      expect(Date.parse(ts)).toBe(teacher.ts[row]);
      expect(label).toBe(isKnown ? String(teacher.label[row]) : '');
      expect(forwardReturn === '' ? NaN : Number(forwardReturn)).toBe(teacher.forwardReturn[row]);
      expect([Number(byTeacher), Number(byStudent)]).toEqual([
        teacher.teacher[row],
        student.student[row],
      ]);
    });
    expect(told).toMatchObject({
      runId: 'r1',
      file,
      rows: 360,
      windows: 3,
      missing: 0,
      incomplete: 0,
      symbols: 2,
      from: '2022-06-29',
      to: '2023-04-24',
    });
  });

  test('pools all windows before it judges them', async () => {
    const files = await predictedRun(tcs, later, mm);

    const { teacher, baseRate } = await exportPredictions(files, { runId: 'r1', file: outFile() });

    const all = await Promise.all([tcs, later, mm].map((one) => stored(files, one, 'teacher')));
    const labels = Int8Array.from(all.flatMap(({ label }) => [...label]));
    const said = Float64Array.from(all.flatMap(({ teacher: p }) => [...p]));
    const known = [...labels].filter((label) => label >= 0);
    expect(baseRate).toBeCloseTo(known.filter((label) => label === 1).length / known.length, 12);
    expect(teacher.auc).toBeCloseTo(areaUnderCurve(labels, said), 12);
    expect(teacher.logLoss).toBeCloseTo(logLoss(labels, said), 12);
    expect(teacher.rows).toBe(345);
    // Of 2 × 115 sessions with a label, the windows that start in January share theirs.
    expect(teacher.sessions).toBe(230);
    expect(teacher.constantLogLoss).toBeCloseTo(
      logLoss(labels, new Float64Array(labels.length).fill(baseRate)),
      12,
    );
    expect(teacher.low).toBeLessThan(teacher.auc);
  });

  test('writes Parquet that knows times in UTC and what is unknown', async () => {
    const files = await predictedRun(tcs);
    const file = outFile('predictions.parquet');

    await exportPredictions(files, { runId: 'r1', file });

    const [types, first, last] = await connected(file, 'read', async (connection) => {
      const table = `read_parquet('${file}')`;
      const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${table}`);
      const rows = await connection.runAndReadAll(
        `SELECT epoch_ms(ts) AS at, * EXCLUDE (ts) FROM ${table}`,
      );
      const all = rows.getRowObjects();
      return [
        described.getRowObjects().map((row) => [row.column_name, row.column_type]),
        all[0],
        all.at(-1),
      ] as const;
    });
    expect(types).toEqual([
      ['symbol', 'VARCHAR'],
      ['ts', 'TIMESTAMP WITH TIME ZONE'],
      ['window', 'VARCHAR'],
      ['label', 'TINYINT'],
      ['forwardReturn', 'DOUBLE'],
      ['teacher', 'DOUBLE'],
      ['student', 'DOUBLE'],
    ]);
    const teacher = await stored(files, tcs, 'teacher');
    expect(first).toMatchObject({
      at: BigInt(teacher.ts[0]),
      label: teacher.label[0],
      teacher: teacher.teacher[0],
    });
    expect(last).toMatchObject({ label: null, forwardReturn: null, symbol: 'TCS' });
  });

  test.each(['predictions.csv', 'predictions.parquet'])(
    'gives the same bytes however often, over %s that is there',
    async (name) => {
      const files = await predictedRun(mm, tcs);
      const [one, two] = [outFile(name), outFile(name)];
      await writeFile(two, 'an older export');

      await exportPredictions(files, { runId: 'r1', file: one });
      await exportPredictions(files, { runId: 'r1', file: two });

      expect((await readFile(one)).equals(await readFile(two))).toBe(true);
      expect(await readdir(path.dirname(two))).toEqual([name]);
    },
  );

  test('leaves empty what a stage has not predicted, and counts what none has', async () => {
    const failed = eligibleWindow('INFY');
    const files = await predictedRun(mm);
    await planOf(files, [mm, tcs, failed, later], { runId: 'r2' });
    await predict(files, tcs, 'teacher');
    await predict(files, later, 'student');
    const file = outFile();

    const told = await exportPredictions(files, { runId: 'r2', file });

    const [, ...rows] = await csvOf(file);
    const sides = (window: EligibleWindow): string[] =>
      rows
        .filter(([, , name]) => name === window.window)
        .map(([, , , , , teacher, student]) => `${teacher && 't'}${student && 's'}`);
    expect(new Set(sides(tcs))).toEqual(new Set(['t']));
    expect(new Set(sides(later))).toEqual(new Set(['s']));
    expect(new Set(sides(mm))).toEqual(new Set(['ts']));
    expect(told).toMatchObject({ windows: 3, missing: 1, incomplete: 2 });
    expect([told.teacher.rows, told.student.rows]).toEqual([230, 230]);
  });

  test('says nothing of students where there are none', async () => {
    const files = await filesOnly();
    await planOf(files, [tcs]);
    await predict(files, tcs, 'teacher');

    const { student } = await exportPredictions(files, { runId: 'r1', file: outFile() });

    expect(student).toMatchObject({ auc: NaN, rows: 0, sessions: 0 });
  });

  test('counts a damaged artifact as missing and sets it aside', async () => {
    const files = await predictedRun(mm, tcs);
    const folder = files.store.folder('predictions', tcs.stages.student.predictionsKey);
    await writeFile(path.join(folder, 'predictions.parquet'), 'PAR1');

    const told = await exportPredictions(files, { runId: 'r1', file: outFile() });

    expect(told).toMatchObject({ windows: 2, missing: 0, incomplete: 1 });
    expect(files.warnings).toEqual([expect.stringContaining('is not what its manifest says')]);
  });

  test('takes any path at its word', async () => {
    const files = await predictedRun(tcs);
    const folder = path.join(scratchFolder(), "it's [a] *strange*? place");
    await mkdir(folder);

    await exportPredictions(files, { runId: 'r1', file: path.join(folder, "p'?.csv") });

    expect(await readdir(folder)).toEqual(["p'?.csv"]);
  });
});

describe('exportPredictions refuses', () => {
  test.each([
    ['another format', 'predictions.xlsx', 'must end in ".csv" or ".parquet"'],
    ['a folder that does not exist', 'none/predictions.csv', 'is no folder that exists'],
    ['a file for a folder', 'file/predictions.csv', 'is no folder that exists'],
    ['a folder for a file', 'folder.csv', 'is a folder; name a file in it'],
  ])('%s, and leaves nothing behind', async (_, name, message) => {
    const files = await predictedRun(tcs);
    const folder = scratchFolder();
    await writeFile(path.join(folder, 'file'), '');
    await mkdir(path.join(folder, 'folder.csv'));

    const refused = exportPredictions(files, { runId: 'r1', file: path.join(folder, name) });

    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(message);
    expect((await readdir(folder)).toSorted()).toEqual(['file', 'folder.csv']);
  });

  test.skipIf(!canMakeDisk)('a full disk, and keeps the file that is there', async () => {
    const files = await predictedRun(mm, tcs);
    const disk = tinyDisk(16);
    const file = path.join(disk, 'predictions.csv');
    await writeFile(file, 'an older export');

    const refused = exportPredictions(files, { runId: 'r1', file });

    await expect(refused).rejects.toThrow(LaneError);
    expect(await readdir(disk)).toEqual(['predictions.csv']);
    expect(await readFile(file, 'utf8')).toBe('an older export');
  });

  test('a run that nobody planned, or that has no predictions', async () => {
    const files = await filesOnly();
    await planOf(files, [tcs, mm]);

    const of = (runId: string) => exportPredictions(files, { runId, file: outFile() });

    await expect(of('r9')).rejects.toThrow('has no plan of run "r9"');
    await expect(of('r1')).rejects.toThrow(
      'run "r1" has no predictions: its "2" windows failed or have not started',
    );
  });
});
