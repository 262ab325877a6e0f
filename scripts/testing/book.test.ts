import { describe, expect, test } from 'vitest';
import { bookCommands, firstMissing } from './book.ts';

// A book of commands is only worth what its test would notice:
// - commands and what they print are read off its blocks, and nothing else is
// - a line that is promised and missing, or out of order, is named

describe('bookCommands', () => {
  test('reads commands and what they print, whole', () => {
    const book = [
      'Look:',
      '<!-- scene: a storm -->',
      '```console',
      '$ one --flag \\',
      '    more',
      'printed',
      '$ two',
      '```',
      '```sh',
      '$ never run',
      '```',
    ].join('\n');

    expect(bookCommands(book)).toEqual([
      {
        line: 4,
        command: 'one --flag \\\n    more',
        expected: ['printed'],
        scenes: ['a storm'],
      },
      { line: 7, command: 'two', expected: [], scenes: [] },
    ]);
  });

  test('refuses output that belongs to no command', () => {
    expect(() => bookCommands('```console\nprinted\n```')).toThrow(
      'line 2 is output of no command',
    );
  });
});

describe('firstMissing', () => {
  const output = 'STATUS   NAME\nFailed   train/a (1.5 s)\nRunning  train/b\n';

  test.each([[['STATUS NAME', '…', 'Running train/b']], [['Failed train/a (… s)']], [[]]])(
    'finds %j',
    (expected) => {
      expect(firstMissing(expected, output)).toBeUndefined();
    },
  );

  test.each([
    [['Running train/b', 'Failed train/a (… s)'], 'Failed train/a (… s)'],
    [['Failed train/'], 'Failed train/'],
    [['Failed train/a (1x5 s)'], 'Failed train/a (1x5 s)'],
  ])('does not find %j', (expected, missing) => {
    expect(firstMissing(expected, output)).toBe(missing);
  });
});
