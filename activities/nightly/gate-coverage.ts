import path from 'node:path';
import type { GateInput, GateResult, LackingSymbol } from '../../shared/contracts/nightly.ts';
import type { TrainRequest } from '../../shared/contracts/plan.ts';
import { addDays, type TradingDay } from '../../shared/contracts/time.ts';
import { runFolder } from '../../shared/runtime/data-root.ts';
import { writeWhole } from '../../shared/runtime/files/files.ts';
import type { World } from '../../shared/runtime/world.ts';
import { coverBars } from '../market/cover-bars.ts';
import { chosenSymbols } from '../samples/chosen-symbols.ts';

/** Lacking symbols that travel through Temporal; all of them lie in the run's folder. */
const toldSymbols = 12;
/** Characters of a list of symbols that fit into a message. */
const mostCharacters = 3000;

/** `coverage.json` of a night's run. */
export interface NightCoverage {
  readonly schema: 1;
  readonly from: TradingDay;
  /** Day after the last. */
  readonly to: TradingDay;
  readonly symbols: number;
  readonly presentBars: number;
  readonly expectedBars: number;
  readonly passes: boolean;
  readonly lacking: readonly LackingSymbol[];
  /** Whether those that lack bars are trained without. */
  readonly leftOut: boolean;
}

/**
 * Counts the bars that a night's symbols have over the last sessions, and decides whether to train.
 * Writes `coverage.json` into the run's folder; safe to repeat.
 *
 * Symbols that lack bars are left out of recipes that train each symbol alone. A pool keeps its
 * members: whoever lacks bars is left out of each window by the plan, and other members would give
 * every window another name.
 *
 * @throws InputError (final) if a symbol is unknown, or there are no bars at all
 */
export async function gateCoverage(
  world: World,
  { runId, asOf, train, gate }: GateInput,
): Promise<GateResult> {
  const chosen = await gatedSymbols(world, train);
  const report = await coverBars(world, {
    interval: train.interval,
    symbols: chosen,
    from: firstSession(world, asOf, gate.sessions),
    to: addDays(asOf, 1),
  });
  const lacking = report.symbols
    .filter(({ coverage }) => coverage < gate.minimumCoverage)
    .map(({ symbol, presentBars, expectedBars }) => ({ symbol, presentBars, expectedBars }));
  const share = 1 - lacking.length / chosen.length;
  const passes =
    share >= gate.minimumSymbols && (lacking.length === 0 || gate.lacking === 'leave-out');
  const left = passes ? withoutSymbols(train, chosen, lacking) : train;
  const { from, to, total } = report;
  const written: NightCoverage = {
    schema: 1,
    from,
    to,
    symbols: chosen.length,
    presentBars: total.presentBars,
    expectedBars: total.expectedBars,
    passes,
    lacking,
    leftOut: left !== train,
  };
  const file = path.join(runFolder(world.root, runId), 'coverage.json');
  await writeWhole(file, `${JSON.stringify(written, null, 1)}\n`);
  return {
    passes,
    symbols: chosen.length,
    lacking: lacking.length,
    first: lacking.slice(0, toldSymbols),
    train: left,
  };
}

/** Whose bars a night needs: those it trains, or the members of its universe. */
async function gatedSymbols(world: World, train: TrainRequest): Promise<readonly string[]> {
  if (train.recipe === 'symbol' || train.universe === undefined)
    return await chosenSymbols(world, train);
  return world.instruments.members(train.universe, train.asOf ?? train.to).symbols;
}

function withoutSymbols(
  train: TrainRequest,
  chosen: readonly string[],
  lacking: readonly LackingSymbol[],
): TrainRequest {
  if (lacking.length === 0 || train.recipe !== 'symbol') return train;
  const out = new Set(lacking.map(({ symbol }) => symbol));
  const symbols = chosen.filter((symbol) => !out.has(symbol));
  const fits = symbols.join().length <= mostCharacters;
  return fits ? { ...train, symbols } : train;
}

/** The first of so many sessions up to a day. */
function firstSession({ calendar }: World, asOf: TradingDay, sessions: number): TradingDay {
  const until = calendar.sessions(calendar.from, addDays(asOf, 1));
  return until[Math.max(0, until.length - sessions)];
}
