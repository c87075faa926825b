/**
 * Limited-memory BFGS inside a box, by projection: variables at a bound with the gradient pushing
 * outwards are frozen for the step; the rest take a two-loop L-BFGS step, clipped to the box.
 * After Byrd, Lu, Nocedal & Zhu (1995) and Bertsekas' projected Newton method (1982).
 *
 *   x  point   f  value   g  gradient   s, y  last changes of x and g   ρ = 1/(sᵀy)
 */

/**
 * Writes the gradient at x into `gradient` and returns the value; one of them not finite: x is not
 * allowed.
 */
export type ValueAndGradient = (x: Float64Array, gradient: Float64Array) => number;

export interface BoxMinimizerOptions {
  readonly maxIterations: number;
  /** Stops when no free gradient entry is larger. */
  readonly gradientTolerance?: number;
  /** Stops when a step gains less than this times (|f| + 1). */
  readonly valueTolerance?: number;
}

export interface BoxMinimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly evaluations: number;
}

interface Correction {
  readonly s: Float64Array;
  readonly y: Float64Array;
  readonly rho: number;
}

interface Iterate {
  readonly x: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
}

const MEMORY = 8;
const SUFFICIENT_DECREASE = 1e-4;
const MOST_BACKTRACKS = 12;

/**
 * A local minimum of the objective with lower ≤ x ≤ upper. Equal bounds freeze a variable. The start
 * is moved into the box; when the objective is not finite there, it comes back as it is.
 */
export function minimizeInBox(
  objective: ValueAndGradient,
  start: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
  options: BoxMinimizerOptions,
): BoxMinimum {
  const { maxIterations, gradientTolerance = 1e-5, valueTolerance = 1e-7 } = options;
  const clip = (v: number, i: number): number => Math.min(upper[i], Math.max(lower[i], v));
  let current = evaluate(objective, start.map(clip));
  let evaluations = 1;
  const corrections: Correction[] = [];
  for (let k = 0; k < maxIterations && Number.isFinite(current.value); k++) {
    const free = freeVariables(current, lower, upper);
    if (largestFree(current.gradient, free) < gradientTolerance) break;
    const direction = descentDirection(current.gradient, free, corrections, lower, upper);
    const search = lineSearch(objective, current, direction, clip);
    evaluations += search.evaluations;
    if (!search.next) {
      if (corrections.length === 0) break;
      corrections.length = 0; // the curvature misled: once more along the gradient
      continue;
    }
    const gain = current.value - search.next.value;
    remember(corrections, current, search.next);
    current = search.next;
    if (gain < valueTolerance * (Math.abs(current.value) + 1)) break;
  }
  return { x: current.x, value: current.value, evaluations };
}

function evaluate(objective: ValueAndGradient, x: Float64Array): Iterate {
  const gradient = new Float64Array(x.length);
  const value = objective(x, gradient);
  // A value without a slope leads nowhere.
  return { x, value: gradient.every(Number.isFinite) ? value : NaN, gradient };
}

function freeVariables(
  { x, gradient }: Iterate,
  lower: Float64Array,
  upper: Float64Array,
): boolean[] {
  return Array.from(
    x,
    (v, i) =>
      lower[i] < upper[i] &&
      !(v <= lower[i] && gradient[i] > 0) &&
      !(v >= upper[i] && gradient[i] < 0),
  );
}

function largestFree(gradient: Float64Array, free: readonly boolean[]): number {
  let largest = 0;
  for (let i = 0; i < gradient.length; i++) {
    if (free[i]) largest = Math.max(largest, Math.abs(gradient[i]));
  }
  return largest;
}

/** The two-loop recursion over the free variables; steepest descent while nothing is remembered. */
function descentDirection(
  gradient: Float64Array,
  free: readonly boolean[],
  corrections: Correction[],
  lower: Float64Array,
  upper: Float64Array,
): Float64Array {
  const step = gradient.map((v, i) => (free[i] ? -v : 0));
  const weights = new Float64Array(corrections.length);
  for (let k = corrections.length - 1; k >= 0; k--) {
    const { s, y, rho } = corrections[k];
    weights[k] = rho * freeDot(s, step, free);
    addFree(step, y, -weights[k], free);
  }
  const scale =
    corrections.length > 0
      ? inverseCurvature(corrections[corrections.length - 1])
      : firstStep(step, lower, upper);
  for (let i = 0; i < step.length; i++) step[i] *= scale;
  for (let k = 0; k < corrections.length; k++) {
    const { s, y, rho } = corrections[k];
    addFree(step, s, weights[k] - rho * freeDot(y, step, free), free);
  }
  if (freeDot(step, gradient, free) < 0) return step;
  corrections.length = 0;
  return descentDirection(gradient, free, corrections, lower, upper);
}

function freeDot(a: Float64Array, b: Float64Array, free: readonly boolean[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) if (free[i]) sum += a[i] * b[i];
  return sum;
}

function addFree(
  to: Float64Array,
  from: Float64Array,
  factor: number,
  free: readonly boolean[],
): void {
  for (let i = 0; i < to.length; i++) if (free[i]) to[i] += factor * from[i];
}

function inverseCurvature({ y, rho }: Correction): number {
  let square = 0;
  for (const v of y) square += v * v;
  return 1 / (rho * square);
}

/** A first step of a tenth of the widest side, at most .5 long, and never beyond the gradient. */
function firstStep(step: Float64Array, lower: Float64Array, upper: Float64Array): number {
  let widest = 0;
  let square = 0;
  for (let i = 0; i < step.length; i++) {
    widest = Math.max(widest, upper[i] - lower[i]);
    square += step[i] * step[i];
  }
  return square > 0 ? Math.min(1, (0.1 * Math.min(widest, 5)) / Math.sqrt(square)) : 1;
}

/** Backtracking to Armijo's condition along the projected path, by quadratic interpolation. */
function lineSearch(
  objective: ValueAndGradient,
  current: Iterate,
  direction: Float64Array,
  clip: (v: number, i: number) => number,
): { readonly next?: Iterate; readonly evaluations: number } {
  let length = 1;
  for (let k = 1; k <= MOST_BACKTRACKS; k++) {
    const next = evaluate(
      objective,
      current.x.map((v, i) => clip(v + length * direction[i], i)),
    );
    let expected = 0;
    for (let i = 0; i < direction.length; i++) {
      expected += current.gradient[i] * (next.x[i] - current.x[i]);
    }
    const rise = next.value - current.value;
    if (Number.isFinite(rise) && expected < 0 && rise <= SUFFICIENT_DECREASE * expected) {
      return { next, evaluations: k };
    }
    const interpolated = -expected / (2 * (rise - expected));
    length *= Number.isFinite(interpolated) ? Math.max(0.1, Math.min(0.5, interpolated)) : 0.2;
  }
  return { evaluations: MOST_BACKTRACKS };
}

function remember(corrections: Correction[], from: Iterate, to: Iterate): void {
  const s = to.x.map((v, i) => v - from.x[i]);
  const y = to.gradient.map((v, i) => v - from.gradient[i]);
  let sy = 0;
  let yy = 0;
  for (let i = 0; i < s.length; i++) {
    sy += s[i] * y[i];
    yy += y[i] * y[i];
  }
  if (!(sy > 1e-10 * Math.sqrt(yy))) return;
  corrections.push({ s, y, rho: 1 / sy });
  if (corrections.length > MEMORY) corrections.shift();
}
