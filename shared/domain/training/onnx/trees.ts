import { InputError } from '../../../contracts/errors.ts';

/** How a model's score becomes its prediction. */
export type Link = { readonly kind: 'sigmoid'; readonly scale: number } | { readonly kind: 'none' };

/** What a split does with a value that is missing. */
export type Missing = 'none' | 'zero' | 'nan';

/**
 * One tree of L leaves and L − 1 splits, the root first. A child below 0 is leaf −1 − child.
 */
export interface Tree {
  readonly feature: readonly number[];
  /** A row goes left when its value is at most this. */
  readonly threshold: readonly number[];
  readonly missing: readonly Missing[];
  readonly defaultLeft: readonly boolean[];
  readonly left: readonly number[];
  readonly right: readonly number[];
  /** What each leaf adds to the score. */
  readonly leaves: readonly number[];
}

/** What a conversion needs to know of a LightGBM model. */
export interface TreeModel {
  readonly features: readonly string[];
  readonly link: Link;
  readonly trees: readonly Tree[];
}

/** Objectives whose prediction is the score itself. */
const identities = ['regression', 'regression_l1', 'huber', 'fair', 'quantile', 'mape'];

/**
 * Reads a LightGBM model, format v4.
 *
 * @param text - a whole model, as LightGBM saves it
 * @throws InputError if it predicts by something else than numeric splits and one score a row
 * @see LightGBM 4.7, src/boosting/gbdt_model_text.cpp and src/io/tree.cpp
 */
export function treeModel(text: string): TreeModel {
  const [head, ...blocks] = text.slice(0, text.indexOf('\nend of trees')).split(/\n+(?=Tree=)/);
  const header = fieldsOf(head);
  const trees = header.get('num_tree_per_iteration');
  if (trees !== '1') refuse(`expected one tree a round, found "${trees}"`);
  if (/^average_output$/m.test(head)) refuse('it averages its trees, as random forests do');
  return {
    features: (header.get('feature_names') ?? '').split(' '),
    link: linkOf(header.get('objective') ?? 'none'),
    trees: blocks.map(treeOf),
  };
}

function linkOf(objective: string): Link {
  const [name, ...options] = objective.split(' ');
  const [, scale] = /^sigmoid:(\S+)$/.exec(options[0] ?? '') ?? [];
  if (name === 'binary' && scale !== undefined) return { kind: 'sigmoid', scale: Number(scale) };
  if (objective === 'cross_entropy') return { kind: 'sigmoid', scale: 1 };
  if (options.length === 0 && identities.includes(name)) return { kind: 'none' };
  if (['huber', 'fair', 'quantile'].includes(name)) return { kind: 'none' };
  return refuse(
    `expected objective "binary", "cross_entropy" or "regression", found "${objective}"`,
  );
}

function treeOf(block: string, index: number): Tree {
  const fields = fieldsOf(block);
  const numbers = (name: string): number[] => {
    const line = fields.get(name) ?? '';
    return line === '' ? [] : line.split(' ').map(numberOf);
  };
  if (fields.get('is_linear') === '1') refuse(`tree "${index}" is linear in its leaves`);
  const types = numbers('decision_type');
  if (fields.get('num_cat') !== '0' || types.some((type) => (type & 1) === 1))
    refuse(`tree "${index}" splits by categories; code them as numbers`);
  return {
    feature: numbers('split_feature'),
    threshold: numbers('threshold'),
    missing: types.map((type) => (['none', 'zero', 'nan'] as const)[(type >> 2) & 3]),
    defaultLeft: types.map((type) => (type & 2) === 2),
    left: numbers('left_child'),
    right: numbers('right_child'),
    leaves: numbers('leaf_value'),
  };
}

/** LightGBM writes "inf" where JavaScript reads "Infinity". */
function numberOf(word: string): number {
  return Number(word.replace('inf', 'Infinity'));
}

function fieldsOf(lines: string): ReadonlyMap<string, string> {
  const fields = lines.split('\n').map((line) => /^([^=]*)=(.*)$/.exec(line));
  return new Map(fields.flatMap((found) => (found ? [[found[1], found[2]]] : [])));
}

function refuse(reason: string): never {
  throw new InputError(`the model cannot be converted to ONNX: ${reason}`);
}
