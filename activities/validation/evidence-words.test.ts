import { describe, expect, test } from 'vitest';
import type { ArmEvidence, SessionMean } from '../../shared/domain/validation/evidence.ts';
import { meanSide } from '../../shared/domain/validation/statistics/side.ts';
import { armWords, pairWords } from './evidence-words.ts';

const nothing = { value: 0.0012, low: -0.011, high: 0.018 };

function mean(value: number, low: number, high: number, t: number): SessionMean {
  const side = meanSide({ value, low, high }, t);
  return { value, low, high, t, side, standardError: value / t, ratio: 0.05, count: 600 };
}

function arm(rankIc: SessionMean, facts: Partial<ArmEvidence> = {}): ArmEvidence {
  const months = { share: 0.5, low: 0.36, high: 0.64, hits: 17, trials: 34 };
  return {
    arm: 'student',
    rankIc: { ...rankIc, detectable: 0.0304, months },
    auc: { value: 0.51, low: 0.49, high: 0.53 },
    topTenth: nothing,
    ...facts,
  };
}

describe('armWords', () => {
  test('says what is not significant, and what would have been found', () => {
    expect(armWords(arm(mean(0.01, -0.01, 0.03, 1.1)))).toBe(
      'student: its order of symbols is not told from chance; this sample finds a rank IC of 0.030 ' +
        'at 80 % power; 17 of 34 months above 0 (Wilson 36 to 64 %); AUC not told from one half',
    );
  });

  test.each([
    ['significantly better than chance', mean(0.04, 0.01, 0.07, 2.5)],
    ['not told from chance', mean(0.04, 0.01, 0.07, 1.9)],
    ['not told from chance', mean(0.04, -0.001, 0.07, 2.5)],
    ['significantly worse than chance', mean(-0.04, -0.07, -0.01, -2.5)],
  ])('calls an order %s only where interval and t agree', (words, rankIc) => {
    expect(armWords(arm(rankIc))).toContain(`its order of symbols is ${words};`);
  });

  test.each([
    ['AUC above one half', 0.501, 0.55],
    ['AUC below one half', 0.45, 0.499],
  ])('says %s where the interval does', (words, low, high) => {
    const auc = { value: (low + high) / 2, low, high };

    expect(armWords(arm(mean(0.01, -0.01, 0.03, 1), { auc }))).toContain(words);
  });

  test.each([
    ['better than', -0.02, -0.01],
    ['worse than', 0.01, 0.02],
    ['not told from', -0.01, 0.02],
  ])('calls probabilities %s the base rate by their excess loss', (words, low, high) => {
    const excess = { value: (low + high) / 2, low, high };
    const calibrationError = { value: 0.02, low: 0.01, high: 0.03 };
    const probability = {
      logLoss: 0.69,
      constantLogLoss: 0.69,
      excess,
      calibrationError,
      reliability: [],
    };

    expect(armWords(arm(mean(0.01, -0.01, 0.03, 1), { probability }))).toContain(
      `its probabilities are ${words} the base rate`,
    );
  });

  test('says why there is no rank IC', () => {
    expect(armWords(arm(mean(NaN, NaN, NaN, NaN)))).toBe(
      'student: no rank IC, since no session has five symbols to rank; AUC not told from one half',
    );
  });
});

describe('pairWords', () => {
  const pair = { arm: 'student', against: 'teacher', auc: nothing, topTenth: nothing };

  test.each([
    ['significantly better', mean(0.04, 0.01, 0.07, 2.5)],
    ['significantly worse', mean(-0.04, -0.07, -0.01, -2.5)],
    ['not told apart', mean(0.04, 0.01, 0.07, 1.9)],
    ['not known', mean(NaN, NaN, NaN, NaN)],
  ])('says of an order that it is %s', (words, rankIc) => {
    expect(pairWords({ ...pair, rankIc })).toBe(
      `student against teacher: its order of symbols is ${words}`,
    );
  });

  test.each([
    ['significantly lower', -0.02, -0.01],
    ['significantly higher', 0.01, 0.02],
    ['not told apart', -0.01, 0.02],
  ])('says of a log loss that it is %s', (words, low, high) => {
    const logLoss = { value: (low + high) / 2, low, high };

    const text = pairWords({ ...pair, rankIc: mean(0.01, -0.01, 0.03, 1), logLoss });

    expect(text).toBe(
      `student against teacher: its order of symbols is not told apart; its log loss is ${words}`,
    );
  });
});
