import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LanesView } from '../shared/contracts/lanes.ts';
import { checkout } from '../shared/runtime/stack/config.ts';
import { bookCommands, firstMissing } from './testing/book.ts';
import { brokenRun } from './testing/broken-run.ts';
import { commandLine } from './testing/command-line.fixture.ts';
import type { CommandLine } from './testing/command-line.ts';
import { storeSimulated } from './testing/simulated-bars.fixture.ts';

// The operator's book: each of its commands does what stands below it, in its order, on one stack with
// two lanes and eight symbols.

const symbols = ['RELIANCE', 'TCS', 'INFY', 'ITC', 'SBIN', 'LT', 'WIPRO', 'HDFCBANK'];
const night = `
schedules:
  nightly:
    at: "20:00"
    on: sessions
    train: { recipe: symbol, symbols: [INFY, TCS], from: 2022-01-01 }
    deadline: "08:45"
`;
const book = await readFile(path.join(checkout, 'docs', 'operations.md'), 'utf8');
const commands = bookCommands(book);
let user: CommandLine;
let client: Client;
let speaking: string;

/** What happens between two commands, and no reader would type. */
const scenes: Readonly<Record<string, () => Promise<unknown>>> = {
  'a night over damaged bars': () =>
    brokenRun(user, {
      name: 'tonight',
      asked: ['--from', '2022-01-01', '--to', '2022-12-26', '--as-of', '2022-12-26'],
      damaged: ['TCS'],
    }),
  'the bars are mended': () => storeSimulated(user.dataRoot, ['TCS']),
  'lanes are slow to begin': async () => {
    const lanes = client.workflow.getHandle('lanes');
    const { lanes: known } = await lanes.query<LanesView>('lanes');
    // One window at a time: there is something left to pause, limit and cancel.
    await lanes.executeUpdate('limits', { args: [{ inFlight: 1 }] });
    expect(known.map(({ lane }) => lane)).toEqual(['cpu0', 'cpu1']);
  },
  'the night is over': async () => {
    for (let open = 1; open > 0; await pause(200))
      open = (
        await client.workflow.count(`WorkflowType = 'retrain' AND ExecutionStatus = 'Running'`)
      ).count;
  },
};

beforeAll(async () => {
  user = await commandLine(2, night);
  await storeSimulated(user.dataRoot, symbols);
  client = await user.up();
  speaking = (await user.type('env')).stdout;
});
afterAll(async () => {
  await user[Symbol.asyncDispose]();
});

describe('the book of operations', () => {
  test('has commands, and names its scenes', () => {
    expect(commands.length).toBeGreaterThan(40);
    const named = commands.flatMap(({ scenes: before }) => before);
    expect(named.toSorted()).toEqual(Object.keys(scenes).toSorted());
  });

  test.each(commands)('line $line: $command', async ({ command, expected, scenes: before }) => {
    for (const scene of before) await scenes[scene]();

    const { code, stdout, stderr } = await user.shell(`${speaking}\n${command}`);

    expect(code, stderr).toBe(0);
    const said = `${stdout}\n${stderr}`;
    expect(firstMissing(expected, said), said).toBeUndefined();
  });
});
