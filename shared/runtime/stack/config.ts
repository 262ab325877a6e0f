import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { InputError } from '../../contracts/errors.ts';
import type { Lane } from '../../contracts/lanes.ts';
import type { NightlySchedule } from '../../contracts/nightly.ts';
import type { EpochMs } from '../../contracts/time.ts';
import { deviceForms, devicePattern, engineOf } from '../lightgbm/device.ts';
import { channelsOf, type Channels } from '../notifications/channels.ts';
import { notificationsSchema, schedulesSchema } from './schedule-config.ts';
import { Secret } from './secret.ts';

/** The folder that holds the project. */
export const checkout = fileURLToPath(new URL('../../..', import.meta.url));

/** Where this user's programs keep their settings, Temporal's connections among them. */
export const configHome = process.env['XDG_CONFIG_HOME'] || path.join(homedir(), '.config');

const port = z.int().min(1).max(65_535);
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const lane = z
  .strictObject({
    name: z.string().regex(/^(?:cpu|gpu)\d{1,3}$/, 'must be like "cpu0" or "gpu0"'),
    device: z.string().regex(devicePattern, `must be ${deviceForms}`),
    slowdown: z.number().min(1).max(100).exactOptional(),
  })
  .superRefine(({ name, device }, check) => {
    const engine = engineOf(device);
    if (devicePattern.test(device) && !name.startsWith(engine))
      check.addIssue({ code: 'custom', path: ['name'], message: `must be like "${engine}0"` });
  });

const printable = /^[\x21-\x7e]+$/;
const secretKeyLength = 16;
const address = z
  .url({ protocol: /^https?$/, error: 'must be an address like "https://host"' })
  .transform((url) => url.replace(/\/+$/, ''));
const instant = z.iso
  .datetime({ offset: true, error: 'must be like "2024-01-01T09:00:00+05:30"' })
  .transform((text) => Date.parse(text) as EpochMs);
/** How often a source may be asked: the requests in flight count for one process. */
const limits = (perMinute: number, perDay: number, requestsInFlight: number) => ({
  perMinute: z.int().min(1).max(1_000_000).default(perMinute),
  perDay: z.int().min(1).max(1_000_000_000).default(perDay),
  requestsInFlight: z.int().min(1).max(64).default(requestsInFlight),
});

const sourcesSchema = z.strictObject({
  breeze: z
    .strictObject({
      // The broker grants 100 a minute and 5,000 a day; a tenth of the day is left to live use.
      ...limits(80, 4_500, 2),
      historyUrl: address.default('https://breezeapi.icicidirect.com'),
      apiUrl: address.default('https://api.icicidirect.com'),
    })
    .prefault({}),
  simulated: z
    .strictObject({
      protocol: z.literal('breeze'),
      url: address,
      // Sent in the clear to a simulation, so it is no secret and never the broker's.
      appKey: z
        .string()
        .regex(printable, 'must be printable and without blanks')
        .default('simulated-key'),
      clock: z
        .strictObject({ real: instant, exchange: instant, scale: z.number().positive() })
        .exactOptional(),
      ...limits(80, 4_500, 2),
    })
    .exactOptional(),
  yahoo: z
    .strictObject({
      ...limits(30, 2_000, 1),
      url: address.default('https://query2.finance.yahoo.com'),
    })
    .prefault({}),
});

const version = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,60}$/, 'must be letters, digits, "_" and "-"');

const fileSchema = z.strictObject({
  temporal: z.strictObject({
    namespace: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, 'must be lower case, digits and dashes'),
    retentionDays: z.int().min(1).max(3650),
    devServer: z.strictObject({
      port,
      uiPort: port,
      sqlitePragmas: z.record(z.string(), scalar),
      dynamicConfig: z.record(z.string(), scalar),
    }),
  }),
  lanes: z.union(
    [z.literal('auto'), z.array(lane).min(1)],
    'must be "auto" or a list like "- { name: cpu0, device: cpu }"',
  ),
  gpuThreshold: z.int().min(1).exactOptional(),
  versioning: z.strictObject({ deployment: version, buildId: version }).exactOptional(),
  pocl: z.strictObject({ devices: z.int().min(1).max(64) }).exactOptional(),
  sources: sourcesSchema.prefault({}),
  schedules: schedulesSchema.prefault({}),
  notifications: notificationsSchema.prefault({}),
});

/** `temporal-dev.yaml`, checked. */
export type StackFile = z.infer<typeof fileSchema>;

/** A lane as the operator wants it. */
export interface ConfiguredLane extends Lane {
  /** How many times longer each stage is made to take, for trials of uneven lanes; absent: 1. */
  readonly slowdown?: number;
}

/** Everything a process of the stack is told from outside. */
export interface Config {
  /** Folder of the data root. */
  readonly dataRoot: string;
  readonly temporal: StackFile['temporal'];
  /** `auto` where the machine decides. */
  readonly lanes: 'auto' | readonly ConfiguredLane[];
  /** Windows of at least this many rows × features × rounds are fitted on a GPU; absent: none. */
  readonly gpuThreshold?: number;
  /** What the processes say of the code they run; absent: nothing, and any takes what there is. */
  readonly versioning?: { readonly deployment: string; readonly buildId: string };
  /** PoCL's devices, for trials of OpenCL without a GPU; absent: as PoCL itself would have it. */
  readonly pocl?: { readonly devices: number };
  readonly sources: StackFile['sources'];
  /** What `schedule apply` makes, by name. */
  readonly schedules: Readonly<Record<string, NightlySchedule>>;
  /** Whom nights tell, by name, with the secrets that the environment holds. */
  readonly channels: Channels;
  /** The broker's key of the operator's app, where one is set. */
  readonly breezeAppKey?: Secret;
  /** What the data root's secrets are encrypted by, where it is set. */
  readonly secretKey?: Secret;
  /** The file most of this came from. */
  readonly file: string;
  /** A LightGBM library of the operator's own; the set-up's where absent. */
  readonly lightgbmLib?: string;
}

/**
 * Reads `temporal-dev.yaml` (or the file in `SENSEQUANT_CONFIG`), `SENSEQUANT_DATA`, `LIGHTGBM_LIB`,
 * `BREEZE_APP_KEY` and `SENSEQUANT_SECRET_KEY`.
 *
 * @throws InputError naming every fault with its line
 */
export async function readConfig(env: NodeJS.ProcessEnv = process.env): Promise<Config> {
  const file = env.SENSEQUANT_CONFIG ?? path.join(checkout, 'temporal-dev.yaml');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    throw new InputError(`"${file}" cannot be read; SENSEQUANT_CONFIG names the stack's file`);
  }
  const stack = parseStackFile(file, text);
  return {
    file,
    dataRoot: path.resolve(env.SENSEQUANT_DATA ?? path.join(checkout, 'data')),
    temporal: stack.temporal,
    lanes: lanesOf(stack),
    sources: stack.sources,
    schedules: stack.schedules as Config['schedules'],
    channels: channelsOf(stack.notifications, env),
    ...(stack.gpuThreshold === undefined ? {} : { gpuThreshold: stack.gpuThreshold }),
    ...(stack.versioning === undefined ? {} : { versioning: stack.versioning }),
    ...(stack.pocl === undefined ? {} : { pocl: stack.pocl }),
    ...secretsOf(env),
    ...(env.LIGHTGBM_LIB ? { lightgbmLib: path.resolve(env.LIGHTGBM_LIB) } : {}),
  };
}

/** The secrets of the environment, wrapped before anybody can write them anywhere. */
function secretsOf({
  BREEZE_APP_KEY: appKey = '',
  SENSEQUANT_SECRET_KEY: secretKey = '',
}: NodeJS.ProcessEnv): Pick<Config, 'breezeAppKey' | 'secretKey'> {
  if (!printable.test(appKey) && appKey !== '')
    throw new InputError('BREEZE_APP_KEY holds a blank or other than ASCII; set it without');
  if (secretKey !== '' && secretKey.length < secretKeyLength)
    throw new InputError(
      `SENSEQUANT_SECRET_KEY has "${secretKey.length}" characters, at least "${secretKeyLength}" ` +
        'are needed; set one that "openssl rand -base64 32" makes',
    );
  return {
    ...(appKey === '' ? {} : { breezeAppKey: new Secret(appKey) }),
    ...(secretKey === '' ? {} : { secretKey: new Secret(secretKey) }),
  };
}

/** The environment of a process that works on another data root. */
export function environmentOf(dataRoot: string): NodeJS.ProcessEnv {
  return environmentWith({ SENSEQUANT_DATA: dataRoot });
}

/** This process's environment with other variables. */
export function environmentWith(variables: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, ...variables };
}

/** Checks the text of a stack file; all faults at once. */
export function parseStackFile(file: string, text: string): StackFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0)
    throw new InputError(document.errors.map((error) => `"${file}": ${error.message}`).join('\n'));
  const parsed = fileSchema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap(faultsInside).flatMap((issue) => {
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys : [undefined];
    return unknown.map((key) => {
      const at = key === undefined ? issue.path : [...issue.path, key];
      const line = lineOf(document, lines, at);
      const words = key === undefined ? issue.message : 'is not a key of this file; remove it';
      return `"${file}" line ${line}: "${at.join('.')}" ${words}`;
    });
  });
  throw new InputError(faults.join('\n'));
}

/** Where a value may be one of several things: the faults inside it, if there are any. */
function faultsInside(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  const options = issue.code === 'invalid_union' ? issue.errors.flat() : [];
  const inside = options.filter(({ path: at }) => at.length > 0);
  if (inside.length === 0) return [issue];
  return inside.map((one) => ({ ...one, path: [...issue.path, ...one.path] }));
}

/** The line of a key, or of the nearest thing above it that exists. */
function lineOf(document: Document, lines: LineCounter, at: readonly PropertyKey[]): number {
  for (let depth = at.length; depth > 0; depth--) {
    const parent = document.getIn(at.slice(0, depth - 1), true);
    const items = parent !== null && typeof parent === 'object' && 'items' in parent;
    if (!items || !Array.isArray(parent.items)) continue;
    const last = at[depth - 1];
    const item: unknown =
      typeof last === 'number'
        ? parent.items[last]
        : parent.items.find((pair) => String(pair.key) === String(last))?.key;
    const range = (item as { range?: readonly number[] } | undefined)?.range;
    if (range !== undefined) return lines.linePos(range[0]).line;
  }
  return 1;
}

function lanesOf(stack: StackFile): 'auto' | readonly ConfiguredLane[] {
  if (stack.lanes === 'auto') return 'auto';
  const names = stack.lanes.map(({ name }) => name);
  const name = names.find((one, index) => names.indexOf(one) !== index);
  if (name !== undefined) throw new InputError(`lane "${name}" is named twice; rename one`);
  const gpus = stack.lanes.map(({ device }) => device).filter((device) => device !== 'cpu');
  const device = gpus.find((one, index) => gpus.indexOf(one) !== index);
  if (device !== undefined)
    throw new InputError(
      `device "${device}" has two lanes; a device is held by one, remove the other`,
    );
  return stack.lanes.map(({ name: lane, device, ...rest }) => {
    return { lane, device, engine: engineOf(device), ...rest };
  });
}
