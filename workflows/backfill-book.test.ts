import { ApplicationFailure } from '@temporalio/workflow';
import { describe, expect, test } from 'vitest';
import type { BackfillTally } from '../shared/contracts/backfill.ts';
import { errorClasses } from '../shared/contracts/errors.ts';
import { backfillBook } from './backfill-book.ts';
import { dispatchedOnce, withStored } from './backfill-fault.ts';
import { stored, summary } from './backfill.fixture.ts';

const window = 'BAJAJ-AUTO/5m/2024-01-01..2024-07-01';
const wordy = `"${'it "said" so, '.repeat(40)}"`;
const fault = (message = 'it broke'): ApplicationFailure =>
  dispatchedOnce(ApplicationFailure.nonRetryable(message, 'DataError', { file: 'x' }));

describe('backfillBook', () => {
  test('adds up what windows brought, those that failed among them', () => {
    const book = backfillBook();
    book.plan(summary('1d', 4));

    book.stored({ ...stored, empty: { 'vendor-gap': 1 } });
    book.stored({ ...stored, empty: { 'vendor-gap': 2, quarantined: 1 } });
    book.failed(window, withStored(fault(), { ...stored, changed: 1 }));
    book.failed(window, fault());
    book.cancelled();

    expect(book.tally()).toMatchObject({
      planned: 4,
      stored: 2,
      cancelled: 1,
      failed: { DataError: 2 },
      requests: 3,
      rows: 6,
      added: 6,
      changed: 1,
      empty: { 'vendor-gap': 3, quarantined: 1 },
    });
  });

  test('goes on with what was counted before, and with the interval', () => {
    const first = backfillBook();
    first.plan(summary('5m', 2));
    first.failed(window, fault());

    const second = backfillBook(first.tally(), '5m');
    second.failed(window, fault());

    expect(second.progress()).toMatchObject({
      interval: '5m',
      tally: { failed: { DataError: 2 } },
    });
    expect(second.nextFailures()).toMatchObject({ before: 1, failures: [{ window }] });
    expect(second.nextFailures()).toBeUndefined();
  });

  test('waits for a session before it waits for a quota', () => {
    const book = backfillBook();

    expect(book.tell({ window: 'a', for: 'quota' })).toBe(true);
    expect(book.tell({ window: 'b', for: 'session' })).toBe(true);
    expect(book.tell({ window: 'c', for: 'session' })).toBe(false);
    expect(book.waitsFor()).toBe('session');
    expect(book.progress().waiting).toEqual({ quota: 1, session: 2 });
    book.tell({ window: 'b' });
    expect(book.tell({ window: 'c' })).toBe(true);
    expect(book.waitsFor()).toBe('quota');
    expect(book.tell({ window: 'a' })).toBe(true);
    expect(book.waitsFor()).toBeUndefined();
  });

  test('stays below 4 KiB a message, whatever failed and however much', () => {
    const book = backfillBook();
    book.plan(summary('1m', 100_000));
    for (let i = 0; i < 1_000; i++)
      for (const name of errorClasses)
        book.failed(window, dispatchedOnce(ApplicationFailure.nonRetryable(wordy, name)));
    const tally: BackfillTally = {
      ...book.tally(),
      stored: 99_999,
      requests: 99_999_999,
      rows: 99_999_999_999,
      added: 99_999_999_999,
      changed: 99_999_999,
      quarantined: 99_999_999,
      empty: {
        'pre-listing': 99_999,
        'wrong-code': 99_999,
        'vendor-gap': 99_999,
        quarantined: 9_999,
      },
      resting: {
        complete: 999,
        'pre-listing': 999,
        delisted: 99,
        'not-over': 999,
        'no-code': 999,
        'wrong-code': 999,
        'asked-lately': 999,
      },
    };

    expect(JSON.stringify(tally).length).toBeLessThan(4 * 1024);
    const part = { runId: 'r'.repeat(100), root: '0badcafe', ...book.nextFailures() };
    expect(part.failures).toHaveLength(8);
    expect(JSON.stringify(part).length).toBeLessThan(4 * 1024);
  });
});
