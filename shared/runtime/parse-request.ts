import { z } from 'zod';
import { InputError } from '../contracts/errors.ts';
import type { TrainRequest } from '../contracts/plan.ts';
import { intervals, isTradingDay } from '../contracts/time.ts';

const day = z.string().refine(isTradingDay, 'must be a day like "2024-01-31"');
const symbol = z
  .string()
  .regex(/^[A-Z0-9][A-Z0-9&._-]*$/, 'must be a ticker in upper case like "M&M"');
const days = z.int('must be a whole number').min(1).max(3650);

const requestSchema = z.strictObject({
  symbols: z.union(
    [z.literal('all'), z.array(symbol).min(1)],
    'must be "all" or a list of tickers',
  ),
  interval: z.enum(intervals),
  from: day,
  to: day,
  recipe: z.literal('symbol'),
  asOf: day.optional(),
  windowDays: days.optional(),
  stepDays: days.optional(),
  anchor: day.optional(),
  horizon: z.int('must be a whole number').min(1).max(250).optional(),
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

/**
 * Checks a request, from the command line or from the Temporal CLI alike.
 *
 * @throws InputError naming every fault at once
 */
export function parseRequest(value: unknown): TrainRequest {
  const parsed = requestSchema.safeParse(value);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) =>
      issue.code === 'unrecognized_keys'
        ? `"${issue.keys.join('", "')}" is not part of a request`
        : `"${issue.path.join('.')}" ${issue.message}`,
    );
    throw new InputError(`the request cannot be read: ${faults.join('; ')}`);
  }
  const request = parsed.data as TrainRequest;
  if (request.from > request.to)
    throw new InputError(
      `from "${request.from}" comes after to "${request.to}"; give them the other way round`,
    );
  return request;
}
