import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import type { NightlySchedule } from '../shared/contracts/nightly.ts';
import type { TradingDay } from '../shared/contracts/time.ts';
import { ensureNamespace, type Temporal } from '../shared/runtime/stack/client.ts';
import { readReference } from '../shared/runtime/reference/reference.ts';
import { applySchedules, ownSchedules } from './schedule-client.ts';
import { wantedSchedule, type WantedSchedule } from './schedule-spec.ts';

// Applying schedules, on a real server:
// - makes what is wanted, changes what differs and says what, and does nothing the second time
// - runs on sessions: holidays are left out, sessions of a weekend are not
// - sets back what somebody changed by hand, and keeps a schedule paused that is
// - leaves alone what others made, and refuses a name that they took

const root = { path: '/nowhere', id: '0badcafe' };
const { calendar } = await readReference();

const nightly: NightlySchedule = {
  at: '20:00',
  on: 'sessions',
  train: { symbols: 'all', interval: '1d', recipe: 'symbol', lastDays: 400 },
  gate: { sessions: 21, minimumCoverage: 0.9, minimumSymbols: 0.9, lacking: 'leave-out' },
  deadline: '08:45',
  scoringMinutes: 15,
  minimumTurnover: 0,
};

const wanted = (changes: Partial<NightlySchedule> = {}, name = 'nightly'): WantedSchedule =>
  wantedSchedule(name, { ...nightly, ...changes }, root.id, calendar);

async function server(): Promise<Temporal> {
  const address = inject('temporalAddress');
  const connection = await Connection.connect({ address });
  onTestFinished(() => connection.close());
  const namespace = `test-${randomUUID().slice(0, 8)}`;
  const temporal = {
    client: new Client({ connection, namespace }),
    place: { address, namespace, connection: { address } },
    close: () => Promise.resolve(),
  };
  await ensureNamespace(temporal, root, 1);
  return temporal;
}

/** Applies until the server's list, which lags behind, shows what was made. */
async function applied(temporal: Temporal, ...all: readonly WantedSchedule[]) {
  const changes = await applySchedules(temporal, root, all, false);
  while ((await ownSchedules(temporal, root)).length !== all.length);
  return changes;
}

describe('applySchedules', () => {
  test('makes what is wanted, says what differs, and does nothing the second time', async () => {
    const temporal = await server();

    const made = await applied(temporal, wanted());
    const again = await applied(temporal, wanted());
    const train = { ...nightly.train, lastDays: 500 };
    const preview = await applySchedules(temporal, root, [wanted({ train })], true);
    const changed = await applied(temporal, wanted({ train }));
    const [own] = await ownSchedules(temporal, root);

    expect(made).toEqual([{ schedule: 'nightly', change: 'create', lines: [] }]);
    expect(again).toEqual([{ schedule: 'nightly', change: 'none', lines: [] }]);
    expect(preview).toEqual(changed);
    expect(changed).toEqual([
      { schedule: 'nightly', change: 'update', lines: ['train.lastDays 400 -> 500'] },
    ]);
    expect(own.input).toMatchObject({ schedule: 'nightly', root: root.id, train });
    expect(own.described.policies).toMatchObject({
      overlap: 'BUFFER_ONE',
      catchupWindow: 18 * 3_600_000,
    });
  });

  test('runs on sessions: not on holidays, and on weekends that trade', async () => {
    const temporal = await server();
    await applied(temporal, wanted());
    const days = async (from: string, to: string): Promise<string[]> => {
      const { startTime } = await temporal.client.workflowService.listScheduleMatchingTimes({
        namespace: temporal.place.namespace,
        scheduleId: 'nightly',
        startTime: { seconds: (Date.parse(from) / 1000) as never },
        endTime: { seconds: (Date.parse(to) / 1000) as never },
      });
      return (startTime ?? []).map(({ seconds }) =>
        new Date(Number(seconds) * 1000).toISOString().slice(0, 16),
      );
    };
    const [from, to] = ['2024-01-01', '2027-01-01'] as TradingDay[];

    const found = await days(`${from}T00:00:00Z`, `${to}T00:00:00Z`);

    // 20:00 at the exchange on each session of three years, and at no other time.
    expect(found).toEqual(calendar.sessions(from, to).map((day) => `${day}T14:30`));
  });

  test('sets back what was changed by hand, and leaves it paused', async () => {
    const temporal = await server();
    await applied(temporal, wanted());
    const handle = temporal.client.schedule.getHandle('nightly');
    await handle.pause('somebody: a reason');
    await handle.update((before) => ({
      ...before,
      spec: { ...before.spec, timezone: 'UTC' },
      policies: { ...before.policies, overlap: 'SKIP' },
    }));

    const [{ change, lines }] = await applied(temporal, wanted());
    const [again] = await applied(temporal, wanted());

    expect(change).toBe('update');
    expect(lines).toEqual([
      'times are not those of the file and the calendar',
      'policies SKIP, 18 h -> BUFFER_ONE, 18 h',
    ]);
    expect(again.change).toBe('none');
    expect((await handle.describe()).state).toEqual({ paused: true, note: 'somebody: a reason' });
  });

  test('leaves alone what others made, and refuses a name that they took', async () => {
    const temporal = await server();
    await temporal.client.schedule.create({
      scheduleId: 'theirs',
      spec: { intervals: [{ every: '1 day' }] },
      action: { type: 'startWorkflow', workflowType: 'other', taskQueue: 'other' },
      state: { paused: true },
    });
    await applied(temporal, wanted());

    const removed = await applied(temporal);
    const refused = applySchedules(temporal, root, [wanted({}, 'theirs')], false);

    expect(removed).toEqual([{ schedule: 'nightly', change: 'remove', lines: [] }]);
    await expect(refused).rejects.toThrow('"theirs" exists and was not made by this data root');
    await expect(temporal.client.schedule.getHandle('theirs').describe()).resolves.toMatchObject({
      scheduleId: 'theirs',
    });
  });
});
