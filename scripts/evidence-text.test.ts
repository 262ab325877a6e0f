import { describe, expect, test } from 'vitest';
import type { TrustEvidence } from '../activities/validation/evidence-sets.ts';
import type { Holdout } from '../activities/validation/holdouts.ts';
import type { RunEvidence } from '../activities/validation/report-evidence.ts';
import type { EpochMs, TradingDay } from '../shared/contracts/time.ts';
import { evidenceText } from './evidence-text.ts';

const none = { value: NaN, low: NaN, high: NaN };
const mean = { standardError: 0.012, t: 1.1, ratio: 0.086, count: 678, side: 'neither' } as const;
const months = { share: 0.5, low: 0.36, high: 0.64, hits: 17, trials: 34 };

const student = {
  arm: 'student',
  rankIc: { value: 0.0135, low: -0.0114, high: 0.039, ...mean, detectable: 0.03, months },
  auc: { value: 0.507, low: 0.488, high: 0.527 },
  topTenth: { value: 0.00023, low: -0.00243, high: 0.00299 },
  probability: {
    logLoss: 0.7219,
    constantLogLoss: 0.6924,
    excess: { value: 0.0295, low: 0.0207, high: 0.0409 },
    calibrationError: { value: 0.092, low: 0.078, high: 0.109 },
    reliability: [],
  },
};

const reversal = {
  arm: 'reversal-5',
  rankIc: { ...student.rankIc, value: -0.00001 },
  auc: { value: 0.519, low: NaN, high: NaN },
  topTenth: none,
};

const pair = {
  arm: 'student',
  against: 'reversal-5',
  rankIc: { value: -0.0288, low: -0.0578, high: 0.001, ...mean, t: -1.87 },
  auc: { value: -0.012, low: -0.036, high: 0.013 },
  topTenth: { value: -0.0016, low: -0.0057, high: 0.00275 },
};

const set: TrustEvidence = {
  trust: 'unchecked',
  rows: 46_416,
  sessions: 678,
  symbols: 69,
  baseRate: 0.5187,
  equalWeight: { value: 0.00556, low: 0.00167, high: 0.00929 },
  effective: { size: 507.6, symbols: 68.46, correlation: 0.257 },
  arms: [student, reversal],
  pairs: [pair],
  drift: {
    stability: { newest: 0.05, usual: 1.14 },
    smirnov: { newest: 0.08, usual: 0.43 },
    stretches: 30,
  },
};

const evidence: RunEvidence = {
  runId: 'r1',
  recipe: 'symbol',
  interval: '1d',
  horizon: 5,
  lags: 10,
  bootstrap: { meanBlock: 10, draws: 5000, confidence: 0.95, seed: 1 },
  windows: 411,
  missing: 0,
  spans: {
    rows: 46_830,
    scored: 46_830,
    noModel: 0,
    reasons: {},
    symbols: { TCS: { rows: 46_830, scored: 46_830, noModel: 0 } },
    staleWindows: 0,
  },
  holdouts: [],
  unknown: 414,
  unscored: 0,
  silent: [],
  sets: [set],
};

describe('evidenceText', () => {
  test('says when members were known only from later', () => {
    const survivors = { universe: 'nifty100', asOf: '2025-09', chosenBy: 'snapshot' } as const;
    const today = { universe: 'all', asOf: '2025-09-30', chosenBy: 'today' } as const;

    expect(evidenceText({ ...evidence, survivors })).toContain(
      'survivors  members of nifty100 as of 2025-09, later than decisions here: whoever left before ' +
        'is missing\n',
    );
    expect(evidenceText({ ...evidence, survivors: today })).toContain(
      'survivors  pool all holds whoever is known today, as of 2025-09-30, later than decisions here: ' +
        'whoever left the market before is missing',
    );
    expect(evidenceText(evidence)).not.toContain('survivors');
  });

  test('says how many rows had no model, of whom and why, and what a late one could serve', () => {
    const spans = {
      rows: 4_000,
      scored: 2_500,
      noModel: 1_500,
      reasons: { 'no-predictions': 300, 'low-coverage': 1_200 },
      symbols: {
        TCS: { rows: 1_000, scored: 1_000, noModel: 0 },
        VEDL: { rows: 1_500, scored: 300, noModel: 1_200 },
        WIPRO: { rows: 1_500, scored: 1_200, noModel: 300 },
      },
      staleWindows: 2,
    };

    const lines = evidenceText({ ...evidence, spans }).split('\n');

    expect(lines.slice(2, 5)).toEqual([
      'no model   1,500 of 4,000 rows of evaluation spans: 1,200 low-coverage, 300 no-predictions',
      '           VEDL 1,200 of 1,500, WIPRO 300 of 1,500',
      '           the window before can serve 2 of these spans, a step late: ' +
        '"export predictions --stale"; it is no evidence',
    ]);
    expect(evidenceText(evidence)).not.toContain('no model');
  });

  test('says what a holdout keeps back, and who opened one', () => {
    const opened = {
      openedOn: '2024-12-31' as TradingDay,
      who: 'asha',
      why: 'release 3',
      at: Date.parse('2025-01-01T10:00+05:30') as EpochMs,
    };
    const holdout: Holdout = {
      name: 'spring',
      configuration: 'c'.repeat(64),
      recipe: 'symbol',
      interval: '1d',
      freeze: '2024-06-28' as TradingDay,
      sealedOn: '2024-06-28' as TradingDay,
      runId: 'r1',
      who: 'asha',
      why: 'release 3',
      at: Date.parse('2024-07-01T10:00+05:30') as EpochMs,
    };

    const sealed = { name: 'autumn', freeze: '2025-01-31' as TradingDay, rows: 1_234, labels: 56 };
    const text = evidenceText({ ...evidence, holdouts: [{ ...holdout, opened }], sealed });

    expect(text).toContain(
      'sealed     1,234 rows of sessions after 2025-01-31, and 56 labels that end after it, by ' +
        'holdout autumn\n',
    );
    expect(text).toContain('opened     holdout spring, on 2025-01-01 10:00 by asha: release 3\n');
  });

  test('is a table of models and baselines, their differences, and what it means', () => {
    expect(evidenceText(evidence).split('\n')).toEqual([
      'run        r1, recipe symbol, 1d, labels of 5 bars, 411 windows',
      'intervals  95 % of 5,000 resamples of blocks of 10 sessions; t with 10 lags',
      'left out   414 rows whose label has not ended, 0 that a model or a baseline has no score of',
      '',
      'unchecked: nothing to hold the bars against',
      '46,416 rows of 69 symbols and 678 sessions, worth 508 independent ones (68.5 symbols a session, correlated 0.26)',
      'base rate 0.519; equal weight returns 55.6 [16.7, 92.9] bp a label',
      'arm         rank IC                   t     ICIR   AUC                       log loss           ECE                   top tenth',
      'student     0.0135 [-0.0114, 0.0390]  1.10  0.086  0.507 [0.488, 0.527]      29.5 [20.7, 40.9]  0.092 [0.078, 0.109]  2.3 [-24.3, 29.9]',
      'reversal-5  0.0000 [-0.0114, 0.0390]  1.10  0.086  0.519 [too few sessions]                                           none',
      expect.stringContaining('student: its order of symbols is not told from chance'),
      'less                  rank IC                    t      AUC                     log loss  top tenth',
      'student - reversal-5  -0.0288 [-0.0578, 0.0010]  -1.87  -0.012 [-0.036, 0.013]            -16.0 [-57.0, 27.5]',
      'student against reversal-5: its order of symbols is not told apart',
      "drift of the student's scores, last 21 sessions: PSI 0.05 (usual up to 1.14), KS 0.08 (up to 0.43)",
    ]);
  });

  test('says what is missing, and keeps what failed apart', () => {
    const failed = { ...set, trust: 'failed' as const };
    const text = evidenceText({
      ...evidence,
      missing: 3,
      silent: ['teacher'],
      sets: [set, failed],
    });

    expect(text).toContain('missing    3 windows have no predictions\n');
    expect(text).toContain('no scores  teacher\n');
    expect(text).toContain('\n\nfailed: bars that differ from raw ones: no evidence');
  });

  test('compares with another run, and says what could not be', () => {
    const difference = { measure: 'rankIc', order: 'neither', verdict: 'none' } as const;
    const comparison = { stage: 'student', isSame: false, difference } as const;
    const other = { ...set, ...comparison, differing: 7, sameLabels: false };
    const same = { ...other, isSame: true };

    const text = evidenceText({ ...evidence, against: { runId: 'r2', sets: [other] } });
    const twins = evidenceText({ ...evidence, against: { runId: 'r2', sets: [same] } });
    const apart = evidenceText({ ...evidence, against: { runId: 'r2', sets: [] } });

    expect(text).toContain('\nr1 against r2\nunchecked, students: 46,416 rows');
    expect(text).toContain('\n7 rows are of other bars and left out\n');
    expect(text).toContain('\nthe labels differ: ranks are compared, probabilities are not\n');
    expect(twins).toMatch(/\nboth say the very same of every row$/);
    expect(apart).toContain('\nno row is in both runs');
  });

  test('has a row a group', () => {
    const group = { trust: 'checked', group: 'IT', rows: 10, sessions: 5, symbols: 2 } as const;
    const groups = [{ ...group, student }];

    const text = evidenceText({ ...evidence, by: { grouping: 'sector', groups } });

    expect(text.split('\n').slice(-3)).toEqual([
      'students by sector',
      'rows of  group  rows  sessions  symbols  rank IC                   t     AUC                   log loss',
      'checked  IT       10         5        2  0.0135 [-0.0114, 0.0390]  1.10  0.507 [0.488, 0.527]  29.5 [20.7, 40.9]',
    ]);
  });
});
