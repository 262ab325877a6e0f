import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { EpochMs } from '../shared/contracts/time.ts';
import { checkout, parseStackFile } from '../shared/runtime/stack/config.ts';
import { stackText } from './stack-text.ts';

const own = await readFile(path.join(checkout, 'temporal-dev.yaml'), 'utf8');
const url = 'http://127.0.0.1:8800';

describe('stackText', () => {
  test('names an exchange with its clock and limits, and keeps the rest', () => {
    const real = Date.parse('2026-01-01T09:00:00+05:30') as EpochMs;
    const clock = { real, exchange: (real - 1000) as EpochMs, scale: 600 };

    const text = stackText(own, { simulated: { url, clock, perDay: 50 } });

    const { sources, ...rest } = parseStackFile('changed', text);
    const { sources: before, ...kept } = parseStackFile('own', own);
    expect(sources.simulated).toMatchObject({ url, clock, perDay: 50, perMinute: 80 });
    expect({ ...sources, simulated: undefined }).toEqual({ ...before, simulated: undefined });
    expect(rest).toEqual(kept);
    expect(text).toContain('# The next free ports are taken where these are in use.');
  });

  test('changes one exchange for another', () => {
    const first = stackText(own, { simulated: { url: 'http://127.0.0.1:1', perDay: 1 } });

    const { sources } = parseStackFile('changed', stackText(first, { simulated: { url } }));

    expect(sources.simulated).toMatchObject({ url, perDay: 4500 });
  });

  test('names lanes', () => {
    const { lanes } = parseStackFile('changed', stackText(own, { lanes: 2 }));

    expect(lanes).toEqual([
      { name: 'cpu0', device: 'cpu' },
      { name: 'cpu1', device: 'cpu' },
    ]);
  });
});
