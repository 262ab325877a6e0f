import { describe, expect, test } from 'vitest';
import { logLines } from './log-lines.ts';

function heard(pieces: readonly string[]): readonly string[] {
  const lines: string[] = [];
  const log = logLines((level, line) => lines.push(`${level}: ${line}`));
  for (const piece of pieces) log.piece(piece);
  return lines;
}

describe('logLines', () => {
  test('joins pieces and reads the level off', () => {
    const pieces = [
      '[LightGBM] [Info] ',
      'Total Bins 410',
      '\n',
      '[LightGBM] [Warning] ',
      'x',
      '\n',
    ];

    expect(heard(pieces)).toEqual(['info: Total Bins 410', 'warn: x']);
  });

  test('waits for the end of a line', () => {
    expect(heard(['[LightGBM] [Info] ', 'half'])).toEqual([]);
  });

  test('keeps the level of a text of two lines', () => {
    expect(heard(['[LightGBM] [Warning] ', 'one\ntwo', '\n'])).toEqual(['warn: one', 'warn: two']);
  });

  test('takes a line without a prefix, and leaves out empty ones', () => {
    expect(heard(['plain', '\n', '\n'])).toEqual(['info: plain']);
  });

  test('says a repeated line once, and again after a new beginning', () => {
    const lines: string[] = [];
    const log = logLines((_, line) => lines.push(line));

    log.piece('a\nb\na\n');
    log.begin();
    log.piece('a\n');

    expect(lines).toEqual(['a', 'b', 'a']);
  });
});
