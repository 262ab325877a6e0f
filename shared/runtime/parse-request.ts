import { z } from 'zod';
import type { BackfillRequest } from '../contracts/backfill.ts';
import { errorClasses, InputError } from '../contracts/errors.ts';
import { isRunName } from '../contracts/ids.ts';
import type { TrainRequest } from '../contracts/plan.ts';
import { recipeNames } from '../contracts/recipe.ts';
import type { ReplayRequest } from '../contracts/run.ts';
import { intervals, isTradingDay } from '../contracts/time.ts';

const day = z.string().refine(isTradingDay, 'must be a day like "2024-01-31"');
const symbol = z
  .string()
  .regex(/^[A-Z0-9][A-Z0-9&._-]*$/, 'must be a ticker in upper case like "M&M"');
const universe = z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be a universe like "nifty100"');
const name = z.string().regex(/^[A-Za-z][A-Za-z0-9-]*$/, 'must be a name like "base-1"');
const count = (most: number) => {
  const error = `must be a whole number from 1 to ${most}`;
  return z.int(error).min(1, error).max(most, error);
};
const sessions = count(2500);
const days = count(3650);

const root = z
  .string()
  .regex(/^[0-9a-f]{8}$/)
  .optional();
const digest = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits');
const planToken = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be the 64 hex digits that plan printed')
  .optional();

/** What a request to train consists of, field by field. */
export const requestFields = {
  symbols: z.union(
    [z.literal('all'), z.array(symbol).min(1)],
    'must be "all" or a list of tickers',
  ),
  interval: z.enum(intervals),
  from: day,
  to: day,
  recipe: z.enum(recipeNames),
  universe: universe.optional(),
  features: name.optional(),
  without: z.array(name).min(1).optional(),
  asOf: day.optional(),
  windowDays: days.optional(),
  stepDays: days.optional(),
  windowSessions: sessions.optional(),
  stepSessions: sessions.optional(),
  anchor: day.optional(),
  horizon: count(250).optional(),
  studentMix: z
    .union([z.literal('auto'), z.literal('hard'), z.number().gt(0).max(1)], {
      error: 'must be "auto", "hard" or a share above 0, at most 1',
    })
    .optional(),
  root,
  planToken,
};
const requestSchema = z.strictObject(requestFields);

const replaySchema = z.strictObject({
  of: z.string().refine(isRunName, 'must be the name of a run'),
  windows: z
    .union([z.enum(['failed', 'unfinished']), z.array(z.string().min(1)).min(1)], {
      error: 'must be "failed", "unfinished" or a list of windows',
    })
    .optional(),
  list: digest.optional(),
  reason: z.enum(errorClasses).optional(),
  asOf: day.optional(),
  asRecorded: z.boolean().optional(),
  root,
  planToken,
});

const fewSymbols = 'must be "all", a universe like "nifty100", or a list of tickers';
const someInterval = `must name some of "${intervals.join('", "')}"`;

/** Whose bars a backfill fetches. */
export const symbolsToFetch = z.union(
  [z.string().regex(/^[a-z][a-z0-9-]*$/, fewSymbols), z.array(symbol).min(1, fewSymbols)],
  fewSymbols,
);

const backfillSchema = z.strictObject({
  source: z.string().min(1, 'must name a source like "breeze"'),
  symbols: symbolsToFetch,
  intervals: z.array(z.enum(intervals, someInterval)).min(1, someInterval),
  from: day,
  to: day,
  root: z
    .string()
    .regex(/^[0-9a-f]{8}$/)
    .optional(),
});

/**
 * Checks a request to train, from the command line or from the Temporal CLI alike.
 *
 * @throws InputError naming every fault at once
 */
export function parseRequest(value: unknown): TrainRequest {
  return inOrder(checked(requestSchema, value) as TrainRequest);
}

/**
 * Checks a request to fetch bars, wherever it comes from.
 *
 * @returns with its intervals in the order to fetch them: daily bars say from when on the others can
 *   exist, and one-minute bars are hundreds of times as many
 * @throws InputError naming every fault at once
 */
export function parseBackfill(value: unknown): BackfillRequest {
  const request = inOrder(checked(backfillSchema, value) as BackfillRequest);
  return { ...request, intervals: intervals.filter((one) => request.intervals.includes(one)) };
}

/**
 * Checks a request to do windows of a run again, wherever it comes from.
 *
 * @throws InputError naming every fault at once
 */
export function parseReplay(value: unknown): ReplayRequest {
  const replay = checked(replaySchema, value) as ReplayRequest;
  if (replay.asRecorded === true && replay.asOf !== undefined)
    throw new InputError(
      `as recorded, a replay is as of the day that the run was; leave out "asOf" ("${replay.asOf}")`,
    );
  if (replay.list !== undefined && replay.windows !== undefined)
    throw new InputError('a replay names its windows by "windows" or by "list"; leave out one');
  return replay;
}

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `"${issue.keys.join('", "')}" is not part of a request`
      : `"${issue.path.join('.')}" ${issue.message}`,
  );
  throw new InputError(`the request cannot be read: ${faults.join('; ')}`);
}

function inOrder<T extends Pick<TrainRequest, 'from' | 'to'>>(request: T): T {
  const { from, to } = request;
  if (from <= to) return request;
  throw new InputError(`from "${from}" comes after to "${to}"; give them the other way round`);
}
