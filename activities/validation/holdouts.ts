import { InputError } from '../../shared/contracts/errors.ts';
import type {
  HoldoutOpened,
  HoldoutSealed,
  LedgerEvent,
  LedgerWord,
} from '../../shared/contracts/holdout.ts';
import { isPooledSymbol, isRunName } from '../../shared/contracts/ids.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { digestOf } from '../../shared/runtime/files/digest.ts';
import { appendLedger, readLedger, type LedgerEntry } from '../../shared/runtime/store/ledger.ts';
import type { RequestedPlan } from '../../shared/runtime/runs/plans.ts';
import type { World } from '../../shared/runtime/world.ts';

/** A sealed configuration, and who has opened it. */
export interface Holdout extends Omit<HoldoutSealed, 'event'>, LedgerWord {
  readonly opened?: Omit<HoldoutOpened, 'event' | 'name' | 'configuration'> & LedgerWord;
}

/** What a person seals. */
export interface SealRequest {
  readonly name: string;
  /** The run whose configuration is frozen. */
  readonly runId: string;
  /** The last session that may be looked at. Default: the as-of day of the run. */
  readonly freeze?: TradingDay;
  readonly who: string;
  readonly why: string;
}

/** What a person opens. */
export type OpenRequest = Pick<SealRequest, 'name' | 'who' | 'why'>;

type HoldoutWorld = Pick<World, 'root' | 'plans' | 'calendar' | 'now'>;

/**
 * Seals the configuration of a run: its out-of-sample rows of sessions after the freeze date are kept
 * from whoever reads them, until somebody opens it. Appends to the ledger.
 *
 * @throws InputError if the name cannot be one or is taken, there is no such run, the freeze date is
 *   no day that has been, or the configuration was opened after it: what was seen stays seen
 * @throws DataError if the ledger is damaged
 */
export async function sealHoldout(world: HoldoutWorld, asked: SealRequest): Promise<Holdout> {
  const { name, runId } = asked;
  if (!isRunName(name))
    throw new InputError(
      `"${name}" cannot name a holdout; use letters, digits, ".", "_", "&" and "-"`,
    );
  const plan = await world.plans.read(runId);
  const sealedOn = world.calendar.lastClosedSession(world.now());
  const freeze = asked.freeze ?? plan.asOf;
  if (freeze > sealedOn || !world.calendar.covers(freeze))
    throw new InputError(
      `the freeze date is the last session that may be looked at: a day from ` +
        `"${world.calendar.from}" to the last closed session "${sealedOn}", not "${freeze}"`,
    );
  const sealed: HoldoutSealed = {
    event: 'holdout-sealed',
    name,
    ...configurationOf(plan),
    freeze,
    sealedOn,
    runId,
  };
  await appendLedger(world.root, wordOf(world, asked), (entries) => checkedSeal(sealed, entries));
  return named(await listHoldouts(world), name);
}

/**
 * Opens a sealed configuration, for good. Appends to the ledger.
 *
 * @throws InputError if there is no such holdout, or it is open already
 * @throws DataError if the ledger is damaged
 */
export async function openHoldout(
  world: Pick<World, 'root' | 'calendar' | 'now'>,
  asked: OpenRequest,
): Promise<Holdout> {
  const openedOn = world.calendar.lastClosedSession(world.now());
  await appendLedger(world.root, wordOf(world, asked), (entries): LedgerEvent => {
    const { name, configuration, opened } = named(holdoutsIn(entries), asked.name);
    if (opened !== undefined)
      throw new InputError(
        `holdout "${name}" was opened on "${opened.openedOn}" by "${opened.who}" ` +
          `("${opened.why}"); it cannot be opened twice`,
      );
    return { event: 'holdout-opened', name, configuration, openedOn };
  });
  return named(await listHoldouts(world), asked.name);
}

/**
 * Every holdout of a data root, in the order in which they were sealed.
 *
 * @throws DataError if the ledger is damaged
 */
export async function listHoldouts({ root }: Pick<World, 'root'>): Promise<readonly Holdout[]> {
  return holdoutsIn(await readLedger(root));
}

/** What is frozen of a plan: all that its models depend on but bars. Any symbol's models are of it. */
export function configurationOf({
  recipe,
  poolRecipe,
  request,
  context,
  windows,
}: RequestedPlan): Pick<HoldoutSealed, 'configuration' | 'recipe' | 'interval' | 'universe'> {
  const pool = windows.find(({ symbol }) => isPooledSymbol(symbol))?.symbol;
  const universe = pool ?? context?.universe ?? request.universe;
  const { interval } = request;
  return {
    configuration: digestOf({ interval, recipe, poolRecipe, universe }),
    recipe: recipe.name,
    interval,
    ...(universe === undefined ? {} : { universe }),
  };
}

function wordOf({ now }: Pick<World, 'now'>, { who, why }: OpenRequest): LedgerWord {
  if (who.trim() === '' || why.trim() === '')
    throw new InputError(
      `the ledger records who and why: give --why "..." (and --who, where the system does not know ` +
        `your name)`,
    );
  return { who: who.trim(), why: why.trim(), at: now() };
}

function holdoutsIn(entries: readonly LedgerEntry[]): readonly Holdout[] {
  const holdouts = new Map<string, Holdout>();
  for (const { schema: _, number: _n, previous: _p, ...entry } of entries) {
    if (entry.event === 'holdout-sealed') {
      const { event: _e, ...sealed } = entry;
      holdouts.set(sealed.name, sealed);
      continue;
    }
    const { openedOn, who, why, at, name } = entry;
    const sealed = holdouts.get(name);
    if (sealed !== undefined) holdouts.set(name, { ...sealed, opened: { openedOn, who, why, at } });
  }
  return [...holdouts.values()];
}

function checkedSeal(sealed: HoldoutSealed, entries: readonly LedgerEntry[]): HoldoutSealed {
  const known = holdoutsIn(entries);
  const taken = known.find(({ name }) => name === sealed.name);
  if (taken !== undefined)
    throw new InputError(
      `there is a holdout "${taken.name}" already, sealed after "${taken.freeze}"; a seal is never ` +
        `changed: choose another name`,
    );
  const seen = known
    .filter(({ configuration }) => configuration === sealed.configuration)
    .flatMap(({ name, opened }) => (opened === undefined ? [] : [{ name, to: opened.openedOn }]))
    .find(({ to }) => to > sealed.freeze);
  if (seen !== undefined)
    throw new InputError(
      `this configuration was opened as "${seen.name}" on "${seen.to}": sessions up to then have ` +
        `been seen; seal it from there on: --freeze ${seen.to}`,
    );
  return sealed;
}

function named(holdouts: readonly Holdout[], name: string): Holdout {
  const found = holdouts.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = holdouts.map((one) => one.name);
  throw new InputError(`there is no holdout "${name}"; ${listed(names)}`, { name });
}

function listed(names: readonly string[]): string {
  return names.length === 0
    ? 'none was sealed yet: see "holdout seal --help"'
    : `sealed were "${names.join('", "')}"`;
}
