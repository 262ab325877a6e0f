import { describe, expect, test } from 'vitest';
import { explainWindow } from '../../activities/validation/explain-window.ts';
import {
  eligibleWindow,
  filesOnly,
  planOf,
  record,
} from '../../activities/validation/finished-run.fixture.ts';
import type { EpochMs } from '../../shared/contracts/time.ts';
import { failureFiles, type FailureEvidence } from '../../shared/runtime/runs/failure-files.ts';
import { failureParagraphs } from './failure-words.ts';

const infy = eligibleWindow('INFY');
const { window } = infy;
const at = Date.parse('2024-12-31T12:00:00Z') as EpochMs;
const failure = {
  window,
  stage: 'teacher',
  class: 'LaneError',
  message: 'out of memory',
  dispatches: [{ lane: 'cpu0', ended: 'LaneError', message: 'out of memory', at }],
} as const;
const evidence: FailureEvidence = {
  schema: 1,
  runId: 'r1',
  window,
  stage: 'teacher',
  lane: 'cpu0',
  device: 'cpu',
  at,
  seconds: 1.5,
  class: 'LaneError',
  message: 'out of memory',
  fields: { bytes: 12 },
  workflowId: `train/r1/${window}/teacher`,
  temporalRunId: 'abc',
  dispatch: '1',
  inputs: {
    planToken: 'p'.repeat(8),
    key: 'k'.repeat(8),
    predictionsKey: 'q'.repeat(8),
    rows: 112,
    cost: 1,
  },
  log: [JSON.stringify({ time: '2024-12-31T11:59:59Z', msg: 'began' }), '{"cut": "off'],
};

async function told(...records: Parameters<typeof record>[1][]): Promise<string> {
  const files = await filesOnly();
  await planOf(files, [infy]);
  await failureFiles(files.root, 'r1').keep(evidence);
  for (const one of records) await record(files, one);
  return failureParagraphs(await explainWindow(files, { runId: 'r1', window })).join('\n\n');
}

describe('failureParagraphs', () => {
  test('show where, of what and after which lines a window failed, and what replays it', async () => {
    expect(await told({ part: 1, failed: [failure] })).toBe(
      [
        'evidence      teacher on cpu0 (cpu) at 2024-12-31T12:00:00.000Z, after 1.5 s',
        '              LaneError: out of memory',
        'fields        bytes 12',
        'inputs        model kkkkkkkk, plan pppppppp',
        'its log',
        '  2024-12-31T11:59:59Z began',
        '  {"cut": "off',
        '',
        'log',
        `npm run -s sensequant -- logs r1 --window '${window}'`,
        '',
        'replay',
        `npm run -s sensequant -- replay --windows '${window}' --of r1`,
      ].join('\n'),
    );
  });

  test('leave out what replays a window that was done since', async () => {
    const text = await told(
      { part: 1, failed: [failure] },
      {
        page: 2,
        part: 1,
        done: [
          [window, 'teacher', 'trained', 'cpu1', 1, []],
          [window, 'student', 'trained', 'cpu1', 1, []],
        ],
      },
    );

    expect(text).toContain('evidence      teacher on cpu0');
    expect(text).not.toContain('replay');
  });
});
