import { z } from 'zod';
import type { BackfillRequest } from '../contracts/backfill.ts';
import { InputError } from '../contracts/errors.ts';
import type { TrainRequest } from '../contracts/plan.ts';
import { recipeNames } from '../contracts/recipe.ts';
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

const requestSchema = z.strictObject({
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
  root: z
    .string()
    .regex(/^[0-9a-f]{8}$/)
    .optional(),
  planToken: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be the 64 hex digits that plan printed')
    .optional(),
});

const fewSymbols = 'must be "all", a universe like "nifty100", or a list of tickers';
const someInterval = `must name some of "${intervals.join('", "')}"`;

const backfillSchema = z.strictObject({
  source: z.string().min(1, 'must name a source like "breeze"'),
  symbols: z.union(
    [z.string().regex(/^[a-z][a-z0-9-]*$/, fewSymbols), z.array(symbol).min(1, fewSymbols)],
    fewSymbols,
  ),
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
