import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { securityMaster } from '../../shared/runtime/sources/instrument-files.fixture.ts';
import { commandLine } from '../testing/command-line.fixture.ts';

describe('sensequant instruments', () => {
  test('shows an instrument by its former ticker, and suggests names for a wrong one', async () => {
    await using user = await commandLine();

    const shown = await user.json<{ schema: number; instruments: { symbol: string }[] }>(
      'instruments',
      'zomato',
    );
    const wrong = await user.type('instruments', 'OBEROI');

    expect(shown).toMatchObject({ schema: 1, instruments: [{ symbol: 'ETERNAL' }] });
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('did you mean "OBEROIRLTY"?');
  });

  test('prints what a master says and keeps it on request only', async () => {
    await using user = await commandLine();
    const file = path.join(user.folder, 'NSEScripMaster.txt');
    const split = { symbol: 'RELIANCE', code: 'RELIND', face: '5', isin: 'INE002A01026' };
    await writeFile(file, securityMaster(split));
    const face = async () => {
      const { instruments } = await user.json<{ instruments: { faceValue: number }[] }>(
        'instruments',
        'RELIANCE',
      );
      return instruments[0].faceValue;
    };

    const told = await user.type('instruments', 'import', file, '--as-of', '2026-11-02');
    const untouched = await face();
    const kept = await user.type('instruments', 'import', file, '--apply', '--json');

    expect(told.stdout).toContain(
      'changed   RELIANCE faceValue: 10 -> 5 (a smaller face value speaks for a split "2:1")',
    );
    expect(told.stdout).toContain('nothing is changed; keep it with --apply');
    expect(JSON.parse(kept.stdout)).toMatchObject({ schema: 1, applied: true });
    expect([untouched, await face()]).toEqual([10, 5]);
  });
});
