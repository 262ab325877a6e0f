import { describe, expect, test } from 'vitest';
import { judgeRun, type AucFound, type RunFindings } from './run-controls.ts';

const none = { compared: 10, different: 0 };
const one = { compared: 10, different: 1 };
const chanceAuc: AucFound = { name: 'student', auc: 0.51, low: 0.48, high: 0.54, rows: 900 };
const sound: RunFindings = {
  eligible: 3,
  read: 2,
  sampled: 1,
  rows: [{ trained: 90, late: 0, outside: 0, judged: 20, judgedTrained: 0, judgedOutside: 0 }],
  purge: [{ learnt: 200, overlapping: 0, purged: 15, misplaced: 0 }],
  truncation: { features: none, labels: none, models: { compared: 0, different: 0 } },
  names: none,
  trained: none,
  predictions: none,
  models: none,
  shuffled: { ...chanceAuc, name: 'shuffled' },
  aucs: [chanceAuc],
};

function failed(found: RunFindings): string[] {
  return judgeRun(found).flatMap(({ name, passed }) => (passed ? [] : [name]));
}

describe('judgeRun', () => {
  test('passes a run whose rows, models and scores are as they should be, and says of how many', () => {
    expect(failed(sound)).toEqual([]);
    const [{ claim, statistics }] = judgeRun(sound);
    expect(claim).toContain('2 of 3 windows read');
    expect(statistics[0]).toMatchObject({ value: 0, expected: '0 of 90' });
  });

  test.each<[string, Partial<RunFindings>]>([
    ['stored-rows', { rows: [{ ...sound.rows[0], late: 1 }] }],
    ['stored-rows', { rows: [{ ...sound.rows[0], judgedTrained: 2 }] }],
    ['purge', { purge: [{ ...sound.purge[0], overlapping: 3 }] }],
    ['purge', { purge: [{ ...sound.purge[0], purged: 0 }] }],
    ['truncation', { truncation: { ...sound.truncation, features: one } }],
    ['truncation', { names: one }],
    ['truncation', { models: one }],
    ['predictions', { predictions: one }],
    ['shuffled-labels', { shuffled: { ...chanceAuc, low: 0.505 } }],
    ['shuffled-labels', { aucs: [{ ...chanceAuc, auc: 0.69, low: 0.61 }] }],
  ])('fails in %s where that is not so: %j', (name, change) => {
    expect(failed({ ...sound, ...change })).toEqual([name]);
  });

  test('fails where there was nothing to look at', () => {
    expect(failed({ ...sound, rows: [], purge: [] })).toEqual(['stored-rows', 'purge']);
  });

  test('says nothing of rows too few for an interval', () => {
    const few = { ...chanceAuc, auc: 0.9, low: NaN, high: NaN };

    expect(failed({ ...sound, aucs: [few] })).toEqual([]);
  });
});
