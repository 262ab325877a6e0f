import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { InputError } from '../contracts/errors.ts';
import type { Lane } from '../contracts/lanes.ts';

/** The folder that holds the project. */
export const checkout = fileURLToPath(new URL('../..', import.meta.url));

const port = z.int().min(1).max(65_535);
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const laneName = z.string().regex(/^(?:cpu|gpu)\d{1,3}$/, 'must be like "cpu0"');

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
    [
      z.literal('auto'),
      z.array(z.strictObject({ name: laneName, device: z.literal('cpu') })).min(1),
    ],
    'must be "auto" or a list like "- { name: cpu0, device: cpu }"',
  ),
});

/** `temporal-dev.yaml`, checked. */
export type StackFile = z.infer<typeof fileSchema>;

/** Everything a process of the stack is told from outside. */
export interface Config {
  /** Folder of the data root. */
  readonly dataRoot: string;
  readonly temporal: StackFile['temporal'];
  readonly lanes: readonly Lane[];
  /** The file most of this came from. */
  readonly file: string;
  /** A LightGBM library of the operator's own; the set-up's where absent. */
  readonly lightgbmLib?: string;
}

/**
 * Reads `temporal-dev.yaml` (or the file in `SENSEQUANT_CONFIG`), `SENSEQUANT_DATA` and `LIGHTGBM_LIB`.
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
    ...(env.LIGHTGBM_LIB ? { lightgbmLib: path.resolve(env.LIGHTGBM_LIB) } : {}),
  };
}

/** The environment of a process that works on another data root. */
export function environmentOf(dataRoot: string): NodeJS.ProcessEnv {
  return { ...process.env, SENSEQUANT_DATA: dataRoot };
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

function lanesOf(stack: StackFile): Lane[] {
  const named =
    stack.lanes === 'auto'
      ? Array.from({ length: Math.max(2, availableParallelism() - 2) }, (_, index) => ({
          name: `cpu${index}`,
          device: 'cpu',
        }))
      : stack.lanes;
  const names = named.map((lane) => lane.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new InputError(`lane "${twice}" is named twice; rename one`);
  return named.map(({ name, device }) => ({ lane: name, device, engine: 'cpu' }));
}
