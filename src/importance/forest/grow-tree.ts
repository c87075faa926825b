/**
 * A small regression tree, given as the boxes of its leaves.
 *
 *   m  trials that the tree sees     order[i·m …]  they, by parameter i; a node owns the same
 *                                                  range [start, end) in each of these orders
 */
import type { Rng } from "../../numerics/rng.ts";
import { boxShape, cubeAsBox, wordCount, type BoxSum } from "./boxes.ts";
import { choiceSplit, numberSplit, type Split } from "./split.ts";
import type { Table } from "./table.ts";

export interface TreeOptions {
  readonly depth: number;
  /** A leaf holds at least so many trials. */
  readonly leastLeaf: number;
  /** How many parameters, drawn anew, a node looks at. */
  readonly tried: number;
}

export interface Tree {
  readonly boxes: BoxSum;
  /** The trials of each box, first those that the tree was grown on. */
  readonly rows: readonly (readonly [seen: Int32Array, others: Int32Array])[];
}

interface Node {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  /** Its box, which becomes that of the left side when it is split. */
  readonly box: number;
  /** Trials of its box that the tree is not grown on. */
  readonly others: Int32Array;
}

interface Growing extends TreeOptions {
  readonly table: Table;
  readonly m: number;
  readonly order: Int32Array;
  readonly rng: Rng;
  readonly boxes: BoxSum & { count: number };
  readonly goesLeft: Uint8Array;
  readonly right: Int32Array;
}

/** The trials by each parameter, one order after the other; those that lack it last. */
export function ordersOf({ d, n, x }: Table, rows: Int32Array): Int32Array {
  const order = new Int32Array(d * rows.length);
  for (let i = 0; i < d; i++) {
    const key = (row: number): number => (Number.isNaN(x[i * n + row]) ? Infinity : x[i * n + row]);
    order.set(
      rows.slice().sort((a, b) => (key(a) === key(b) ? a - b : key(a) - key(b))),
      i * rows.length,
    );
  }
  return order;
}

/**
 * @param orders of the m trials that it is grown on, at least one (ordersOf)
 * @param others trials that are only sorted into its boxes
 */
export function growTree(
  table: Table,
  orders: Int32Array,
  others: Int32Array,
  options: TreeOptions,
  rng: Rng,
): Tree {
  const m = orders.length / table.d;
  const tree: Growing = {
    ...options,
    table,
    m,
    rng,
    order: orders.slice(),
    boxes: cubeAsBox(boxShape(table.categories), mostBoxes(table, m, options.depth)),
    goesLeft: new Uint8Array(table.n),
    right: new Int32Array(table.n),
  };
  const rows: [Int32Array, Int32Array][] = [];
  const open: Node[] = [{ start: 0, end: m, box: 0, depth: 0, others: others.slice() }];
  for (let node = open.pop(); node; node = open.pop()) {
    const split = bestSplit(tree, node);
    const sides = split && divide(tree, node, split);
    if (sides) {
      open.push(...sides);
    } else {
      const seen = rowsOf(tree, node, 0);
      rows[node.box] = [seen, node.others];
      tree.boxes.value[node.box] = sumOfTargets(tree, seen) / seen.length;
    }
  }
  return { boxes: tree.boxes, rows };
}

/** Splits on the way to a parameter that does not always exist count as no depth. */
const mostBoxes = ({ gates }: Table, m: number, depth: number): number =>
  Math.min(m, (1 << depth) * (1 + gates.filter((gate) => gate !== undefined).length));

const rowsOf = ({ order, m }: Growing, { start, end }: Node, i: number): Int32Array =>
  order.subarray(i * m + start, i * m + end);

function sumOfTargets({ table }: Growing, rows: Int32Array): number {
  let sum = 0;
  for (let k = 0; k < rows.length; k++) sum += table.y[rows[k]];
  return sum;
}

/** The best split of the parameters that are looked at; of one of the others if those have none. */
function bestSplit(tree: Growing, node: Node): Split | undefined {
  const { table, tried, rng, leastLeaf } = tree;
  const count = node.end - node.start;
  const isFull = tree.boxes.count === tree.boxes.value.length;
  if (node.depth >= tree.depth || isFull || count < 2 * leastLeaf) return undefined;
  const sum = sumOfTargets(tree, rowsOf(tree, node, 0));
  const without = (sum * sum) / count;
  let best: Split | undefined;
  const drawn = rng.permutation(table.d);
  for (let k = 0; k < drawn.length && (k < tried || !best); k++) {
    const split = splitBy(tree, node, drawn[k], without);
    // More than rounding: 1e-12 of targets with variance 1.
    if (split && split.gain > (best?.gain ?? without + 1e-12 * count)) best = split;
  }
  return best;
}

/**
 * Parts the node by parameter i. Where some of its trials lack i, this takes several splits: the
 * choices that i depends on come first, the outermost at once. So trials are parted only by what all
 * of them have: a box of trials that lack a parameter would bound it, and may hold none of its values.
 */
function splitBy(tree: Growing, node: Node, i: number, without: number): Split | undefined {
  const { table, leastLeaf } = tree;
  const search = table.categories[i] > 0 ? choiceSplit : numberSplit;
  const [existing, lacking] = byExistence(tree, node, i);
  const own = existing.length > 0 ? search(table, i, existing, leastLeaf) : undefined;
  if (!own || lacking.length === 0) return own;
  let { gain } = own;
  let splits = 1;
  let rest = lacking;
  for (let gate = table.gates[i]; gate; gate = table.gates[gate.parent]) {
    const { parent, categories } = gate;
    const [, withoutParent] = byExistence(tree, node, parent);
    const parted = rest.filter((row) => !lacks(table, parent, row));
    if (parted.length > 0) {
      const sum = sumOfTargets(tree, parted);
      gain += (sum * sum) / parted.length;
      splits++;
    }
    if (withoutParent.length === 0) {
      // Several splits are compared with one by what each of them gives.
      const each = without + (gain - without) / splits;
      return { parameter: parent, gain: each, threshold: NaN, left: categories, isOnTheWay: true };
    }
    rest = withoutParent;
  }
  return undefined;
}

const lacks = ({ x, n }: Table, i: number, row: number): boolean => Number.isNaN(x[i * n + row]);

/** The node's trials that have parameter i, in its order, and those that lack it. */
function byExistence(tree: Growing, node: Node, i: number): [Int32Array, Int32Array] {
  const rows = rowsOf(tree, node, i);
  let existing = rows.length;
  while (existing > 0 && lacks(tree.table, i, rows[existing - 1])) existing--;
  return [rows.subarray(0, existing), rows.subarray(existing)];
}

/** The two sides of a split; undefined where rounding or unknown values leave one of them empty. */
function divide(tree: Growing, node: Node, split: Split): [Node, Node] | undefined {
  const { table, boxes } = tree;
  const { d, categories } = table;
  const { parameter: i, threshold } = split;
  const isLeft = Uint8Array.from({ length: categories[i] }, () => 0);
  for (const category of split.left) isLeft[category] = 1;
  const leftCount = markSides(tree, rowsOf(tree, node, 0), i, threshold, isLeft);
  if (leftCount === 0 || leftCount === node.end - node.start) return undefined;
  const leftOthers = markSides(tree, node.others, i, threshold, isLeft);
  const rightBox = boxes.count++;
  copyBox(boxes, node.box, rightBox);
  if (categories[i] > 0) {
    divideSets(tree, node, rightBox, i, isLeft);
  } else {
    boxes.high[node.box * d + i] = threshold;
    boxes.low[rightBox * d + i] = threshold;
  }
  const depth = node.depth + 1;
  // The parameter that the split leads to is yet to be split by.
  const leftDepth = split.isOnTheWay ? node.depth : depth;
  // Nothing is asked of leaves but which trials they have.
  const orders = leftDepth < tree.depth ? d : 1;
  for (let j = 0; j < orders; j++) partition(tree, rowsOf(tree, node, j));
  partition(tree, node.others);
  const middle = node.start + leftCount;
  const others = node.others;
  return [
    { start: middle, end: node.end, box: rightBox, depth, others: others.subarray(leftOthers) },
    {
      start: node.start,
      end: middle,
      box: node.box,
      depth: leftDepth,
      others: others.subarray(0, leftOthers),
    },
  ];
}

/** Marks the rows that go left. @returns how many they are */
function markSides(
  { table, goesLeft }: Growing,
  rows: Int32Array,
  i: number,
  threshold: number,
  isLeft: Uint8Array,
): number {
  const { n, x, categories } = table;
  const isChoice = categories[i] > 0;
  let count = 0;
  for (let k = 0; k < rows.length; k++) {
    const at = x[i * n + rows[k]];
    const left = isChoice ? isLeft[at] === 1 : at < threshold;
    goesLeft[rows[k]] = left ? 1 : 0;
    if (left) count++;
  }
  return count;
}

function copyBox({ shape: { d, words }, low, high, sets }: BoxSum, from: number, to: number): void {
  low.copyWithin(to * d, from * d, (from + 1) * d);
  high.copyWithin(to * d, from * d, (from + 1) * d);
  sets.copyWithin(to * words, from * words, (from + 1) * words);
}

/** Categories that none of the node's trials has go to either side, by lot. */
function divideSets(
  tree: Growing,
  node: Node,
  rightBox: number,
  i: number,
  isLeft: Uint8Array,
): void {
  const { table, boxes, rng } = tree;
  const { words, wordsFrom } = boxes.shape;
  const seen = new Set<number>();
  for (const row of rowsOf(tree, node, i)) seen.add(table.x[i * table.n + row]);
  const count = table.categories[i];
  const left = new Int32Array(wordCount(count));
  for (let c = 0; c < count; c++) {
    const toLeft = seen.has(c) ? isLeft[c] === 1 : rng.uniform() < 0.5;
    if (toLeft) left[c >> 5] |= 1 << (c & 31);
  }
  left.forEach((word, w) => {
    boxes.sets[node.box * words + wordsFrom[i] + w] &= word;
    boxes.sets[rightBox * words + wordsFrom[i] + w] &= ~word;
  });
}

/** Those that go left first, each side in its order. */
function partition({ goesLeft, right }: Growing, rows: Int32Array): void {
  let lefts = 0;
  let rights = 0;
  for (let k = 0; k < rows.length; k++) {
    if (goesLeft[rows[k]] === 1) rows[lefts++] = rows[k];
    else right[rights++] = rows[k];
  }
  for (let k = 0; k < rights; k++) rows[lefts + k] = right[k];
}
