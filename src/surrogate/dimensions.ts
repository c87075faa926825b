/**
 * How two points differ along one dimension. Points live in the unit cube; NaN marks a coordinate
 * that does not exist there (a conditional parameter whose condition fails).
 *
 * Every dimension embeds its values in a Euclidean space of its own, so any kernel of Σ δ²/ℓ² is
 * positive definite, whatever exists or not:
 *   continuous   δ² = (a − b)²
 *   categorical  δ² = 0 if equal (or both missing), else 1: the corners of a simplex
 *   conditional  continuous where both exist, 0 where neither does; a missing value stands ½ above
 *                the middle of the range: δ² = (a − ½)² + ¼
 */
import type { SearchSpace } from "../space/search-space.ts";

export const CONTINUOUS = 0;
export const CATEGORICAL = 1;
export const CONDITIONAL = 2;

/** One of the three codes above per dimension. */
export type DimensionKinds = Uint8Array;

export const kindsOf = ({ parameters }: SearchSpace): DimensionKinds =>
  Uint8Array.from(parameters, ({ distribution, conditions }) =>
    distribution.kind === "categorical"
      ? CATEGORICAL
      : conditions.length > 0
        ? CONDITIONAL
        : CONTINUOUS,
  );

const MIDDLE = 0.5;
const HEIGHT_SQUARED = 0.25;

/** δ² between coordinates a and b of a dimension that is not plainly continuous. */
export function otherSquare(kind: number, a: number, b: number): number {
  const aMissing = Number.isNaN(a);
  const bMissing = Number.isNaN(b);
  if (aMissing && bMissing) return 0;
  if (kind === CATEGORICAL) return a === b ? 0 : 1;
  if (!aMissing && !bMissing) return (a - b) * (a - b);
  const rest = (aMissing ? b : a) - MIDDLE;
  return rest * rest + HEIGHT_SQUARED;
}

/** ½·∂δ²/∂a. */
export function otherSlope(kind: number, a: number, b: number): number {
  if (kind === CATEGORICAL || Number.isNaN(a)) return 0;
  return a - (Number.isNaN(b) ? MIDDLE : b);
}

/** The kinds with every dimension of which a point lacks its coordinate made conditional. */
export function withMissing(kinds: DimensionKinds, X: Float64Array, n: number): DimensionKinds {
  const d = kinds.length;
  const result = kinds.slice();
  for (let at = 0; at < n * d; at++) {
    const i = at % d;
    if (Number.isNaN(X[at]) && result[i] === CONTINUOUS) result[i] = CONDITIONAL;
  }
  return result;
}
