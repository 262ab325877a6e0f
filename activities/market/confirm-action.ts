import { InputError } from '../../shared/contracts/errors.ts';
import type { ActionKind } from '../../shared/contracts/plan.ts';
import type { EpochMs, TradingDay } from '../../shared/contracts/time.ts';
import {
  actionFault,
  priceFactorOf,
  type CorporateAction,
} from '../../shared/domain/market/actions/actions.ts';
import { dayOf } from '../../shared/domain/market/calendar/exchange-time.ts';
import type { PriceMove } from '../../shared/domain/market/actions/unconfirmed.ts';
import type { Proposal } from '../../shared/runtime/reference/actions.ts';
import { barsSay, type ListedAction } from './list-actions.ts';
import { placeFaults, type ActionWorld } from './placed-action.ts';

/** What a person vouches for. What is absent is taken from the table, then from the proposal. */
export interface Confirmation {
  readonly symbol: string;
  readonly exDate: TradingDay;
  readonly kind?: ActionKind;
  /** `5:1 split`, or `5:1` beside a kind. */
  readonly ratio?: string;
  /** Price after over price before. */
  readonly factor?: number;
  /** Rupees a share, of a dividend. */
  readonly cash?: number;
}

/**
 * Records an action that a person vouches for; from now on raw bars are read with it.
 *
 * @param now - the day it became known
 * @returns the action, with what the symbol's raw bars say of it
 * @throws InputError naming every fault: an unknown symbol, a day that is no session, a factor that
 *   cannot be, or one that nobody gave
 */
export async function confirmAction(
  world: ActionWorld,
  confirmation: Confirmation,
  now: EpochMs,
): Promise<ListedAction> {
  const asked = await placed(world, confirmation);
  const action = await vouchedFor(world, asked, dayOf(now));
  const fault = actionFault(action);
  if (fault !== undefined) throw new InputError(`${fault}; nothing was recorded`);
  await world.actions.record({ actions: [action] });
  const pin = await world.bars.series(asked.symbol, '1d');
  const said = pin?.adjustment === 'raw' ? barsSay(await world.bars.read(pin), action) : undefined;
  return { ...action, ...(said === undefined ? {} : { bars: said }) };
}

/**
 * Records that a price really moved on a day: no action, whatever it looks like.
 *
 * @returns the move, of the symbol's ticker of today
 * @throws InputError for an unknown symbol or a day that is no session
 */
export async function confirmMove(
  world: ActionWorld,
  asked: Pick<Confirmation, 'symbol' | 'exDate'>,
  now: EpochMs,
): Promise<PriceMove> {
  const { symbol, exDate } = await placed(world, asked);
  const move = { symbol, day: exDate, source: 'operator', knownAt: dayOf(now) };
  await world.actions.record({ moves: [move] });
  return move;
}

/** What a person said, of the symbol's ticker of today. */
async function placed<Asked extends Pick<Confirmation, 'symbol' | 'exDate'>>(
  world: ActionWorld,
  asked: Asked,
): Promise<Asked> {
  const symbol = world.instruments.current(asked.symbol, asked.exDate);
  const faults = placeFaults(world, await world.bars.symbols('1d'), symbol, asked.exDate);
  if (faults.length > 0) throw new InputError(faults.join('\n'));
  return { ...asked, symbol };
}

async function vouchedFor(
  { actions }: ActionWorld,
  asked: Confirmation,
  knownAt: TradingDay,
): Promise<CorporateAction> {
  const { symbol, exDate } = asked;
  const isDividend = asked.kind === 'dividend';
  const known = (await actions.table()).actions.find(
    (one) =>
      one.symbol === symbol && one.exDate === exDate && (one.kind === 'dividend') === isDividend,
  );
  const proposal = (await actions.proposals())?.proposals.find(
    (one) => one.symbol === symbol && one.day === exDate && one.looksLike === 'action',
  );
  const kind = kindOf(asked, known, proposal);
  const priceFactor = kind === 'dividend' ? 1 : factorOf(asked, kind, known, proposal);
  const hasShares = kind === 'split' || kind === 'bonus';
  const isKnown = known?.kind === kind && known.priceFactor === priceFactor;
  return {
    symbol,
    exDate,
    kind,
    priceFactor,
    volumeFactor: isKnown ? known.volumeFactor : hasShares ? 1 / priceFactor : 1,
    cash: asked.cash ?? known?.cash ?? 0,
    source: 'operator',
    confirmed: true,
    knownAt,
    evidence: evidenceOf(asked, known, proposal),
  };
}

function kindOf(
  { symbol, exDate, kind, ratio }: Confirmation,
  known: CorporateAction | undefined,
  proposal: Proposal | undefined,
): ActionKind {
  const named = kindIn(ratio) ?? known?.kind ?? kindIn(proposal?.words);
  const found = kind ?? named;
  if (found !== undefined) return found;
  throw new InputError(
    `nobody proposed an action of "${symbol}" on "${exDate}"; say what it was: ` +
      `--kind split --ratio 5:1, or --kind demerger --factor 0.91`,
  );
}

/** The kind that words name first; the price cannot tell a 1:1 bonus from a 2:1 split. */
function kindIn(words: string | undefined): ActionKind | undefined {
  const [found] = /split|bonus/.exec(words ?? '') ?? [];
  return found as ActionKind | undefined;
}

function factorOf(
  { symbol, exDate, ratio, factor }: Confirmation,
  kind: ActionKind,
  known: CorporateAction | undefined,
  proposal: Proposal | undefined,
): number {
  if (ratio !== undefined && factor !== undefined)
    throw new InputError(`give a ratio or a factor, not both: "${ratio}" and "${factor}" found`);
  if (ratio !== undefined) return priceFactorOf(ratio, kind);
  const found = factor ?? known?.priceFactor ?? proposal?.ratio;
  if (found !== undefined) return found;
  throw new InputError(
    `a ${kind} of "${symbol}" on "${exDate}" needs a --ratio like "5:1" or a --factor; none was found`,
  );
}

function evidenceOf(
  { ratio, factor }: Confirmation,
  known: CorporateAction | undefined,
  proposal: Proposal | undefined,
): string {
  const said = ratio ?? factor;
  return [
    said === undefined ? undefined : `said to be ${said}`,
    known?.evidence,
    proposal && `opened at ${proposal.gap.toFixed(4)} of the close before`,
  ]
    .filter((words) => words !== undefined && words !== '')
    .join('; ');
}
