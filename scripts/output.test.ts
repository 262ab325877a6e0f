import { CommanderError } from 'commander';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DataError, InputError, InvariantError } from '../shared/contracts/errors.ts';
import { answer, exitCodes, failed, say, showProgress, tableText } from './output.ts';

let out = '';
let err = '';

beforeEach(() => {
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => (out += String(text)) !== '');
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => (err += String(text)) !== '');
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Makes stderr a terminal of a width, or none. */
function terminal(columns?: number): void {
  vi.stubGlobal(
    'process',
    Object.create(process, {
      stderr: {
        value: Object.create(process.stderr, {
          isTTY: { value: columns !== undefined },
          columns: { value: columns },
        }),
      },
    }),
  );
}

describe('exitCodes', () => {
  test('are those that --help tells', () => {
    expect(exitCodes).toEqual({
      done: 0,
      wrong: 1,
      withFailures: 2,
      overThreshold: 3,
      cancelled: 4,
    });
  });
});

describe('answer', () => {
  test('is one JSON document, or text', () => {
    answer(true, { a: [1] }, () => 'not this');
    answer(undefined, { a: [1] }, () => 'one is 1');

    expect(out).toBe('{"a":[1]}\none is 1\n');
    expect(err).toBe('');
  });
});

describe('failed', () => {
  test.each([
    ['an InputError', new InputError('give a day')],
    ['a DataError', new DataError('mend the file')],
  ])('says %s in a sentence, without a stack', (_, error) => {
    const code = failed(error, false);

    expect([code, out, err]).toEqual([exitCodes.wrong, '', `${error.message}\n`]);
  });

  test('adds a JSON document where one was asked for', () => {
    const code = failed(new InputError('give a day'), true);

    expect(code).toBe(exitCodes.wrong);
    expect(JSON.parse(out)).toEqual({
      schema: 1,
      error: { class: 'InputError', message: 'give a day' },
    });
    expect(err).toBe('give a day\n');
  });

  test.each([
    ['a fault of ours', new InvariantError('it cannot be')],
    ['anything unknown', new TypeError('it cannot be')],
  ])('shows where %s came from', (_, error) => {
    failed(error, false);

    expect(err).toContain('it cannot be');
    expect(err).toContain('output.test.ts');
  });

  test('says what was thrown that is no error', () => {
    failed('it cannot be', false);

    expect(err).toBe('it cannot be\n');
  });

  test.each([
    ['help', 0, exitCodes.done],
    ['a wrong option', 1, exitCodes.wrong],
  ])("says nothing more of commander's own %s", (_, code, expected) => {
    expect(failed(new CommanderError(code, 'commander.any', 'said'), false)).toBe(expected);
    expect([out, err]).toEqual(['', '']);
  });

  test.each([
    ['a wrong option', 'commander.any', 'error: no such option', 'no such option'],
    ['no command', 'commander.help', '(outputHelp)', 'a command was expected after this one'],
  ])('puts %s in a JSON document too', (_, code, said, message) => {
    expect(failed(new CommanderError(1, code, said), true)).toBe(exitCodes.wrong);
    expect(JSON.parse(out)).toEqual({
      schema: 1,
      error: { class: 'InputError', message: expect.stringMatching(`^${message}`) },
    });
    expect(err).toBe('');
  });

  test('answers help that was asked for with nothing more', () => {
    expect(failed(new CommanderError(0, 'commander.helpDisplayed', '(outputHelp)'), true)).toBe(0);
    expect([out, err]).toEqual(['', '']);
  });
});

describe('showProgress', () => {
  test('shows nothing where nobody watches', () => {
    terminal();

    showProgress('1 of 2');
    say('done');

    expect(err).toBe('done\n');
  });

  test('replaces its line, cut to the width, and is gone before anything else is said', () => {
    terminal(10);

    showProgress('1 of 2 windows');
    showProgress('2 of 2');
    say('done');
    say('more');

    const wipe = '\r\u001b[2K';
    expect(err).toBe(`${wipe}1 of 2 wi${wipe}2 of 2${wipe}done\nmore\n`);
  });
});

describe('tableText', () => {
  test('aligns words to the left and numbers to the right, without trailing blanks', () => {
    const text = tableText(
      ['lane', 'windows', 'device'],
      [
        ['cpu0', 7, 'cpu'],
        ['gpu10', 1200, 'cuda:1'],
      ],
    );

    expect(text.split('\n')).toEqual([
      'lane   windows  device',
      'cpu0         7  cpu',
      'gpu10     1200  cuda:1',
    ]);
  });

  test('takes a column for words that holds one', () => {
    expect(tableText(['n'], [[10], ['-']])).toBe('n\n10\n-');
  });

  test('shows the headings of no rows', () => {
    expect(tableText(['lane', 'windows'], [])).toBe('lane  windows');
  });
});
