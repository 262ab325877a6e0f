import { DataError } from '../../contracts/errors.ts';
import { featuresOf, fieldsOf, headerOf } from './model-text.ts';

type Fields = ReadonlyMap<string, string>;

/**
 * Checks that a text is a whole model before the library sees it.
 *
 * LightGBM believes what it reads: a text cut off inside a tree, or a child that points outside
 * its tree, ends the process instead of the call. The arrays that only linear trees have are not
 * looked into.
 *
 * @throws DataError naming what is wrong and in which tree
 */
export function checkModelText(text: string): void {
  if (!text.startsWith('tree\n')) refuse('it does not begin with "tree"');
  if (text.includes('\0')) refuse('it holds a NUL character');
  const header = headerOf(text);
  const version = header.get('version');
  if (version !== 'v4') refuse(`expected format "v4", found "${version}"`);
  for (const name of ['num_class', 'num_tree_per_iteration'])
    if (header.get(name) !== '1') refuse(`"${name}" is "${header.get(name)}", not "1"`);
  const features = featuresOf(text).length;
  const last = header.get('max_feature_idx');
  if (last !== String(features - 1))
    refuse(`"${features}" features are named, the last index is "${last}"`);

  let at = text.indexOf('\n\n') + 2;
  const sizes = wholeNumbers(header.get('tree_sizes') ?? '');
  sizes.forEach((size, tree) => {
    const block = text.slice(at, at + size);
    if (!block.startsWith(`Tree=${tree}\n`) || !block.endsWith('\n'))
      refuse(`tree "${tree}" is not where the header says`);
    const wrong = treeFault(fieldsOf(block), features);
    if (wrong !== undefined) refuse(`tree "${tree}": ${wrong}`);
    at += size;
  });
  if (!text.startsWith('end of trees\n', at)) refuse('its trees do not end where the header says');
  if (!text.includes('\nend of parameters\n', at)) refuse('its end is missing');
}

function refuse(reason: string): never {
  throw new DataError(`the text is no LightGBM model: ${reason}`);
}

/** The numbers of a line, or none where one of them is not whole. */
function wholeNumbers(line: string): readonly number[] {
  if (!/^-?\d{1,10}( -?\d{1,10})*$/.test(line)) return [];
  return line.split(' ').map(Number);
}

const wholeNodeArrays = [
  'left_child',
  'right_child',
  'split_feature',
  'decision_type',
  'internal_count',
];
const nodeArrays = ['threshold', 'split_gain', 'internal_value', 'internal_weight'];
const leafArrays = ['leaf_value', 'leaf_weight'];

/** What is wrong with a tree, if anything. */
function treeFault(tree: Fields, features: number): string | undefined {
  const leaves = count(tree, 'num_leaves');
  const categories = count(tree, 'num_cat');
  if (leaves === undefined || leaves < 1) return 'it has no leaves';
  if (categories === undefined) return 'its categories are not counted';
  if (leaves === 1) return isNumber(tree.get('leaf_value') ?? '') ? undefined : 'its leaf is empty';

  const nodes = leaves - 1;
  const damaged = [
    ...wholeNodeArrays.filter((name) => wholeNumbers(tree.get(name) ?? '').length !== nodes),
    ...nodeArrays.filter((name) => !isNumbers(tree.get(name), nodes)),
    ...leafArrays.filter((name) => !isNumbers(tree.get(name), leaves)),
  ];
  if (wholeNumbers(tree.get('leaf_count') ?? '').length !== leaves) damaged.push('leaf_count');
  if (damaged.length > 0) return `"${damaged[0]}" is damaged`;
  if (wholeNumbers(tree.get('split_feature') ?? '').some((j) => j < 0 || j >= features))
    return 'it splits on a feature that the model does not have';
  if (!isTree(tree, leaves)) return 'its nodes do not form a tree';
  return categoryFault(tree, categories);
}

function count(tree: Fields, name: string): number | undefined {
  const value = tree.get(name) ?? '';
  return /^\d{1,6}$/.test(value) ? Number(value) : undefined;
}

function isNumber(word: string): boolean {
  return /^-?(\d+(\.\d*)?(e[+-]?\d+)?|inf|nan)$/.test(word);
}

function isNumbers(line: string | undefined, length: number): boolean {
  const words = line?.split(' ') ?? [];
  return words.length === length && words.every(isNumber);
}

/** Whether every node but the root and every leaf (−1 − leaf) is the child of one earlier node. */
function isTree(tree: Fields, leaves: number): boolean {
  const seen = new Set<number>();
  for (const side of ['left_child', 'right_child'])
    for (const [node, child] of wholeNumbers(tree.get(side) ?? '').entries()) {
      if (seen.has(child) || (child >= 0 && child <= node)) return false;
      if (child > leaves - 2 || child < -leaves) return false;
      seen.add(child);
    }
  return true;
}

/** A categorical split's threshold is an index into sets of bits; bit 0 of its type marks it. */
function categoryFault(tree: Fields, categories: number): string | undefined {
  const thresholds = (tree.get('threshold') ?? '').split(' ').map(Number);
  const types = wholeNumbers(tree.get('decision_type') ?? '');
  const isOutside = (node: number) => !(thresholds[node] >= 0 && thresholds[node] < categories);
  if (types.some((type, node) => (type & 1) === 1 && isOutside(node)))
    return 'it splits on a category that it does not have';
  if (categories === 0) return undefined;
  const bounds = wholeNumbers(tree.get('cat_boundaries') ?? '');
  const words = (tree.get('cat_threshold') ?? '').split(' ');
  const isAscending = bounds.every((bound, i) => (i === 0 ? bound === 0 : bound >= bounds[i - 1]));
  if (bounds.length !== categories + 1 || !isAscending || bounds.at(-1) !== words.length)
    return '"cat_boundaries" are damaged';
  return words.every((word) => /^\d{1,10}$/.test(word)) ? undefined : '"cat_threshold" is damaged';
}
