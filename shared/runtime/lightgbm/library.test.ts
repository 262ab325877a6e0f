import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import koffi from 'koffi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InputError } from '../../contracts/errors.ts';
import { binary, fitted, installedBooster, libraryFile, trainingSet } from './booster.fixture.ts';
import { openBooster, type LightGbm } from './booster.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lightgbm-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(name: string, bytes: Buffer): string {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

function faultOf(file: string): Error {
  try {
    openBooster(file, { version: '4.7.0', onLog: () => {} })[Symbol.dispose]();
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error(`"${file}" was loaded`);
}

describe('openBooster', () => {
  test('bears the version it was told', () => {
    using booster = installedBooster();

    expect(booster.version).toBe('lightgbm 4.7.0');
  });

  test('says what is missing and what to do', () => {
    expect(faultOf('/nowhere/lib_lightgbm.so').message).toBe(
      'expected the LightGBM library at "/nowhere/lib_lightgbm.so", found "no such file"; ' +
        'run "npm run sensequant -- doctor", or name a library with LIGHTGBM_LIB',
    );
  });

  test('says what a file is that is no library', () => {
    const file = fileWith('text.so', Buffer.from('hello'));

    expect(faultOf(file).message).toMatch(/found ".*(file too short|invalid ELF header)/);
  });

  test('names the library that LightGBM needs and the machine lacks', () => {
    const bytes = readFileSync(libraryFile);
    const at = bytes.indexOf('libgomp.so.1\0');
    bytes.write('libg0mp.so.1', at);
    const file = fileWith('needy.so', bytes);

    expect(faultOf(file).message).toMatch(
      /it needs "libg0mp\.so\.1" \(on Debian and Ubuntu: apt-get install libgomp1\)/,
    );
  });

  test('refuses a library that is not LightGBM', () => {
    const bytes = readFileSync(libraryFile);
    const name = 'LGBM_BoosterUpdateOneIter\0';
    for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name)) bytes.write('X', at);
    const file = fileWith('other.so', bytes);

    expect(faultOf(file).message).toContain('LGBM_BoosterUpdateOneIter');
  });

  test('keeps the logs of two open libraries apart', () => {
    const heard: string[] = [];
    using first = installedBooster(() => heard.push('first'));
    using second = installedBooster(() => heard.push('second'));

    const loud = (booster: LightGbm): void =>
      fitted(booster, trainingSet(), { ...binary, verbosity: 1 })[Symbol.dispose]();

    loud(first);
    const byFirst = new Set(heard.splice(0));
    loud(second);
    const bySecond = new Set(heard.splice(0));
    loud(first);

    expect([byFirst, bySecond, new Set(heard)]).toEqual([
      new Set(['first']),
      new Set(['second']),
      new Set(['first']),
    ]);
  });

  test('lets a process end with everything open', () => {
    const entry = fileURLToPath(new URL('./one-process.fixture.ts', import.meta.url));

    const text = execFileSync(process.execPath, [entry], { encoding: 'utf8' });

    expect(text).toMatch(/^tree\n[^]*\nend of parameters\n$/);
  });

  test('gives its callback back when it is closed', () => {
    const before = koffi.stats().callbacks;
    const booster = installedBooster();
    expect(koffi.stats().callbacks).toBe(before + 1);

    booster[Symbol.dispose]();
    booster[Symbol.dispose]();

    expect(koffi.stats().callbacks).toBe(before);
  });
});
