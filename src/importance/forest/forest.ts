import type { Rng } from "../../numerics/rng.ts";
import type { BoxSum } from "./boxes.ts";
import { growTree, ordersOf } from "./grow-tree.ts";
import type { Table } from "./table.ts";

const TREES = 80;
/** Two splits find an effect and one interaction; every other tree may find one of three. */
const DEPTHS = [2, 3] as const;
const RATE = 0.2;
const LEAST_LEAF = 2;

export interface Forest {
  /** In the order in which they were grown. */
  readonly trees: readonly BoxSum[];
  /** The sum of squares that k trees leave of the trials that the forest did not see; k = 0 … */
  readonly unexplained: Float64Array;
}

/**
 * A forest of small trees, each grown on what the earlier ones left unexplained, on parameters drawn
 * at random (J. H. Friedman, "Greedy function approximation", Annals of Statistics 29, 2001). One
 * deep tree, as fANOVA's authors use, hardly ever splits by a weak parameter and so calls it weaker
 * still: of f = 4a + 2b + c, 300 trials, it gives c a third of its share.
 * @param rows the trials that it learns from, at least one
 * @param others trials that it is put to the test on
 */
export function growForest(table: Table, rows: Int32Array, others: Int32Array, rng: Rng): Forest {
  const orders = ordersOf(table, rows);
  const rest = { ...table, y: table.y.slice() };
  const squares = (): number => {
    let sum = 0;
    for (const row of others) sum += rest.y[row] * rest.y[row];
    return sum;
  };
  const tried = Math.ceil(table.d / 2);
  const trees: BoxSum[] = [];
  const unexplained = new Float64Array(TREES + 1);
  unexplained[0] = squares();
  for (let k = 0; k < TREES; k++) {
    const options = { depth: DEPTHS[k % DEPTHS.length], leastLeaf: LEAST_LEAF, tried };
    const tree = growTree(rest, orders, others, options, rng);
    tree.rows.forEach((rowsOfBox, box) => {
      const step = RATE * tree.boxes.value[box];
      for (const rows of rowsOfBox) for (let r = 0; r < rows.length; r++) rest.y[rows[r]] -= step;
      tree.boxes.value[box] = step;
    });
    trees.push(tree.boxes);
    unexplained[k + 1] = squares();
  }
  return { trees, unexplained };
}
