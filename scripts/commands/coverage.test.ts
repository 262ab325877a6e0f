import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandLine } from '../testing/command-line.fixture.ts';

const header = 'ts,open,high,low,close,volume';

describe('coverage and export bars', () => {
  test('count what was imported, and give it back as the predecessor keeps it', async () => {
    await using user = await commandLine();
    const folder = path.join(user.folder, 'bars');
    await mkdir(folder);
    const rows = ['2024-01-01', '2024-01-02', '2024-01-04'].map((day) => `${day},1,2,1,1.5,10`);
    await writeFile(path.join(folder, 'TCS.csv'), [header, ...rows].join('\n'));
    await user.type('import', folder, '--adjustment', 'raw');
    const span = ['--from', '2024-01-01', '--to', '2024-01-04'];

    const report = await user.json('coverage', ...span);
    const table = await user.type('coverage', ...span);
    const out = path.join(user.folder, 'tree');
    const told = await user.json('export', 'bars', '--interval', '1d', '--out', out);
    const wrong = await user.type('coverage', '--from', 'yesterday');

    expect(report).toEqual({
      schema: 1,
      interval: '1d',
      from: '2024-01-01',
      to: '2024-01-05',
      sessions: 4,
      symbols: [
        {
          symbol: 'TCS',
          interval: '1d',
          expectedBars: 4,
          presentBars: 3,
          coverage: 0.75,
          gaps: [{ from: '2024-01-03', to: '2024-01-04', bars: 1, reason: 'not-fetched' }],
        },
      ],
      total: { expectedBars: 4, presentBars: 3, coverage: 0.75 },
    });
    expect(table.stdout).toContain('coverage  75.00 %: 3 of 4 expected bars');
    expect(told).toEqual({
      schema: 1,
      interval: '1d',
      folder: out,
      symbols: [{ symbol: 'TCS', series: 'csv-raw', bars: 3, files: 3 }],
    });
    expect(await user.json('import', out)).toMatchObject({
      symbols: [{ symbol: 'TCS', outcome: 'imported', rows: 3 }],
    });
    expect(wrong).toMatchObject({
      code: 1,
      stderr: '--from should be a day like "2024-01-31", not "yesterday"\n',
    });
  });
});
