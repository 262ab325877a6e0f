import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DataError, InputError, LaneError } from '../../contracts/errors.ts';
import type { EligibleWindow, PlannedWindow, TrainRequest } from '../../contracts/plan.ts';
import type { TradingDay } from '../../contracts/time.ts';
import { symbolRecipe } from '../../domain/samples/recipes.ts';
import { openPlans, type RequestedPlan } from './plans.ts';
import { canMakeDisk, scratchRoot, tinyDisk } from '../scratch.fixture.ts';

const from = '2022-01-01' as TradingDay;
const to = '2022-06-30' as TradingDay;
const skipped: PlannedWindow = {
  window: 'LICI/1d/2022-01-01..2022-06-30',
  symbol: 'LICI',
  interval: '1d',
  from,
  to,
  effectiveFrom: from,
  effectiveTo: to,
  engine: 'cpu',
  decision: 'skip',
  reason: 'no-bars',
  detail: { bars: 0 },
};
const { reason: _reason, detail: _detail, ...window } = skipped;
const trained: EligibleWindow = {
  ...window,
  window: 'TCS/1d/2022-01-01..2022-06-30',
  symbol: 'TCS',
  decision: 'train',
  decisionDay: '2022-06-29' as TradingDay,
  evaluateTo: '2022-12-26' as TradingDay,
  rows: 116,
  stages: {
    teacher: {
      key: 'a'.repeat(64),
      predictionsKey: 'b'.repeat(64),
      trained: false,
      predicted: false,
    },
    student: {
      key: 'd'.repeat(64),
      predictionsKey: 'e'.repeat(64),
      trained: false,
      predicted: false,
    },
  },
  cost: 1,
};
const request: TrainRequest = { symbols: 'all', interval: '1d', from, to, recipe: 'symbol' };

function plan(planToken = 'c'.repeat(64)): RequestedPlan {
  return {
    schema: 5,
    actions: [],
    planToken,
    asOf: to,
    from,
    to,
    recipe: symbolRecipe,
    versions: { lightgbm: '4.7.0', onnxruntime: '1.30.0' },
    series: [],
    windows: [trained, skipped],
    request,
  };
}

const make = (): Promise<RequestedPlan> => Promise.resolve(plan());
const never = (): Promise<RequestedPlan> => Promise.reject(new Error('a plan was made twice'));

describe('openPlans', () => {
  test('writes a plan once, with the run that it was made for', async () => {
    const root = await scratchRoot();

    const written = await openPlans(root).made('r1', 'first', make);

    expect(written).toEqual({ ...plan(), madeFor: 'first' });
    expect(await openPlans(root).made('r1', 'first', never)).toEqual(written);
    expect(await openPlans(root).read('r1')).toEqual(written);
    expect(await openPlans(root).has('r1')).toBe(true);
    expect(await openPlans(root).has('r2')).toBe(false);
    expect(await readdir(path.join(root.path, 'runs', 'r1'))).toEqual(['plan.json']);
  });

  test('lets one plan stand where many are made at once', async () => {
    const root = await scratchRoot();
    const tokens = Array.from({ length: 8 }, (_, i) => String(i).repeat(64));

    const made = await Promise.all(
      tokens.map((token) =>
        openPlans(root).made('r1', 'first', () => Promise.resolve(plan(token))),
      ),
    );

    expect(new Set(made.map(({ planToken }) => planToken)).size).toBe(1);
    expect(await readdir(path.join(root.path, 'runs', 'r1'))).toEqual(['plan.json']);
  });

  test('refuses a name that another run has taken', async () => {
    const root = await scratchRoot();
    await openPlans(root).made('r1', 'first', make);

    const second = openPlans(root).made('r1', 'second', make);

    await expect(second).rejects.toThrow(InputError);
    await expect(second).rejects.toThrow('a run "r1" was already made');
    expect((await openPlans(root).read('r1')).madeFor).toBe('first');
  });

  test('writes nothing where no plan could be made', async () => {
    const root = await scratchRoot();
    const fault = new InputError('no such symbol');

    const made = openPlans(root).made('r1', 'first', () => Promise.reject(fault));

    await expect(made).rejects.toBe(fault);
    expect(await openPlans(root).has('r1')).toBe(false);
    expect((await openPlans(root).made('r1', 'later', make)).madeFor).toBe('later');
  });

  test('gives a window that is to have models, with its plan', async () => {
    const root = await scratchRoot();
    const plans = openPlans(root);
    await plans.made('r1', 'first', make);

    const found = await plans.window('r1', trained.window);

    expect(found).toEqual({ plan: { ...plan(), madeFor: 'first' }, window: trained });
  });

  test.each([
    ['is not in the plan', 'INFY/1d/2022-01-01..2022-06-30'],
    ['is skipped', skipped.window],
  ])('has no window to train that %s', async (_, asked) => {
    const plans = openPlans(await scratchRoot());
    await plans.made('r1', 'first', make);

    const found = plans.window('r1', asked);

    await expect(found).rejects.toThrow(InputError);
    await expect(found).rejects.toThrow(`the plan of run "r1" has no window "${asked}" to train`);
  });

  test('asks whether this is the data root of a run that it does not know', async () => {
    const root = await scratchRoot();
    const plans = openPlans(root);

    await expect(plans.read('r1')).rejects.toThrow(InputError);
    await expect(plans.window('r1', trained.window)).rejects.toThrow(
      `the data root "${root.path}" has no plan of run "r1"; is this its data root?`,
    );
    expect(await plans.has('r1')).toBe(false);
  });

  test('finds every run again, however many have been read since', async () => {
    const plans = openPlans(await scratchRoot());
    const runs = ['r1', 'r2', 'r3', 'r4'];
    for (const run of runs) await plans.made(run, run, make);

    const read = await Promise.all([...runs, ...runs].map((run) => plans.read(run)));

    expect(read.map(({ madeFor }) => madeFor)).toEqual([...runs, ...runs]);
  });

  test.each(['', '{"schema":3,', 'null', '{}', '[]', '{"schema":2}'])(
    'refuses a plan file that holds %j',
    async (text) => {
      const root = await scratchRoot();
      await mkdir(path.join(root.path, 'runs', 'r1'), { recursive: true });
      await writeFile(path.join(root.path, 'runs', 'r1', 'plan.json'), text);

      await expect(openPlans(root).read('r1')).rejects.toThrow(DataError);
      expect(await openPlans(root).has('r1')).toBe(true);
      await expect(openPlans(root).made('r1', 'first', make)).rejects.toThrow('plan.json');
    },
  );

  test.skipIf(!canMakeDisk)('leaves nothing of a plan on a full disk', async () => {
    const root = { path: tinyDisk(16), id: '0badcafe' };
    const large = { ...plan(), windows: Array.from({ length: 200 }, () => trained) };

    const made = openPlans(root).made('r1', 'first', () => Promise.resolve(large));

    await expect(made).rejects.toThrow(LaneError);
    expect(await readdir(path.join(root.path, 'runs', 'r1'))).toEqual([]);
    expect((await openPlans(root).made('r1', 'first', make)).madeFor).toBe('first');
  });
});
