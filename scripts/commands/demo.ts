import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { LaneError } from '../../shared/contracts/errors.ts';
import type { EpochMs, TradingDay } from '../../shared/contracts/time.ts';
import { openActions } from '../../shared/runtime/reference/actions.ts';
import { scaledClock, systemClock } from '../../shared/runtime/clock.ts';
import { checkout, environmentOf, readConfig } from '../../shared/runtime/stack/config.ts';
import { openDataRoot } from '../../shared/runtime/data-root.ts';
import { writeWhole } from '../../shared/runtime/files/files.ts';
import { isAlive } from '../../shared/runtime/stack/processes.ts';
import { readReference } from '../../shared/runtime/reference/reference.ts';
import { readStack } from '../../shared/runtime/stack/stack.ts';
import { startExchange, type RunningExchange } from '../exchange/exchange.ts';
import { listed } from '../exchange/listed.ts';
import { withSplits } from '../exchange/arguments.ts';
import { say } from '../output.ts';
import { ensureLightgbm } from '../setup/lightgbm.ts';
import { ensureTemporal } from '../setup/temporal.ts';
import { stackText } from '../stack-text.ts';

/** A few sectors, and two symbols (the last) that were listed while the windows ran. */
const symbols =
  'HDFCBANK ICICIBANK INFY TCS RELIANCE ONGC MARUTI M&M SUNPHARMA ITC LICI HYUNDAI'.split(' ');
/** One that nobody has heard of: the bars tell of it, and a person confirms it. */
const split = 'TCS:2023-05-15:2';
const history = ['--from', '2020-10-01', '--to', '2025-06-30'];
/** No demo should see its session end: it is always this evening at the exchange. */
const evening = Date.parse('2025-07-01T18:00:00+05:30') as EpochMs;

/** `demo`: the whole way from an exchange to judged students, on a data root of its own. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('backfill a simulated exchange, train teachers and students of it, and judge them')
    .option('--keep', 'leave the stack running, to look around in the Temporal UI')
    .action(async ({ keep }: { keep?: boolean }) => {
      await ensureLightgbm(say);
      await ensureTemporal(say);
      const folder = path.join(checkout, '.cache', 'demo');
      const clock = { real: systemClock(), exchange: evening, scale: 1 };
      const exchange = await simulated(scaledClock(clock));
      const config = path.join(folder, 'temporal-dev.yaml');
      const own = await readFile((await readConfig()).file, 'utf8');
      await writeWhole(config, stackText(own, { simulated: { url: exchange.url, clock } }));
      const dataRoot = path.join(folder, 'data');
      const typed = typist({
        ...environmentOf(dataRoot),
        SENSEQUANT_CONFIG: config,
        SENSEQUANT_SECRET_KEY: randomBytes(32).toString('base64'),
      });
      say(
        `${symbols.length} symbols of a simulated exchange are served at ${exchange.url},\n` +
          'which speaks the protocol of ICICI Breeze; it is the evening of 2025-07-01 there',
      );
      try {
        await start(typed, dataRoot);
        try {
          await wholeWay(typed, exchange, dataRoot);
        } finally {
          if (keep !== true) await typed('down');
        }
      } finally {
        await exchange.stop();
      }
      say(farewell(dataRoot, keep === true));
    });
}

async function simulated(clock: () => EpochMs): Promise<RunningExchange> {
  const { calendar, instruments } = await readReference();
  return await startExchange({
    calendar,
    instruments: withSplits(listed(instruments, symbols), [split]),
    seed: 20_201_001,
    from: '2020-10-01' as TradingDay,
    clock,
  });
}

async function start(typed: Typed, dataRoot: string): Promise<void> {
  const kept = await readStack(await openDataRoot(dataRoot));
  // An earlier demo's, which knows nothing of this exchange.
  if (kept !== undefined && (await isAlive(kept.supervisor))) await typed('down');
  await typed('up', '--detach');
}

/** What a person would type; the second time, most of it finds everything there. */
async function wholeWay(typed: Typed, exchange: RunningExchange, dataRoot: string): Promise<void> {
  await typed('session', '--source', 'simulated', { input: exchange.apiSession() });
  const asked = ['--source', 'simulated', '--symbols', symbols.join(',')];
  await typed('backfill', ...asked, '--interval', '1d', ...history, '--wait');
  await typed('coverage', ...history);
  await typed('actions', 'propose');
  const { instruments } = await readReference();
  const found = await openActions(await openDataRoot(dataRoot), instruments).proposals();
  for (const { symbol, day } of found?.proposals ?? [])
    await typed('actions', 'confirm', symbol, day);
  await typed('train', '--from', '2022-01-01', '--to', '2024-12-31', '--wait');
  await typed('matrix');
  await typed('export', 'predictions', '--out', path.join(dataRoot, '..', 'predictions.csv'));
}

function farewell(dataRoot: string, isKept: boolean): string {
  return [
    `\nbars, models, predictions and plans lie under ${path.relative(process.cwd(), dataRoot)}/`,
    ...(isKept
      ? [
          'the exchange ended with this demo; the stack is up, stop it: ' +
            `SENSEQUANT_DATA=${dataRoot} npm run -s sensequant -- down`,
        ]
      : ['to watch the windows in the Temporal UI: npm run demo -- --keep']),
    'to train on your own bars: npm run -s sensequant -- backfill --help, or import --help',
  ].join('\n');
}

/** Runs a command of ours as a person would, and shows what was typed. */
type Typed = (...args: readonly (string | { readonly input: string })[]) => Promise<void>;

function typist(env: NodeJS.ProcessEnv): Typed {
  const entry = path.resolve(import.meta.dirname, '..', 'sensequant.ts');
  return async (...typed) => {
    const args = typed.filter((one) => typeof one === 'string');
    const input = typed.find((one) => typeof one === 'object')?.input;
    const piped = input === undefined ? '' : `echo ${input} | `;
    say(`\n$ ${piped}sensequant ${args.map(shown).join(' ')}`);
    const stdin = input === undefined ? 'inherit' : 'pipe';
    const child = spawn(process.execPath, [entry, ...args], {
      env,
      stdio: [stdin, 'inherit', 'inherit'],
    });
    child.stdin?.end(input);
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new LaneError(`"sensequant ${args[0]}" ended with exit code "${code}"`);
  };
}

/** As a shell would take it. */
function shown(argument: string): string {
  const short = path.isAbsolute(argument) ? path.relative(process.cwd(), argument) : argument;
  return short.includes('&') ? `'${short}'` : short;
}
