import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BriefingInput, StepEnd } from '../../shared/contracts/nightly.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { runFolder } from '../../shared/runtime/data-root.ts';
import { writeWhole } from '../../shared/runtime/files/files.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { eligible, exchange, run, store, testWorld } from '../world.fixture.ts';
import type { Briefing } from './briefing-facts.ts';
import { nightOf, runText, trainedNight } from './nightly.fixture.ts';

// A briefing says what a night came to:
// - what somebody must do comes first, with the command, and who must act
// - scores, windows and evidence are those of the night's files, and the evidence is put into words
// - of a night in which everything failed there is one all the same

const done: readonly StepEnd[] = (['backfill', 'gate', 'train', 'evidence', 'score'] as const).map(
  (step) => ({ step, ended: 'done' }),
);

const asOf = '2023-01-31';

async function written(world: ComputeWorld, input: Partial<BriefingInput> = {}) {
  const runId = input.runId ?? `${asOf}-nightly`;
  const result = await run(world, 'writeBriefing', {
    runId,
    root: world.root.id,
    schedule: 'nightly',
    asOf: asOf as TradingDay,
    session: '2023-02-01' as TradingDay,
    steps: done,
    cancelled: false,
    ...input,
  });
  return {
    ...result,
    text: await runText(world, runId, 'briefing.md'),
    facts: JSON.parse(await runText(world, runId, 'briefing.json')) as Briefing,
  };
}

describe('writeBriefing', () => {
  test('says what a night trained, scored and found', async () => {
    const world = await testWorld();
    await store(world, ...exchange(['INFY', 'TCS'], '2023-02-01'));
    const night = await trainedNight(world, asOf);
    const { runId } = night;
    const report = { runId, root: world.root.id, cancelled: false, seconds: 4.2 };
    const windows = await eligible(world, runId);
    const stages = windows.flatMap(({ window }) =>
      (['teacher', 'student'] as const).map((stage) => [window, stage, 'trained', 'cpu0', 1, []]),
    );
    const record = { runId, root: world.root.id, page: 1, part: 1, devices: { cpu0: 'cpu' } };
    await writeWhole(
      path.join(runFolder(world.root, runId), 'outcomes', '1-1.json'),
      JSON.stringify({ ...record, done: stages, failed: [] }),
    );
    await run(world, 'reportRun', report);
    await run(world, 'weighEvidence', night);
    await run(world, 'scoreSession', { ...night, symbols: 'all', minimumTurnover: 0 });

    const { state, subject, text, facts } = await written(world);

    expect(state).toBe('completed');
    expect(subject).toBe(
      `SenseQuant nightly as of ${asOf}, completed: ${windows.length} trained, 2 scored`,
    );
    expect(facts.scores?.top.map(({ rank }) => rank)).toEqual([1, 2]);
    expect(text).not.toContain('## To do');
    expect(text).toContain(`- Windows: ${windows.length} trained, 0 reused, 0 failed`);
    expect(text).toMatch(/\| 1 \| (INFY|TCS) \| 0\.\d{4} \|/);
    // Two symbols have no rank IC, and it says why.
    expect(text).toContain('student: no rank IC, since no session has five symbols to rank');
    expect(text).toContain('No verdict is given.');
  });

  test('puts first what somebody must do, with the command and who it is', async () => {
    const world = await testWorld();
    const { runId } = await nightOf(world, `${asOf}-nightly`, asOf);
    const lacking = [{ symbol: 'TCS', presentBars: 20, expectedBars: 21 }];
    const coverage = { symbols: 2, presentBars: 41, expectedBars: 42, lacking, leftOut: true };
    const window = 'INFY/1d/2022-01-01..2022-06-30';
    const failed = { window, stage: 'teacher', class: 'LaneError', message: 'no memory' };
    const counts = { trained: 3, reused: 5, failed: { LaneError: 1 }, skipped: { 'no-bars': 2 } };
    const folder = runFolder(world.root, runId);
    for (const [name, value] of Object.entries({
      'coverage.json': coverage,
      'report.json': { runId, state: 'completed', counts, seconds: 1 },
      'outcomes/1-1.json': { done: [], failed: [failed] },
    }))
      await writeWhole(path.join(folder, name), JSON.stringify(value));
    const steps: StepEnd[] = [
      ...done.slice(0, 3),
      { step: 'evidence', ended: 'failed', class: 'DataError', message: 'it is damaged' },
      { step: 'score', ended: 'failed', class: 'InputError', message: 'no model' },
    ];

    const { state, subject, text } = await written(world, { steps });

    expect(state).toBe('incomplete');
    expect(subject).toContain('3 trained, 1 failed, no scores, failed: evidence, score');
    const todo = text.slice(text.indexOf('## To do'), text.indexOf('## The night'));
    expect(todo).toContain('it is damaged (DataError: whoever owns the data must mend it)');
    expect(todo).toContain(`replay --failed-of ${runId}`);
    expect(todo).toContain(`\`${window}\` teacher: LaneError: no memory`);
    expect(todo).toContain('1 of 2 symbols lack bars and were not trained: TCS 20/21');
    expect(todo).toContain('There are no scores for 2023-02-01: do not trade on older ones');
  });

  test('is written also of a night in which nothing came about', async () => {
    const world = await testWorld();
    await nightOf(world, `${asOf}-nightly`, asOf);
    const steps: StepEnd[] = [
      { step: 'backfill', ended: 'late' },
      { step: 'gate', ended: 'left-out', message: 'the deadline came first' },
    ];

    const { state, text } = await written(world, { steps, cancelled: true });

    expect(state).toBe('cancelled');
    expect(text).toContain('**backfill** was not done by the deadline and goes on by itself');
    expect(text).toContain('**gate** was left out: the deadline came first');
  });
});
