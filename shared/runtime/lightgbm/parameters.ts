import { InputError, InvariantError } from '../../contracts/errors.ts';
import type { BoosterParameters } from '../../domain/training/booster.ts';
import type { Library } from './library.ts';
import { laneParameters, parameterReader } from './model-text.ts';

/** Each name by which a parameter can be given, with the name LightGBM itself uses. */
export type ParameterNames = ReadonlyMap<string, string>;

/** What every fit here has. A caller may repeat these and not change them. */
const fixed = { deterministic: true, force_col_wise: true } as const;

/**
 * What a fit has unless a caller says otherwise. Silent: LightGBM tells of every tree that cannot
 * grow further, which is most of a small window's, and a sixth of its fits went into listening.
 */
const usual = { num_threads: 1, verbosity: -1 } as const;

/**
 * Asks the library for the parameters it knows: it only warns of an unknown one, and a misspelt
 * parameter would give a model that nobody asked for.
 */
export function parameterNames(library: Library): ParameterNames {
  const size = new BigInt64Array(1);
  let out = Buffer.alloc(64 * 1024);
  library.call('LGBM_DumpParamAliases', out.length, size, out);
  if (Number(size[0]) > out.length) {
    out = Buffer.alloc(Number(size[0]));
    library.call('LGBM_DumpParamAliases', out.length, size, out);
  }
  const aliases: unknown = JSON.parse(out.toString('utf8', 0, Number(size[0]) - 1));
  if (aliases === null || typeof aliases !== 'object')
    throw new InvariantError('LightGBM lists no parameters');
  const names = new Map<string, string>();
  for (const [name, others] of Object.entries(aliases)) {
    names.set(name, name);
    if (Array.isArray(others)) for (const other of others) names.set(String(other), name);
  }
  return names;
}

/**
 * The parameters of one fit as the C API takes them.
 *
 * @param rounds - at least 1
 * @throws InputError if a parameter is unknown, given twice, not to be written, or not the caller's
 */
export function parameterText(
  names: ParameterNames,
  parameters: BoosterParameters,
  rounds: number,
): string {
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new InputError(`a fit needs at least "1" round, not "${rounds}"`);
  const given = new Map<string, string>();
  for (const [alias, value] of Object.entries(parameters)) {
    const name = names.get(alias);
    if (name === undefined) throw new InputError(`LightGBM knows no parameter "${alias}"`);
    if (given.has(name)) throw new InputError(`parameter "${name}" is given twice, as "${alias}"`);
    if (name === 'num_iterations')
      throw new InputError(`parameter "${alias}" is not given; the rounds are an argument`);
    given.set(name, written(alias, value));
  }
  for (const [name, value] of Object.entries(fixed)) {
    const asked = given.get(name);
    if (asked !== undefined && asked !== String(value))
      throw new InputError(`parameter "${name}" is always "${value}" here, not "${asked}"`);
    given.set(name, String(value));
  }
  for (const [name, value] of Object.entries(usual))
    if (!given.has(name)) given.set(name, String(value));
  given.set('num_iterations', String(rounds));
  return [...given].map(([name, value]) => `${name}=${value}`).join(' ');
}

/** LightGBM writes six digits of a number. */
const writtenDigits = 1e-5;

/**
 * Compares the parameters that a fit was asked for with those its model says it was made by: the
 * library changes some that do not fit together, and says so in its log at most.
 *
 * @param asked - as `parameterText` wrote them
 * @param text - the fitted model, which says nothing of the lane
 * @throws InvariantError naming every one that differs
 */
export function checkParameters(asked: string, text: string): void {
  const found = parameterReader(text);
  const differing = asked.split(' ').flatMap((pair) => {
    const [name, value] = pair.split('=');
    if (laneParameters.includes(name)) return [];
    const used = found(name);
    if (used !== undefined && isSame(value, used)) return [];
    return [`"${name}" was to be "${value}" and is "${used ?? 'not said'}"`];
  });
  if (differing.length > 0)
    throw new InvariantError(
      `LightGBM fitted by other parameters than asked: ${differing.join(', ')}`,
    );
}

function isSame(asked: string, used: string): boolean {
  if (asked === used) return true;
  const [a, b] = [asked, used].map((text) => Number({ true: '1', false: '0' }[text] ?? text));
  return Math.abs(a - b) <= writtenDigits * Math.abs(a);
}

function written(name: string, value: string | number | boolean): string {
  const text = String(value);
  // LightGBM splits at white space and "=", cuts at "#" and strips quotes without a word.
  if (text === '' || /[\s=#"'\0]/.test(text) || (typeof value === 'number' && !isFinite(value)))
    throw new InputError(`parameter "${name}" cannot be "${text}"`);
  return text;
}
