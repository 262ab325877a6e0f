import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TradingDay } from '../shared/contracts/time.ts';
import { commandLine } from './testing/command-line.fixture.ts';
import type { CommandLine } from './testing/command-line.ts';
import { fortnight, type Fortnight, type Night } from './testing/fortnight.ts';

// Nights of a schedule, on a real server with a simulated exchange; Thursday the 15th is a holiday:
// - each learns up to its own session, and trains what is due or changed and nothing else
// - a bar that comes late keeps its symbol from being scored, and is made up for
// - a night that was missed is found, and filled as of its own day
// - each is told once; applying the schedule again changes nothing

const symbols = ['INFY', 'TCS', 'SBIN'];
const days = ['2024-08-14', '2024-08-16', '2024-08-19', '2024-08-20', '2024-08-21'];
const [wednesday, friday, monday, tuesday, last] = days as TradingDay[];
let user: CommandLine;
let lived: Fortnight;
const told: { readonly key: string; readonly subject: string }[] = [];
const desk = createServer((request, response) => {
  void json(request).then((notice) => {
    told.push(notice as (typeof told)[number]);
    response.end();
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => desk.listen(0, '127.0.0.1', resolve));
  const { port } = desk.address() as AddressInfo;
  user = await commandLine(2);
  lived = await fortnight(user, {
    symbols,
    from: wednesday,
    to: last,
    missed: [friday],
    late: { symbol: 'TCS', day: monday },
    notifications: { desk: { kind: 'webhook', url: `http://127.0.0.1:${port}/nights` } },
    onEvent: () => {},
  });
}, 300_000);
afterAll(async () => {
  await user[Symbol.asyncDispose]();
  desk.close();
});

const of = (day: TradingDay): Night => {
  const found = lived.nights.find((night) => night.day === day);
  if (found === undefined) throw new Error(`no night of ${day}`);
  return found;
};
const counts = (day: TradingDay) => of(day).briefing?.training?.counts;

describe('a schedule', () => {
  test('runs on sessions, each as of its own', () => {
    expect(lived.nights.map(({ day }) => day)).toEqual([wednesday, monday, tuesday, friday, last]);
    for (const { day, report, briefing } of lived.nights)
      expect([report.asOf, briefing?.asOf, report.runId]).toEqual([day, day, `${day}-nightly`]);
    expect(of(wednesday).briefing?.session).toBe(friday);
  });

  test('trains what is due or changed, and nothing else', () => {
    // Windows are decided on Tuesdays; the first night has those of weeks before to train.
    expect(counts(wednesday)?.trained).toBeGreaterThan(symbols.length);
    expect(counts(monday)).toMatchObject({ trained: 0, failed: {} });
    expect(counts(tuesday)).toMatchObject({ trained: symbols.length - 1, failed: {} });
    expect(counts(friday)).toMatchObject({ trained: 0, failed: {} });
    // The window that lacked a bar on Tuesday.
    expect(counts(last)).toMatchObject({ trained: 1, failed: {} });
  });

  test('fetches only what is missing', () => {
    const added = (day: TradingDay) => of(day).briefing?.backfill?.counts.added;

    expect(added(wednesday)).toBeGreaterThan(700);
    // Friday's bars come with Monday's, but for the late one.
    expect(added(monday)).toBe(2 * symbols.length - 1);
    expect(added(tuesday)).toBe(symbols.length);
    expect(added(friday)).toBe(0);
    expect(added(last)).toBe(symbols.length + 1);
  });

  test('leaves out whose bar is late, says so, and scores it again when it has come', () => {
    const { briefing } = of(monday);

    expect(briefing?.coverage?.lacking).toMatchObject([{ symbol: 'TCS', presentBars: 20 }]);
    expect(briefing?.scores?.scored).toBe(2);
    expect(briefing?.scores?.excluded).toMatchObject([{ symbol: 'TCS', reason: 'no-bars' }]);
    // Tuesday it has a bar, and a model of nights before.
    expect(of(tuesday).briefing?.scores).toMatchObject({ scored: 3, excluded: [] });
    expect(of(last).briefing?.coverage?.lacking).toEqual([]);
    expect(of(last).briefing?.scores).toMatchObject({ scored: 3, stale: 0, excluded: [] });
  });

  test('finds the night that was missed, no holiday and nothing else, and fills it', async () => {
    const span = ['--from', wednesday, '--to', last];
    const again = await user.json<{ nights: { day: string; state: string }[] }>(
      'schedule',
      'missed',
      'nightly',
      ...span,
    );

    expect(lived.found).toEqual([friday]);
    expect(again.nights.map(({ day, state }) => [day, state])).toEqual(
      days.map((day) => [day, 'ran']),
    );
  });

  test('tells each night once', () => {
    expect(new Set(told.map(({ key }) => key)).size).toBe(told.length);
    const order = [wednesday, monday, tuesday, friday, last];
    expect(told.map(({ subject }) => subject.match(/as of (\S+),/)?.[1])).toEqual(order);
  });

  test('is as wanted when it is applied again, and goes when it is no longer wanted', async () => {
    const again = await user.json('schedule', 'apply');
    await user.configure({ schedules: { weekly: { on: 'saturday', train: { lastDays: 400 } } } });
    const preview = await user.json('schedule', 'apply', '--dry-run');
    const changed = await user.json('schedule', 'apply');
    const { schedules } = await user.json<{ schedules: object[] }>('schedule', 'list');

    expect(again).toMatchObject({ changes: [{ schedule: 'nightly', change: 'none', lines: [] }] });
    const changes = [
      { schedule: 'weekly', change: 'create' },
      { schedule: 'nightly', change: 'remove' },
    ];
    expect(preview).toMatchObject({ applied: false, changes });
    expect(changed).toMatchObject({ applied: true, changes });
    expect(schedules).toMatchObject([{ schedule: 'weekly', on: 'saturday', paused: false }]);
  });
});
