import { describe, expect, test } from 'vitest';
import {
  asSenseQuantError,
  DataError,
  errorClasses,
  errorFrom,
  errorRecord,
  finalErrors,
  InputError,
  InvariantError,
  isErrorClass,
  LaneError,
  retryOf,
  SourceError,
} from './errors.ts';

const classes = { InputError, DataError, SourceError, LaneError, InvariantError };

describe('retryOf', () => {
  test('waits for a source, moves from a lane, and repeats nothing else', () => {
    expect(retryOf).toEqual({
      InputError: 'never',
      DataError: 'never',
      SourceError: 'wait',
      LaneError: 'another-lane',
      InvariantError: 'never',
    });
  });
});

describe('finalErrors', () => {
  test('are those that doing the same again would meet again', () => {
    expect(finalErrors).toEqual(['InputError', 'DataError', 'InvariantError']);
  });
});

describe.each(errorClasses)('%s', (name) => {
  test('bears its own name, message and fields', () => {
    const cause = new Error('why');

    const error = new classes[name]('it broke', { line: 3 }, { cause });

    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.message, error.fields, error.cause]).toEqual([
      name,
      'it broke',
      { line: 3 },
      cause,
    ]);
  });

  test('crosses a thread as plain values and comes out as the same class', () => {
    const record = structuredClone(errorRecord(new classes[name]('it broke', { line: 3 })));

    const error = errorFrom(record);

    expect(error).toBeInstanceOf(classes[name]);
    expect(errorRecord(error)).toEqual({ name, message: 'it broke', fields: { line: 3 } });
  });
});

describe('errorFrom', () => {
  test('keeps the name of what is none of the five', () => {
    const error = errorFrom(errorRecord(new RangeError('too far')));

    expect([error.name, error.message]).toEqual(['RangeError', 'too far']);
    expect(asSenseQuantError(error)).toBeUndefined();
  });
});

describe('errorRecord', () => {
  test.each([
    ['a text', 'lost', 'lost'],
    ['nothing', undefined, 'undefined'],
    ['a number', 7, '7'],
  ])('makes an error of %s that was thrown', (_, thrown, message) => {
    expect(errorRecord(thrown)).toEqual({ name: 'Error', message, fields: {} });
  });
});

describe('isErrorClass', () => {
  test.each([
    ['LaneError', true],
    ['Error', false],
    ['laneError', false],
    ['toString', false],
    [undefined, false],
  ])('of %j is %j', (name, expected) => {
    expect(isErrorClass(name)).toBe(expected);
  });
});

describe('asSenseQuantError', () => {
  test('passes over an error that only has the name of one', () => {
    const lookalike = Object.assign(new Error('it broke'), { name: 'LaneError' });

    expect(asSenseQuantError(lookalike)).toBeUndefined();
    expect(asSenseQuantError(new LaneError('it broke'))?.name).toBe('LaneError');
  });
});
