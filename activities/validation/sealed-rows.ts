import { addDays, type TradingDay } from '../../shared/contracts/time.ts';
import { dayStart } from '../../shared/domain/market/calendar/exchange-time.ts';
import type { RowsSeal } from '../../shared/runtime/store/row-seals.ts';
import type { RequestedPlan } from '../../shared/runtime/runs/plans.ts';
import type { World } from '../../shared/runtime/world.ts';
import { configurationOf, listHoldouts, type Holdout } from './holdouts.ts';

/** What a plan's configuration keeps from whoever looks. */
export interface PlanSeal {
  /** Its holdouts, sealed and opened. */
  readonly holdouts: readonly Holdout[];
  /** The one that seals now, from the earliest day on; absent where nothing is sealed. */
  readonly sealed?: Holdout & { readonly rows: RowsSeal };
}

/** Calendar days that hold more sessions than any horizon. */
const manyDays = 400;

/**
 * What may be seen of a plan's out-of-sample rows: as if the freeze date were the last session there
 * is. Rows of later sessions are sealed, and so are the labels of earlier ones that end later.
 *
 * @throws DataError if the ledger is damaged
 */
export async function planSeal(
  world: Pick<World, 'root' | 'calendar'>,
  plan: RequestedPlan,
): Promise<PlanSeal> {
  const { configuration } = configurationOf(plan);
  const holdouts = (await listHoldouts(world)).filter((one) => one.configuration === configuration);
  const [sealed] = holdouts
    .filter(({ opened }) => opened === undefined)
    .toSorted((a, b) => (a.freeze < b.freeze ? -1 : 1));
  if (sealed === undefined) return { holdouts };
  return { holdouts, sealed: { ...sealed, rows: rowsSeal(world, plan, sealed.freeze) } };
}

function rowsSeal(
  { calendar }: Pick<World, 'calendar'>,
  { recipe: { label, horizon } }: RequestedPlan,
  freeze: TradingDay,
): RowsSeal {
  const from = addDays(freeze, 1);
  const rowsFrom = dayStart(from);
  // An intraday label ends in its own session.
  if (label.kind === 'intraday') return { rowsFrom, labelsFrom: rowsFrom };
  const first = addDays(freeze, -manyDays);
  const sessions = calendar.sessions(first > calendar.from ? first : calendar.from, from);
  // A label ends `horizon` + 1 sessions after its row's; later still, of a share that stood still.
  return { rowsFrom, labelsFrom: dayStart(sessions.at(-(horizon + 1)) ?? calendar.from) };
}
