import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandLine } from '../testing/command-line.fixture.ts';

describe('sensequant calendar', () => {
  test('lists sessions with the bars of both classes', async () => {
    await using user = await commandLine();

    const listed = await user.type('calendar', '--from', '2026-07-31', '--to', '2026-08-03');
    const outside = await user.type('calendar', '--from', '2014-12-31');

    expect(listed.stdout.trimEnd().split('\n')).toEqual([
      'day              template          hours        1m derivatives  cash  holiday',
      '2026-07-31  Fri  regular           09:15-15:30             375   375',
      '2026-08-03  Mon  regular-with-cas  09:15-15:15             360   375',
      '',
      '2 sessions',
    ]);
    expect(outside.code).toBe(1);
    expect(outside.stderr).toContain('covers "2015-01-01" to "2026-12-31"');
  });

  test('begins with the year of --to, and knows no sessions of a year that is not covered', async () => {
    await using user = await commandLine();

    const listed = await user.json<{ from: string; to: string }>('calendar', '--to', '2024-01-05');
    const later = await user.type('calendar', '--from', '2027-01-01');

    expect(listed).toMatchObject({ from: '2024-01-01', to: '2024-01-05' });
    expect([later.code, later.stdout]).toEqual([1, '']);
    expect(later.stderr).toContain('covers "2015-01-01" to "2026-12-31"');
  });

  test('checks a folder before its import', async () => {
    await using user = await commandLine();
    const folder = path.join(user.folder, 'vendor');
    await mkdir(folder);
    const rows = ['2026-01-14,1,2,1,1,9', '2026-01-15,1,2,1,1,9', '2026-01-16,1,2,1,1,9'];
    await writeFile(
      path.join(folder, 'TCS.csv'),
      ['ts,open,high,low,close,volume', ...rows].join('\n'),
    );

    const checked = await user.type('calendar', 'check', folder);
    const json = await user.type('calendar', 'check', folder, '--json');
    const nothing = await user.type('calendar', 'check');

    expect(checked.stdout.trimEnd().split('\n')).toEqual([
      '1d: 1 series of 2026-01-14 to 2026-01-16: 2 of 2 sessions have bars, 1 contradictions, 1 unexplained',
      '',
      'interval  day         contradiction  series  bars  explanation',
      '1d        2026-01-15  closed         1 of 1        UNEXPLAINED',
    ]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      schema: 1,
      calendar: { from: '2015-01-01', to: '2027-01-01' },
      compared: [{ interval: '1d', contradictions: [{ kind: 'closed', day: '2026-01-15' }] }],
      faults: [],
    });
    expect(nothing.code).toBe(1);
    expect(nothing.stderr).toContain('there are no bars to compare the calendar with');
  });
});
