import { randomUUID } from 'node:crypto';
import { link, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { DaySpan, FailedBackfill } from '../../contracts/backfill.ts';
import { DataError, InputError } from '../../contracts/errors.ts';
import { intervals, type EpochMs, type Interval } from '../../contracts/time.ts';
import { barColumns, type Bars } from '../../domain/market/bars/bars.ts';
import { columnsOf } from '../../domain/market/bars/merged-bars.ts';
import {
  readBackfillPlan,
  type BackfillPlan,
  type PlannedBackfill,
  type ReadPlan,
} from './backfill-plan.ts';
import { runFolder, type DataRoot } from '../data-root.ts';
import { codeOf, named, readJson, writeWhole } from '../files/files.ts';

/** An answer of a source as it came, kept until its window is stored. */
export interface Answer {
  readonly span: DaySpan;
  readonly receivedAt: EpochMs;
  readonly bars: Bars;
}

/** The files of one backfill: `data/runs/<runId>/backfill-<interval>.json`, `parts/`, `failures/`. */
export interface BackfillFiles {
  /** Whether a backfill of this name was planned or ended here, or training has the name. */
  isTaken(): Promise<boolean>;
  /**
   * Writes an interval's plan, or returns the one that stands: the first, whoever else is writing.
   *
   * @throws InputError if the name was taken by another run
   */
  made(
    interval: Interval,
    madeFor: string,
    make: () => Promise<BackfillPlan>,
  ): Promise<BackfillPlan>;
  /** @throws InputError if the data root has no such plan */
  plan(interval: Interval): Promise<BackfillPlan>;
  /** @throws InputError if no plan has such a window */
  window(window: string): Promise<{ plan: BackfillPlan; planned: PlannedBackfill }>;
  answer(window: string, span: DaySpan): Promise<Answer | undefined>;
  keep(window: string, answer: Answer): Promise<void>;
  /** Every answer of a window, ascending by its days. */
  answers(window: string): Promise<readonly Answer[]>;
  /** Removes the answers of all windows; what they held is stored. */
  forget(): Promise<void>;
  /** Writes down failures as one part of all; a part that is written again says the same. */
  keepFailures(part: string, failures: readonly FailedBackfill[]): Promise<void>;
  /** Every failure that was written down, part by part in order of the alphabet. */
  failures(): Promise<readonly FailedBackfill[]>;
}

/** Opens the files of one backfill. */
export function backfillFiles(root: DataRoot, runId: string): BackfillFiles {
  const folder = runFolder(root, runId);
  const planFile = (interval: Interval): string => path.join(folder, `backfill-${interval}.json`);
  const parts = path.join(folder, 'parts');
  const partsOf = (window: string): string => path.join(parts, window);
  const partFile = (window: string, { from, to }: DaySpan): string =>
    path.join(partsOf(window), `${from}..${to}.json`);

  const failureFolder = path.join(folder, 'failures');
  const trainFile = path.join(folder, 'plan.json');

  async function read(interval: Interval): Promise<ReadPlan> {
    const found = await readBackfillPlan(planFile(interval));
    if (found !== undefined) return found;
    throw new InputError(`"${root.path}" has no backfill "${runId}" of interval "${interval}"`);
  }
  const plan = async (interval: Interval): Promise<BackfillPlan> => (await read(interval)).plan;

  return {
    plan,
    async isTaken() {
      const files = [trainFile, path.join(folder, 'report.json'), ...intervals.map(planFile)];
      return (await Promise.all(files.map(exists))).includes(true);
    },
    async made(interval, madeFor, make) {
      if (await exists(trainFile))
        throw new InputError(`the name "${runId}" belongs to a run of training; choose another`);
      const all = await Promise.all(intervals.map((one) => readBackfillPlan(planFile(one))));
      const ofAll = all.map((one) => one?.plan);
      let made = ofAll[intervals.indexOf(interval)];
      if (made === undefined && ofAll.every((one) => isOwn(one, madeFor))) {
        await writeFirst(planFile(interval), `${JSON.stringify(await make())}\n`);
        made = await plan(interval);
      }
      if (made !== undefined && isOwn(made, madeFor)) return made;
      throw new InputError(`the name "${runId}" belongs to another backfill; choose another`);
    },
    async window(window) {
      const interval = window.split('/')[1] as Interval;
      const { plan: made, windows } = await read(interval);
      const planned = windows.get(window);
      if (planned === undefined)
        throw new InputError(`backfill "${runId}" has no window "${window}"`);
      return { plan: made, planned };
    },
    answer: async (window, span) => await readAnswer(partFile(window, span), window),
    async keep(window, answer) {
      await writeWhole(partFile(window, answer.span), `${JSON.stringify(written(answer))}\n`);
    },
    async answers(window) {
      const files = await jsonFiles(partsOf(window));
      const read = await Promise.all(files.map((file) => readAnswer(file, window)));
      return read.filter((answer) => answer !== undefined);
    },
    async forget() {
      await rm(parts, { recursive: true, force: true });
    },
    async keepFailures(part, failures) {
      await writeWhole(path.join(failureFolder, `${part}.json`), `${JSON.stringify(failures)}\n`);
    },
    async failures() {
      const read = await Promise.all((await jsonFiles(failureFolder)).map(readJson));
      return (read as (readonly FailedBackfill[])[]).flat();
    },
  };
}

function isOwn(plan: BackfillPlan | undefined, madeFor: string): boolean {
  return plan === undefined || plan.madeFor === madeFor;
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}

/** JSON files of a folder in order of the alphabet; what is being written begins with a dot. */
async function jsonFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const written = names.filter((name) => /^\w.*\.json$/.test(name));
  return written.toSorted().map((name) => path.join(folder, name));
}

/** Writes a file whole where there is none. */
async function writeFirst(file: string, text: string): Promise<void> {
  const beside = `${file}.${randomUUID()}`;
  try {
    await writeWhole(beside, text);
    // A link fails where the name is taken: the first file stands.
    await named(path.dirname(file), () => link(beside, file));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(beside, { force: true });
  }
}

/** JSON has no NaN: a number that is none is written as null. */
function written({ span, receivedAt, bars }: Answer): object {
  return { span, receivedAt, ...columnsOf((name) => [...bars[name]]) };
}

async function readAnswer(file: string, window: string): Promise<Answer | undefined> {
  const value = await readJson(file);
  if (value === undefined) return undefined;
  const { span, receivedAt, ...columns } = (value ?? {}) as Pick<Answer, 'span' | 'receivedAt'> &
    Record<(typeof barColumns)[number], (number | null)[]>;
  const rows = columns.ts?.length;
  if (!barColumns.every((name) => Array.isArray(columns[name]) && columns[name].length === rows))
    throw new DataError(`"${file}" holds no bars; remove it, and it is asked for again`, { file });
  const [symbol, interval] = window.split('/') as [string, Interval];
  const bars = columnsOf((name) => Float64Array.from(columns[name], (value) => value ?? NaN));
  return { span, receivedAt, bars: { symbol, interval, ...bars } };
}
