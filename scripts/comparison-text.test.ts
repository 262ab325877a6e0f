import { describe, expect, test } from 'vitest';
import type { AgainstEvidence } from '../activities/validation/evidence-sets.ts';
import type { RunReport, RunState } from '../shared/contracts/run.ts';
import type { TradingDay } from '../shared/contracts/time.ts';
import type { Difference } from '../shared/domain/validation/difference.ts';
import type { ComparedRuns } from './compare-arms.ts';
import { comparisonText, gainWords } from './comparison-text.ts';

const months = { share: 0.5, low: 0.36, high: 0.64, hits: 17, trials: 34 };
const mean = { standardError: 0.002, ratio: 0.09, count: 500, side: 'above' } as const;

const model = (arm: string) => ({
  arm,
  rankIc: { value: 0.02, low: 0.001, high: 0.04, ...mean, t: 2.1, detectable: 0.03, months },
  auc: { value: 0.51, low: 0.49, high: 0.53 },
  topTenth: { value: 0.001, low: -0.001, high: 0.003 },
});

function set(
  verdict: Difference['verdict'],
  facts: Partial<Omit<AgainstEvidence, 'difference'>> = {},
): AgainstEvidence {
  const order = verdict === 'gain' ? 'above' : verdict === 'harm' ? 'below' : 'neither';
  return {
    trust: 'checked',
    stage: 'student',
    rows: 5000,
    sessions: 500,
    symbols: 10,
    baseRate: 0.5,
    equalWeight: { value: 0.001, low: 0, high: 0.002 },
    effective: { size: 300, symbols: 10, correlation: 0.3 },
    differing: 0,
    sameLabels: true,
    isSame: false,
    arms: [model('student'), model('r1-without-levels')],
    pairs: [
      {
        arm: 'student',
        against: 'r1-without-levels',
        rankIc: { value: 0.005, low: 0.001, high: 0.009, ...mean, t: 2.5 },
        auc: { value: 0.002, low: -0.001, high: 0.005 },
        topTenth: { value: 0, low: -0.001, high: 0.001 },
      },
    ],
    difference: { measure: 'rankIc', order, detectable: 0.00497, verdict },
    ...facts,
  };
}

function report(runId: string, state: RunState = 'completed'): RunReport {
  const tally = { trained: 10, reused: 0, failed: 0 };
  return {
    schema: 1,
    runId,
    planToken: 'a'.repeat(64),
    asOf: '2025-03-28' as TradingDay,
    state,
    counts: {
      planned: 13,
      trained: 10,
      reused: 0,
      skipped: { 'not-due': 2 },
      failed: { LaneError: 1 },
      notStarted: 0,
      stages: { teacher: tally, student: tally },
    },
    lanes: [],
    seconds: 71.23,
  };
}

const bootstrap = { meanBlock: 10, draws: 5000, confidence: 0.95, seed: 1 };
const compared: ComparedRuns = {
  families: ['levels'],
  with: report('r1'),
  without: report('r1-without-levels'),
  comparison: {
    runId: 'r1',
    against: 'r1-without-levels',
    recipe: 'pooled',
    interval: '1d',
    horizon: 5,
    lags: 10,
    bootstrap,
    sameBars: true,
    sets: [set('gain'), set('none', { stage: 'teacher' })],
  },
};

describe('comparisonText', () => {
  test('tells how both runs ended, what they differ by, and in one sentence what that means', () => {
    const lines = comparisonText(compared).split('\n');

    expect(lines.slice(0, 4)).toEqual([
      'with       r1 completed after 71.2 s: 10 windows trained, 0 reused, 2 skipped, 1 failed',
      'without    r1-without-levels completed after 71.2 s: 10 windows trained, 0 reused, 2 skipped, ' +
        '1 failed; leaves out levels',
      'intervals  95 % of 5000 resamples of blocks of 10 sessions; t with 10 lags',
      '',
    ]);
    expect(lines).toContain('checked, students: 5,000 rows of 10 symbols and 500 sessions');
    expect(lines).toContain('checked, teachers: 5,000 rows of 10 symbols and 500 sessions');
    expect(lines.at(-1)).toBe(
      'levels: a gain; students order symbols significantly better with it on checked bars (rank IC ' +
        'differs by 0.0050 [0.0010, 0.0090], t 2.50; 0.0050 is found at 80 % power)',
    );
  });

  test('says that the runs read different bars', () => {
    const apart = { ...compared, comparison: { ...compared.comparison, sameBars: false } };

    expect(comparisonText(apart as ComparedRuns)).toContain('\nbars       the runs read different');
    expect(comparisonText(compared)).not.toContain('\nbars ');
  });

  test.each(['cancelled', 'over-threshold'] as const)(
    'compares nothing where a run is %s, and says how to',
    (state) => {
      const { comparison: _, ...runs } = compared;

      const text = comparisonText({ ...runs, without: report('r1-without-levels', state) });

      expect(text.split('\n').at(-1)).toBe(
        `nothing is compared: r1-without-levels is ${state}; the same command tries again, and what ` +
          'there is is compared by npm run -s sensequant -- evidence r1 --against r1-without-levels',
      );
    },
  );
});

describe('gainWords', () => {
  test.each([
    ['gain', 'levels: a gain; students order symbols significantly better with it on checked'],
    ['harm', 'levels: no gain but harm; students order symbols significantly worse with it'],
    ['mixed', 'levels: no clear gain; order and log loss of students contradict each other'],
    ['none', "levels: no gain; students' order with and without is not told apart on checked bars"],
    ['unknown', 'levels: nothing can be said, for the sessions on checked bars are too few'],
  ] as const)('puts "%s" plainly', (verdict, words) => {
    expect(gainWords(['levels'], [set(verdict)])).toContain(words);
  });

  test('goes by students on the rows that are believed most, and by no others', () => {
    const sets = [
      set('gain', { trust: 'checked', stage: 'teacher' }),
      set('none', { trust: 'unchecked' }),
      set('gain', { trust: 'failed' }),
    ];

    expect(gainWords(['levels', 'volume'], sets)).toContain(
      "levels and volume: no gain; students' order with and without is not told apart on bars that " +
        'nothing was held against',
    );
    expect(gainWords(['levels'], sets.slice(2))).toBe(
      'levels: nothing can be said, for no believed row is in both runs',
    );
  });

  test('says that a family which no tree looks at changed nothing', () => {
    expect(gainWords(['calendar'], [set('none', { isSame: true })])).toBe(
      'calendar: no gain; students say the very same of every row without, on checked bars',
    );
  });

  test('names the AUC where nothing can be ranked', () => {
    const difference = { measure: 'auc', order: 'above', verdict: 'gain' } as const;

    expect(gainWords(['levels'], [{ ...set('gain'), difference }])).toContain(
      '(AUC differs by 0.0020 [-0.0010, 0.0050])',
    );
  });
});
