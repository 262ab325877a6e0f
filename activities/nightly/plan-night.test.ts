import { describe, expect, test } from 'vitest';
import type { NightPlan, PlanNightInput, RetrainInput } from '../../shared/contracts/nightly.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { run, testWorld } from '../world.fixture.ts';

// A night:
// - learns up to the session of the time its schedule meant, whatever the clock shows
// - has nothing to do on a day without a session, nor before the session's last bar is final
// - has until shortly before its deadline, or no deadline where that has passed
// - takes a name of its own, and keeps it however often it is planned
// It is noon of Monday 2024-07-01 in this world.

function asked(
  options: Partial<Omit<PlanNightInput, 'request'>> & { readonly request?: object } = {},
): PlanNightInput {
  const { request, ...rest } = options;
  const least = { schedule: 'nightly', train: { lastDays: 400 }, ...request };
  return {
    request: least as unknown as RetrainInput,
    madeFor: 'first',
    workflowId: 'retrain/nightly-x',
    scheduledFor: '2024-06-28T14:30:00.000Z',
    ...rest,
  };
}

async function planned(world: ComputeWorld, input: PlanNightInput): Promise<NightPlan> {
  const request = { ...input.request, root: world.root.id };
  const plan = await run(world, 'planNight', { ...input, request });
  if (plan.skip !== undefined) throw new Error(plan.reason);
  return plan;
}

describe('planNight', () => {
  test('learns up to the session that its schedule meant, and scores the next one', async () => {
    const world = await testWorld();

    const plan = await planned(world, asked());

    expect(plan).toMatchObject({
      asOf: '2024-06-28',
      session: '2024-07-01',
      runId: '2024-06-28-nightly',
      backfillId: '2024-06-28-bars-nightly',
    });
    expect(plan.train).toMatchObject({
      from: '2023-05-25',
      to: '2024-06-28',
      asOf: '2024-06-28',
      symbols: 'all',
      recipe: 'symbol',
    });
  });

  test.each([
    ['a holiday', '2024-06-17T14:30:00Z', 'holiday', 'no session on 2024-06-17'],
    ['a Sunday', '2024-06-30T14:30:00Z', 'holiday', 'no session on 2024-06-30'],
    ['an hour before the close', '2024-06-28T09:00:00Z', 'not-over', 'ends at 15:30'],
    ['a muhurat that is still traded', '2024-11-01T13:00:00Z', 'not-over', 'ends at 19:00'],
  ])('has nothing to do on %s', async (_, scheduledFor, skip, words) => {
    const world = await testWorld();
    const input = asked({ scheduledFor, request: { root: world.root.id } });

    const plan = await run(world, 'planNight', input);

    expect(plan.skip).toBe(skip);
    expect(plan.skip !== undefined && plan.reason).toContain(words);
  });

  test('of a day of the week learns up to the last session before', async () => {
    const world = await testWorld();
    const scheduledFor = '2024-06-30T04:30:00.000Z';

    const plan = await planned(world, asked({ scheduledFor, request: { on: 'sunday' } }));

    expect(plan).toMatchObject({ asOf: '2024-06-28', session: '2024-07-01' });
  });

  test('has until shortly before the deadline of the session that it scores', async () => {
    const noon = Date.parse('2024-07-01T12:00:00+05:30');
    const world = await testWorld();
    // Learns up to Monday; Tuesday's deadline is 20 hours and three quarters away.
    const tonight = { asOf: '2024-07-01', deadline: '08:45', scoringMinutes: 15 };
    const { scoreInMs } = await planned(world, asked({ request: tonight }));
    const { scoreInMs: late } = await planned(world, asked({ madeFor: 'second' }));

    expect(scoreInMs).toBe(Date.parse('2024-07-02T08:30:00+05:30') - noon);
    expect(late).toBeUndefined();
  });

  test('keeps its name, which another night of the same day does not get', async () => {
    const world = await testWorld();

    const names = [];
    for (const madeFor of ['first', 'second', 'first'])
      names.push((await planned(world, asked({ madeFor }))).runId);

    expect(names).toEqual(['2024-06-28-nightly', '2024-06-28-nightly.2', '2024-06-28-nightly']);
  });

  test.each([
    ['no as-of day by hand', { scheduledFor: undefined }, {}, 'needs "asOf"'],
    [
      'an as-of day without a session',
      {},
      { asOf: '2024-06-30' },
      'the one before is "2024-06-28"',
    ],
    ['no first day', {}, { train: {} }, '"from" or "lastDays"'],
    ['what is no part of it', {}, { train: { lastDays: 9, to: '2024-01-01' } }, '"to" is not part'],
  ])('refuses %s', async (_, given, request, words) => {
    const world = await testWorld();
    const input = asked({ request: { root: world.root.id, ...request } });
    const { scheduledFor: _unused, ...byHand } = input;

    await expect(run(world, 'planNight', 'scheduledFor' in given ? byHand : input)).rejects.toThrow(
      words,
    );
  });
});
