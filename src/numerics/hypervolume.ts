/**
 * The volume dominated by minimised points up to a reference point, exact in any dimension: the WFG
 * recursion of While, Bradstreet & Barone, "A fast way of calculating exact hypervolumes", IEEE
 * Trans. Evol. Comput. 16 (2012).
 */
import { dominates } from "./pareto.ts";

type Point = ArrayLike<number>;

/** Points not strictly better than the reference in every objective count nothing. */
export function hypervolume(points: readonly Point[], reference: Point): number {
  const inside = points.filter((point) => isBelow(point, reference));
  return volume(withoutDominated(inside), reference);
}

function isBelow(point: Point, reference: Point): boolean {
  for (let i = 0; i < reference.length; i++) if (!(point[i] < reference[i])) return false;
  return true;
}

/** Each point's own box, less what the points after it share with it. */
function volume(front: readonly Point[], reference: Point): number {
  if (reference.length === 2) return area(front, reference);
  const last = reference.length - 1;
  // Worst first in one objective: the limited sets then shrink fastest.
  const sorted = [...front].sort((a, b) => b[last] - a[last]);
  let sum = 0;
  sorted.forEach((point, index) => {
    const limited = sorted.slice(index + 1).map((other) => worseOf(point, other));
    sum += box(point, reference) - volume(withoutDominated(limited), reference);
  });
  return sum;
}

function area(front: readonly Point[], reference: Point): number {
  const sorted = [...front].sort((a, b) => a[0] - b[0]);
  let ceiling = reference[1];
  let sum = 0;
  for (const point of sorted) {
    if (point[1] >= ceiling) continue;
    sum += (reference[0] - point[0]) * (ceiling - point[1]);
    ceiling = point[1];
  }
  return sum;
}

function box(point: Point, reference: Point): number {
  let product = 1;
  for (let i = 0; i < reference.length; i++) product *= reference[i] - point[i];
  return product;
}

const worseOf = (a: Point, b: Point): number[] =>
  Array.from({ length: a.length }, (_, i) => Math.max(a[i], b[i]));

/** The non-dominated points, each of several equal ones once. */
function withoutDominated(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    if (kept.some((other) => dominates(other, point) || equal(other, point))) continue;
    for (let i = kept.length - 1; i >= 0; i--) if (dominates(point, kept[i])) kept.splice(i, 1);
    kept.push(point);
  }
  return kept;
}

function equal(a: Point, b: Point): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
