import { z } from 'zod';
import { InputError } from '../../contracts/errors.ts';
import { scheduleDays, type RetrainInput } from '../../contracts/nightly.ts';
import { intervals, isTradingDay } from '../../contracts/time.ts';
import { requestFields, symbolsToFetch } from '../parse-request.ts';

const clock = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time of the exchange like "20:00"');
/** Backfills of a schedule are named after it, with "bars-" in front. */
const scheduleName = z
  .string()
  .regex(
    /^(?!bars-)[a-z][a-z0-9-]{0,30}$/,
    'must be lower case, digits and dashes, and not begin with "bars-"',
  );
const share = z.number().min(0).max(1);
const day = z.string().refine(isTradingDay, 'must be a day like "2024-01-31"');

const { from: _, to: __, asOf: ___, root: ____, planToken: _____, ...trained } = requestFields;

const scheduleFields = {
  at: clock.default('20:00'),
  on: z.enum(scheduleDays).default('sessions'),
  train: z
    .strictObject({
      ...trained,
      symbols: trained.symbols.default('all'),
      interval: z.literal('1d', 'must be "1d": nights score daily bars').default('1d'),
      recipe: trained.recipe.default('symbol'),
      from: day.exactOptional(),
      lastDays: z.int().min(1).max(10_000).exactOptional(),
    })
    .refine(
      ({ from, lastDays }) => (from === undefined) !== (lastDays === undefined),
      'must say "from" or "lastDays", one of them',
    ),
  backfill: z
    .strictObject({
      source: z.string().min(1, 'must name a source like "breeze"'),
      symbols: symbolsToFetch.default('all'),
      intervals: z.array(z.enum(intervals)).min(1).default(['1d']),
      from: day,
      lateAfterMinutes: z.number().positive().max(1440).default(30),
    })
    .exactOptional(),
  gate: z
    .strictObject({
      sessions: z.int().min(1).max(2500).default(21),
      minimumCoverage: share.default(0.9),
      minimumSymbols: share.default(0.9),
      lacking: z.enum(['leave-out', 'stop']).default('leave-out'),
    })
    .prefault({}),
  deadline: clock.default('08:45'),
  scoringMinutes: z.number().min(0).max(720).default(15),
  minimumTurnover: z.number().min(0).default(0),
};

/** `schedules` of `temporal-dev.yaml`, by name. */
export const schedulesSchema = z.record(scheduleName, z.strictObject(scheduleFields));

const retrainSchema = z.strictObject({
  ...scheduleFields,
  schedule: scheduleName,
  root: z.string().regex(/^[0-9a-f]{8}$/, 'must be the 8 hex digits of a data root'),
  asOf: day.exactOptional(),
  days: z.string().exactOptional(),
});

const variable = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]*$/, 'must name an environment variable like "DESK_TOKEN"');

/** `notifications` of `temporal-dev.yaml`, by name. Secrets are named, never written there. */
export const notificationsSchema = z.record(
  z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be named in lower case, digits and dashes'),
  z.discriminatedUnion(
    'kind',
    [
      z.strictObject({
        kind: z.literal('webhook'),
        url: z.url({ protocol: /^https?$/, error: 'must be an address like "https://host/path"' }),
        /** Sent as `Authorization: Bearer …`. */
        tokenEnv: variable.exactOptional(),
      }),
      z.strictObject({
        kind: z.literal('smtp'),
        host: z.string().min(1),
        port: z.int().min(1).max(65_535).default(587),
        tls: z.enum(['always', 'starttls', 'never']).default('starttls'),
        from: z.email('must be an address like "nightly@example.com"'),
        to: z.array(z.email('must be an address like "desk@example.com"')).min(1),
        userEnv: variable.exactOptional(),
        passwordEnv: variable.exactOptional(),
      }),
      z.strictObject({
        kind: z.literal('file'),
        /** Lines of JSON are added to it; relative to the data root. */
        path: z.string().min(1),
      }),
    ],
    'must be a channel of the kind "webhook", "smtp" or "file"',
  ),
);

/**
 * Checks what a retrain is started with, by a schedule or by hand; defaults are filled in.
 *
 * @throws InputError naming every fault at once
 */
export function parseRetrain(value: unknown): RetrainInput {
  const parsed = retrainSchema.safeParse(value);
  if (parsed.success) return parsed.data as RetrainInput;
  const faults = parsed.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `"${issue.keys.join('", "')}" is not part of it`
      : `"${issue.path.join('.')}" ${issue.message}`,
  );
  throw new InputError(`a retrain cannot be read: ${faults.join('; ')}`);
}
