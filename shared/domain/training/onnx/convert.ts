import { InputError } from '../../../contracts/errors.ts';
import type { Calibration } from '../calibration.ts';
import { nextFloat32 } from './float32.ts';
import { elementTypes, encodeOnnx, type AttributeValue, type GraphNode } from './proto.ts';
import { treeModel, type Tree, type TreeModel } from './trees.ts';

/** Enters the key of everything converted: raise it whenever the bytes would change. */
export const converterVersion = '1';

/** What a conversion adds to the trees. */
export interface OnnxOptions {
  /** Applied to the score before the sigmoid; absent where there is none. */
  readonly calibration?: Calibration;
  /** A model as text whose score is added, its trees coming first; absent where there is none. */
  readonly base?: string;
  /** What the model says of itself, besides its features. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Converts a LightGBM model to ONNX: `features` [rows, m] float32 → `probability` [rows, 1], or
 * `prediction` where the objective has no sigmoid. Equal input gives equal bytes.
 *
 * Missing values take the side they took in training. Thresholds and sums are doubles, as LightGBM's
 * own: with float32 the largest difference was 5.7e-7 instead of 1.5e-7 (200 models × 10,000 rows), and
 * a regression's sums were off by 2e-3, for one part in thirty of the time a row takes. The
 * calibration lies in the leaves and the base value: two nodes less to run. The sigmoid is a node of
 * its own, since ONNX Runtime ignores the regressor's.
 *
 * @param text - a whole model, as LightGBM saves it
 * @throws InputError if it has categorical splits, linear trees, several scores a row, another
 *   objective than binary, cross_entropy or regression, or other features or scores than its base
 */
export function onnxModel(text: string, options: OnnxOptions): Uint8Array {
  const { calibration, metadata, base } = options;
  const own = treeModel(text);
  const model = base === undefined ? own : summed(treeModel(base), own);
  const { features, link } = model;
  const output = link.kind === 'sigmoid' ? 'probability' : 'prediction';
  const doubles: GraphNode = {
    operator: 'Cast',
    input: 'features',
    output: 'doubles',
    attributes: { to: elementTypes.double },
  };
  const ensemble: GraphNode = {
    operator: 'TreeEnsembleRegressor',
    domain: 'ai.onnx.ml',
    input: 'doubles',
    output: link.kind === 'sigmoid' ? 'score' : output,
    attributes: ensembleOf(model, calibration ?? { slope: 1, intercept: 0 }),
  };
  const sigmoid: GraphNode = { operator: 'Sigmoid', input: 'score', output };
  return encodeOnnx({
    name: 'lightgbm',
    producer: { name: 'sensequant', version: converterVersion },
    input: { name: 'features', columns: features.length },
    output: { name: output, columns: 1 },
    nodes: link.kind === 'sigmoid' ? [doubles, ensemble, sigmoid] : [doubles, ensemble],
    metadata: { ...metadata, features: JSON.stringify(features) },
  });
}

/** Two models as one whose score is the sum of theirs. */
function summed(base: TreeModel, own: TreeModel): TreeModel {
  if (base.features.join(' ') !== own.features.join(' '))
    throw new InputError(
      `a model of features "${own.features.join(' ')}" cannot stand on one of ` +
        `"${base.features.join(' ')}"`,
    );
  return {
    ...own,
    trees: [...base.trees.map(scaled(base)), ...own.trees.map(scaled(own))],
    link: { kind: 'sigmoid', scale: 1 },
  };
}

/** A model's trees in logits. */
function scaled({ link }: TreeModel): (tree: Tree) => Tree {
  if (link.kind !== 'sigmoid')
    throw new InputError('only models of probabilities can stand on each other');
  const { scale } = link;
  return (tree) => ({ ...tree, leaves: tree.leaves.map((leaf) => leaf * scale) });
}

interface Split {
  readonly feature: number;
  readonly threshold: number;
  /** Nodes by id. */
  readonly yes: number;
  readonly no: number;
  /** Whether NaN goes to `yes`. */
  readonly missingYes: boolean;
}

/** Up to this LightGBM takes a value for 0, on either side; a float32. */
const zero = Math.fround(1e-35);
const belowZero = nextFloat32(-zero, -1);

function ensembleOf(
  { link, trees }: TreeModel,
  { slope, intercept }: Calibration,
): Readonly<Record<string, AttributeValue>> {
  const scale = (link.kind === 'sigmoid' ? link.scale : 1) * slope;
  const nodes = trees.flatMap((tree, index) =>
    nodesOf(tree).map((node, id) => ({ ...node, tree: index, id })),
  );
  const leaves = nodes.filter((node) => node.leaf !== undefined);
  const whole = (of: (node: (typeof nodes)[number]) => number): Int32Array =>
    Int32Array.from(nodes, of);
  return {
    n_targets: 1,
    aggregate_function: 'SUM',
    post_transform: 'NONE',
    base_values_as_tensor: Float64Array.of(intercept),
    nodes_treeids: whole(({ tree }) => tree),
    nodes_nodeids: whole(({ id }) => id),
    nodes_modes: nodes.map(({ leaf }) => (leaf === undefined ? 'BRANCH_LEQ' : 'LEAF')),
    nodes_featureids: whole(({ split }) => split?.feature ?? 0),
    nodes_values_as_tensor: Float64Array.from(nodes, ({ split }) => split?.threshold ?? 0),
    nodes_truenodeids: whole(({ split }) => split?.yes ?? 0),
    nodes_falsenodeids: whole(({ split }) => split?.no ?? 0),
    nodes_missing_value_tracks_true: whole(({ split }) => Number(split?.missingYes ?? false)),
    target_treeids: Int32Array.from(leaves, ({ tree }) => tree),
    target_nodeids: Int32Array.from(leaves, ({ id }) => id),
    target_ids: new Int32Array(leaves.length),
    target_weights_as_tensor: Float64Array.from(leaves, ({ leaf = 0 }) => leaf * scale),
  };
}

interface TreeNode {
  readonly split?: Split;
  readonly leaf?: number;
}

/** A tree's nodes, whose ids are their places: the splits, the leaves, then what zeros need. */
function nodesOf(tree: Tree): TreeNode[] {
  const splits = tree.feature.length;
  const place = (child: number): number => (child < 0 ? splits - 1 - child : child);
  const extra: TreeNode[] = [];
  const firsts = tree.feature.map((feature, node): TreeNode => {
    const threshold = thresholdOf(tree.threshold[node]);
    const yes = place(tree.left[node]);
    const no = place(tree.right[node]);
    const defaultLeft = tree.defaultLeft[node];
    const missing = tree.missing[node];
    // Without a side of its own a NaN is compared as 0.
    const missingYes = missing === 'none' ? threshold >= 0 : defaultLeft;
    const split = { feature, threshold, yes, no, missingYes };
    const isOneQuestion = defaultLeft ? threshold >= zero : threshold <= belowZero;
    if (missing !== 'zero' || isOneQuestion) return { split };
    return {
      split: { ...split, ...aroundZero(split, splits + tree.leaves.length + extra.length) },
    };
  });
  return [...firsts, ...tree.leaves.map((leaf) => ({ leaf })), ...extra];

  /**
   * Where zeros go the other way than some of their neighbours, the side of the threshold they lie on
   * asks two questions more: below zero? then the other side; at most zero? then the default's.
   */
  function aroundZero(split: Split, id: number): Pick<Split, 'yes' | 'no'> {
    const { feature, yes, no, missingYes } = split;
    const [near, other] = missingYes ? [yes, no] : [no, yes];
    extra.push(
      { split: { feature, threshold: belowZero, yes: other, no: id + 1, missingYes: false } },
      { split: { feature, threshold: zero, yes: near, no: other, missingYes: true } },
    );
    return missingYes ? { yes, no: id } : { yes: id, no };
  }
}

/** A threshold with all that LightGBM takes for 0 on one side of it. */
function thresholdOf(threshold: number): number {
  if (threshold >= 0 && threshold < zero) return zero;
  if (threshold < 0 && threshold >= -zero) return belowZero;
  return threshold;
}
