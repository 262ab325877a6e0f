import path from 'node:path';
import type { Stage } from '../../shared/contracts/outcome.ts';
import type {
  EligibleWindow,
  PlannedWindow,
  TrainRequest,
  Versions,
} from '../../shared/contracts/plan.ts';
import type { Recipe } from '../../shared/contracts/recipe.ts';
import type { PageRecord } from '../../shared/contracts/run.ts';
import { addDays, type TradingDay } from '../../shared/contracts/time.ts';
import type { Calendar } from '../../shared/domain/market/calendar/calendar.ts';
import { dayStart } from '../../shared/domain/market/calendar/exchange-time.ts';
import { seededChance } from '../../shared/domain/samples/random-walk.fixture.ts';
import { recipesOf } from '../../shared/domain/samples/recipes.ts';
import { runFolder, type DataRoot } from '../../shared/runtime/data-root.ts';
import { sha256 } from '../../shared/runtime/files/digest.ts';
import { writeParquet } from '../../shared/runtime/files/duckdb.ts';
import { writeWhole } from '../../shared/runtime/files/files.ts';
import { openPlans, type Plans } from '../../shared/runtime/runs/plans.ts';
import { readReference } from '../../shared/runtime/reference/reference.ts';
import { scratchRoot } from '../../shared/runtime/scratch.fixture.ts';
import { openStore, type Store } from '../../shared/runtime/store/store.ts';

/** What commands read that need no server: a data root with plans and a store. */
export interface Files {
  readonly root: DataRoot;
  readonly versions: Versions;
  readonly plans: Plans;
  readonly store: Store;
  readonly calendar: Calendar;
  /** What the store said of damaged artifacts. */
  readonly warnings: readonly string[];
}

const { calendar } = await readReference();
const versions: Versions = { lightgbm: '4.6.0', onnxruntime: '1.30.0' };

/** Plans and a store, by default on a data root of their own, removed after the test. */
export async function filesOnly(own?: DataRoot): Promise<Files> {
  const root = own ?? (await scratchRoot());
  const warnings: string[] = [];
  const store = openStore(root, (message) => warnings.push(message));
  return { root, versions, plans: openPlans(root), store, calendar, warnings };
}

/** A window of 180 days that is to be trained, its keys made up. */
export function eligibleWindow(symbol: string, from = '2022-01-01'): EligibleWindow {
  const start = from as TradingDay;
  const to = addDays(start, 180);
  const window = `${symbol}/1d/${start}..${to}`;
  const stage = (name: Stage) => ({
    key: sha256(window, name),
    predictionsKey: sha256(window, name, 'predictions'),
    trained: false,
    predicted: false,
  });
  return {
    window,
    symbol,
    interval: '1d',
    from: start,
    to,
    effectiveFrom: start,
    effectiveTo: to,
    engine: 'cpu',
    decision: 'train',
    decisionDay: addDays(to, -1),
    evaluateTo: addDays(to, 179),
    judged: { [symbol]: judgedSessions },
    rows: 112,
    stages: { teacher: stage('teacher'), student: stage('student') },
    cost: 1,
  };
}

/** Writes the plan of a run over made-up windows. */
export async function planOf(
  { plans }: Files,
  windows: readonly (PlannedWindow | EligibleWindow)[],
  asked: Partial<Omit<TrainRequest, 'recipe'>> & {
    readonly runId?: string;
    /** Default: the request's. */
    readonly recipe?: Recipe;
    /** Whether the plan pins no series of bars. Default: false. */
    readonly barless?: boolean;
  } = {},
): Promise<void> {
  const { runId = 'r1', recipe, barless = false, ...rest } = asked;
  const [from, to] = ['2022-01-01', '2024-12-31'] as TradingDay[];
  const request: TrainRequest = {
    symbols: 'all',
    interval: '1d',
    from,
    to,
    recipe: 'symbol',
    ...rest,
  };
  const symbols = barless ? [] : [...new Set(windows.map(({ symbol }) => symbol))];
  await plans.made(runId, runId, () =>
    Promise.resolve({
      schema: 5,
      actions: [],
      planToken: 'c'.repeat(64),
      asOf: '2025-01-31' as TradingDay,
      from,
      to,
      ...(recipe === undefined ? recipesOf(request) : { recipe }),
      versions,
      series: symbols.map((symbol) => ({
        symbol,
        interval: '1d',
        series: 'csv-raw',
        adjustment: 'raw',
        segments: ['2020-10-01..2024-12-31-0123456789abcdef.parquet'],
      })),
      windows,
      request,
    }),
  );
}

/** Writes part of what became of a run. */
export async function record(
  { root }: Files,
  outcomes: Partial<PageRecord> & { readonly runId?: string },
): Promise<void> {
  const { runId = 'r1', ...rest } = outcomes;
  const page: PageRecord = {
    runId,
    root: root.id,
    page: 1,
    part: 1,
    devices: { cpu0: 'cpu', cpu1: 'cpu' },
    done: [],
    failed: [],
    ...rest,
  };
  const file = path.join(runFolder(root, runId), 'outcomes', `${page.page}-${page.part}.json`);
  await writeWhole(file, JSON.stringify(page));
}

/** Sessions that a made-up window is judged on, from its decision day on; the last five unknown. */
export const judgedSessions = 120;

/** Stores what a stage's model says of its window: anything, the same for the same window. */
export async function predict(
  { store }: Files,
  window: EligibleWindow,
  stage: Stage,
  facts: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const rows = Array.from({ length: judgedSessions }, (_, row) => row);
  const { predictionsKey } = window.stages[stage];
  const seed = Number.parseInt(sha256(window.window).slice(0, 7), 16);
  const market = seededChance(seed);
  const returns = rows.map((row) => (row < judgedSessions - 5 ? 0.03 * market.normal() : NaN));
  const chance = seededChance(seed + (stage === 'teacher' ? 1 : 2));
  await store.publish(
    'predictions',
    predictionsKey,
    (folder) =>
      writeParquet(path.join(folder, 'predictions.parquet'), {
        ts: Float64Array.from(rows, (row) => dayStart(addDays(window.decisionDay, row))),
        label: Int8Array.from(returns, (r) => (Number.isNaN(r) ? -1 : Number(r > 0.00225))),
        forwardReturn: Float64Array.from(returns),
        [stage]: Float64Array.from(rows, () => chance.uniform()),
      }),
    facts,
  );
}
