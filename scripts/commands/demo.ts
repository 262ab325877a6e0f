import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { LaneError } from '../../shared/contracts/errors.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { checkout, environmentOf, readConfig } from '../../shared/runtime/config.ts';
import { readReference } from '../../shared/runtime/reference.ts';
import { writeSimulatedCsv } from '../../shared/runtime/sources/simulated.ts';
import { say } from '../output.ts';
import { ensureLightgbm } from '../setup/lightgbm.ts';
import { ensureTemporal } from '../setup/temporal.ts';

/** A few sectors, and two symbols (the last) that were listed while the windows ran. */
const simulated = {
  seed: 20_201_001,
  symbols: 'HDFCBANK ICICIBANK INFY TCS RELIANCE ONGC MARUTI M&M SUNPHARMA ITC LICI HYUNDAI'.split(
    ' ',
  ),
  from: '2020-10-01' as TradingDay,
  to: '2025-07-01' as TradingDay,
};

/** `demo`: the whole way from bars to judged students on a data root of its own, with nothing prepared. */
export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'train teachers and students of a simulated exchange, from nothing, and show what they score',
    )
    .option('--keep', 'leave the stack running, to look around in the Temporal UI')
    .action(async ({ keep }: { keep?: boolean }) => {
      const root = path.join(checkout, '.cache', 'demo');
      const bars = path.join(root, 'simulated-bars');
      const predictions = path.join(root, 'predictions.csv');
      await ensureLightgbm(say);
      await ensureTemporal(say);
      await rm(bars, { recursive: true, force: true });
      await writeSimulatedCsv(bars, await readReference(), simulated);
      const env = environmentOf(path.join(root, 'data'));
      const sensequant = (...args: string[]): Promise<void> => run(args, env);
      try {
        await sensequant('import', bars, '--adjustment', 'raw');
        await sensequant('up', '--detach');
        await sensequant('train', '--from', '2022-01-01', '--to', '2024-12-31', '--wait');
        await sensequant('matrix');
        await sensequant('export', 'predictions', '--out', predictions);
      } finally {
        if (keep !== true) await sensequant('down');
      }
      const { dataRoot } = await readConfig(env);
      say(
        `\nmodels, predictions and plans lie under ${path.relative(process.cwd(), dataRoot)}/\n` +
          (keep === true
            ? `the stack is up; stop it: SENSEQUANT_DATA=${dataRoot} npm run -s sensequant -- down`
            : 'to watch the windows in the Temporal UI: npm run demo -- --keep') +
          '\nto train on your own bars: npm run -s sensequant -- import --help',
      );
    });
}

function shown(argument: string): string {
  return path.isAbsolute(argument) ? path.relative(process.cwd(), argument) : argument;
}

/** Runs a command of ours as a person would, and shows what was typed. */
async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  say(`\n$ sensequant ${args.map(shown).join(' ')}`);
  const entry = path.resolve(import.meta.dirname, '..', 'sensequant.ts');
  const child = spawn(process.execPath, [entry, ...args], { env, stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new LaneError(`"sensequant ${args[0]}" ended with exit code "${code}"`);
}
