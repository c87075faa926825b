/**
 * How two functions made of boxes share their common variance out among the parameters, exactly. (For
 * one tree: Hutter, Hoos & Leyton-Brown, ICML 2014; here the boxes of a pair of forests.)
 *
 *   f = Σ_a f_a·1[box a]     w_a = f_a · volume of a     e_a,i  its edge: the share of i's values
 *   r_i = e_(a∩b),i / (e_a,i · e_b,i), which is 1 unless both boxes bound i
 *   f_i(x_i) = E[f | x_i]     f_−i = E[f | all coordinates but x_i]
 *
 *   Cov(f, g) = Σ_a,b w_a w_b (Π_i r_i − 1)      first_i = Cov(f_i, g_i) = Σ_a,b w_a w_b (r_i − 1)
 *   total_i = Cov(f, g) − Cov(f_−i, g_−i) = Σ_a,b w_a w_b (Π_j r_j − Π_(j≠i) r_j)
 *
 * So only pairs of boxes that bound a parameter in common count, and of those only such parameters.
 */
import { edge, sharedEdge, type BoxSum } from "./boxes.ts";

export interface VarianceParts {
  readonly variance: number;
  readonly first: Float64Array;
  readonly total: Float64Array;
}

/** What a box bounds, and its weight w. */
interface Bounded {
  readonly box: number;
  readonly weight: number;
  readonly parameters: readonly number[];
  readonly edges: readonly number[];
  /** Bit i mod 32 for each of the parameters. */
  readonly mask: number;
}

export function varianceParts(f: BoxSum, g: BoxSum): VarianceParts {
  const { d } = f.shape;
  const first = new Float64Array(d);
  const total = new Float64Array(d);
  let variance = 0;
  const boxesOfG = boundedBoxes(g);
  const common: number[] = [];
  const ratios: number[] = [];
  for (const a of boundedBoxes(f)) {
    for (const b of boxesOfG) {
      if ((a.mask & b.mask) === 0) continue;
      let count = 0;
      for (let k = 0; k < a.parameters.length; k++) {
        const at = b.parameters.indexOf(a.parameters[k]);
        if (at < 0) continue;
        const i = a.parameters[k];
        ratios[count] = sharedEdge(f, a.box, g, b.box, i) / (a.edges[k] * b.edges[at]);
        common[count++] = i;
      }
      const weight = a.weight * b.weight;
      const product = productBut(ratios, count, -1);
      variance += weight * (product - 1);
      for (let k = 0; k < count; k++) {
        first[common[k]] += weight * (ratios[k] - 1);
        total[common[k]] += weight * (product - productBut(ratios, count, k));
      }
    }
  }
  return { variance, first, total };
}

function boundedBoxes(f: BoxSum): Bounded[] {
  const { d } = f.shape;
  return Array.from({ length: f.count }, (_, box) => {
    const parameters: number[] = [];
    const edges: number[] = [];
    for (let i = 0; i < d; i++) {
      const length = edge(f, box, i);
      if (length === 1) continue;
      parameters.push(i);
      edges.push(length);
    }
    const mask = parameters.reduce((bits, i) => bits | (1 << (i & 31)), 0);
    const weight = edges.reduce((product, length) => product * length, f.value[box]);
    return { box, weight, parameters, edges, mask };
  });
}

function productBut(values: readonly number[], count: number, left: number): number {
  let product = 1;
  for (let k = 0; k < count; k++) if (k !== left) product *= values[k];
  return product;
}
