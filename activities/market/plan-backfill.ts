import {
  backfillPageSize,
  windowRequests,
  type BackfillPlanSummary,
  type BackfillRequest,
  type DaySpan,
  type PlanBackfillInput,
  type RestReason,
} from '../../shared/contracts/backfill.ts';
import { isRunName, windowId } from '../../shared/contracts/ids.ts';
import { InputError } from '../../shared/contracts/errors.ts';
import { addDays, type Interval } from '../../shared/contracts/time.ts';
import { barRequests } from '../../shared/domain/market/bars/bar-requests.ts';
import { dayOf } from '../../shared/domain/market/calendar/exchange-time.ts';
import { classOf, type Instrument } from '../../shared/domain/market/instruments/instruments.ts';
import {
  isBeforeFirstBar,
  isDue,
  shortages,
  type KnownPresence,
  type Shortage,
} from '../../shared/domain/market/coverage/shortages.ts';
import { backfillFiles } from '../../shared/runtime/runs/backfill-files.ts';
import type { PlannedBackfill } from '../../shared/runtime/runs/backfill-plan.ts';
import { parseBackfill } from '../../shared/runtime/parse-request.ts';
import type { OpenSource } from '../../shared/runtime/sources/open-source.ts';
import { settleMs } from '../../shared/runtime/sources/source.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { backfillSymbols } from './backfill-symbols.ts';
import { knownPresence } from './source-presence.ts';

/** A request at one of its intervals. */
type Asked = BackfillRequest & { readonly interval: Interval };

/** What a symbol has to be asked for, or why nothing. */
type SymbolPlan = { readonly windows: PlannedBackfill[] } | { readonly rests: RestReason };

/**
 * Decides what of one interval is missing and how it is asked for, and writes it to
 * `data/runs/<runId>/backfill-<interval>.json`. Safe to repeat: the first plan stands.
 *
 * @returns counts and pages; the windows stay in the file
 * @throws InputError (final) if a symbol or the source is unknown, the first day lies outside the
 *   calendar, or the name is taken
 */
export async function planBackfill(
  world: ComputeWorld,
  input: PlanBackfillInput,
): Promise<BackfillPlanSummary> {
  const { runId, interval, madeFor } = input;
  const request = parseBackfill(input.request);
  if (!isRunName(runId))
    throw new InputError(`"${runId}" cannot name a run; use letters, digits, ".", "_", "-"`);
  const source = world.source(request.source);
  const plan = await backfillFiles(world.root, runId).made(interval, madeFor, async () => {
    // Throws where the calendar does not know that day.
    world.calendar.session(request.from);
    const resting: Partial<Record<RestReason, number>> = {};
    const windows: PlannedBackfill[] = [];
    for (const instrument of backfillSymbols(world.instruments, request.symbols, request.to)) {
      const planned = await symbolPlan(world, source, instrument, { ...request, interval });
      if ('rests' in planned) resting[planned.rests] = (resting[planned.rests] ?? 0) + 1;
      else windows.push(...planned.windows);
    }
    // The newest minutes are what is needed first, and there are days' worth of them.
    if (interval === '1m') windows.sort((a, b) => (a.from > b.from ? -1 : a.from < b.from ? 1 : 0));
    return { schema: 1, request, madeFor, windows, resting };
  });
  const { calendar } = world;
  const spans = plan.windows.flatMap((window) => window.spans);
  return {
    root: world.root.id,
    interval,
    windows: plan.windows.length,
    pages: Math.ceil(plan.windows.length / backfillPageSize),
    requests: spans.length,
    sessions: spans.reduce((sum, { from, to }) => sum + calendar.sessions(from, to).length, 0),
    resting: plan.resting,
  };
}

async function symbolPlan(
  world: ComputeWorld,
  source: OpenSource,
  instrument: Instrument,
  asked: Asked,
): Promise<SymbolPlan> {
  const code = source.codeOf(instrument);
  if (code === undefined) return { rests: 'no-code' };
  const span = spanOf(world, source, instrument, asked);
  if (typeof span === 'string') return { rests: span };

  const { symbol } = instrument;
  const { name, adjustment } = source;
  const known = (interval: Interval): Promise<KnownPresence> =>
    knownPresence(world, { symbol, interval, source: name, adjustment });
  const present = await known(asked.interval);
  const instrumentClass = classOf(instrument);
  const short = shortages(present, world.calendar, { ...span, instrumentClass });
  if (short.length === 0) return { rests: 'complete' };
  const daily = asked.interval === '1d' ? undefined : await known('1d');
  const open = short.filter(({ day }) => daily === undefined || !isBeforeFirstBar(day, daily));
  if (open.length === 0) {
    // What is short lies before the first daily bar: is anything not?
    if (short.length < world.calendar.sessions(span.from, span.to).length)
      return { rests: 'complete' };
    return { rests: daily?.days.bars.length === 0 ? 'wrong-code' : 'pre-listing' };
  }
  const today = dayOf(source.clock());
  const due = open.filter(({ day }) => isDue(day, present.answers, today));
  if (due.length === 0) return { rests: 'asked-lately' };
  return { windows: windowsOf(world, source, { symbol, code, interval: asked.interval }, due) };
}

/** The days of a request on which an instrument was listed and the session is over. */
function spanOf(
  { calendar }: ComputeWorld,
  { clock }: OpenSource,
  { listed, delisted }: Instrument,
  asked: Asked,
): DaySpan | RestReason {
  if (delisted !== undefined && delisted <= asked.from) return 'delisted';
  const over = addDays(calendar.lastClosedSession(clock() - settleMs), 1);
  if (asked.from >= over) return 'not-over';
  const ends = [addDays(asked.to, 1), over, ...(delisted === undefined ? [] : [delisted])];
  const to = ends.sort()[0];
  const from = listed !== undefined && listed > asked.from ? listed : asked.from;
  return from < to ? { from, to } : 'pre-listing';
}

function windowsOf(
  { calendar }: ComputeWorld,
  { maximumRows }: OpenSource,
  series: { readonly symbol: string; readonly code: string; readonly interval: Interval },
  due: readonly Shortage[],
): PlannedBackfill[] {
  const { symbol, code, interval } = series;
  const sessions = calendar.sessions(due[0].day, addDays(due[due.length - 1].day, 1));
  const requests = barRequests(due, sessions, maximumRows);
  if (interval === '1m') requests.reverse();
  const windows: PlannedBackfill[] = [];
  for (let start = 0; start < requests.length; start += windowRequests) {
    const spans = requests.slice(start, start + windowRequests);
    const from = spans.map((span) => span.from).sort()[0];
    const to = spans.map((span) => span.to).sort()[spans.length - 1];
    const window = windowId(symbol, interval, from, to);
    windows.push({ window, symbol, interval, from, to, requests: spans.length, code, spans });
  }
  return windows;
}
