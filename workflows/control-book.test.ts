import { describe, expect, test } from 'vitest';
import type { EpochMs } from '../shared/contracts/time.ts';
import { controlBook } from './control-book.ts';

const word = { who: 'asha', why: 'the disk is full' };
const at = (seconds: number): EpochMs => (seconds * 1000) as EpochMs;

describe('controlBook', () => {
  test('counts no pause as time for training, open or over', () => {
    const book = controlBook('run "r"');
    book.pause(word, at(0));
    // The pause of before the first window could begin was none of training.
    book.train(at(10));
    const open = book.pace(at(15));
    book.resume(word, at(20));
    book.pause(word, at(30));
    book.resume(word, at(35));

    expect(open).toEqual({ since: at(10), pausedMs: 5_000 });
    expect(book.pace(at(100))).toEqual({ since: at(10), pausedMs: 15_000 });
  });

  test('goes on as it was carried', () => {
    const first = controlBook('run "r"');
    first.limit(3, word, at(1));
    first.pause(word, at(2));

    const next = controlBook('run "r"', first.carried());

    expect(next.state).toBe('paused');
    expect(next.view()).toEqual({ control: { state: 'paused', ...word, at: at(2) }, inFlight: 3 });
    expect(() => next.checkPause(word)).toThrow('is paused already');
  });

  test('keeps why it is paused when it is limited meanwhile', () => {
    const book = controlBook('run "r"');
    book.pause(word, at(1));

    book.limit(2, { who: 'ravi', why: 'it is hot' }, at(2));

    expect(book.control()).toEqual({ state: 'paused', ...word, at: at(1) });
    expect(book.inFlight).toBe(2);
  });

  test('takes no word once it is closed', () => {
    const book = controlBook('run "r"');
    book.close();

    for (const check of [book.checkPause, book.checkResume, book.checkGoesOn])
      expect(() => check(word)).toThrow('run "r" has ended and is being closed');
    expect(() => book.checkCancel({ ...word, mode: 'now' })).toThrow('is being closed');
  });
});
