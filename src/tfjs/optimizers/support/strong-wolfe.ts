/** φ(t) = f(x + t d): its value, its slope φ′(t) = ∇f·d, and ∇f there. */
export interface LinePoint {
  readonly step: number;
  readonly value: number;
  readonly slope: number;
  readonly gradient: Float64Array;
}

export interface LineSearchOptions {
  /** Evaluations at most. */
  readonly maxEvaluations: number;
  /** Ends when the bracket times max |d| is below this. */
  readonly tolerance: number;
  /** max |d_i|. */
  readonly directionSize: number;
}

const SUFFICIENT_DECREASE = 1e-4; // c₁
const CURVATURE = 0.9; // c₂

/**
 * A step that meets the strong Wolfe conditions, φ(t) ≤ φ(0) + c₁ t φ′(0) and |φ′(t)| ≤ c₂ |φ′(0)|
 * (Nocedal and Wright 2006, algorithms 3.5 and 3.6), by cubic interpolation; the choices of
 * minFunc and of torch.optim.LBFGS. If evaluations run out, the best end of the bracket. A point whose
 * value or gradient is not finite is higher than any other: it bounds the bracket, and is never taken.
 */
export function strongWolfe(
  start: LinePoint,
  firstStep: number,
  evaluateAt: (step: number) => LinePoint,
  options: LineSearchOptions,
): { readonly point: LinePoint; readonly evaluations: number } {
  const tooHigh = (p: LinePoint) =>
    !(p.value <= start.value + SUFFICIENT_DECREASE * p.step * start.slope);
  const flat = (p: LinePoint) => Math.abs(p.slope) <= -CURVATURE * start.slope;

  const evaluate = (step: number) => finiteOrHigh(evaluateAt(step));
  let previous = start;
  let current = evaluate(firstStep);
  let evaluations = 1;
  let bracket: [LinePoint, LinePoint] | undefined;
  while (!bracket && evaluations < options.maxEvaluations) {
    if (tooHigh(current) || (evaluations > 2 && current.value >= previous.value)) {
      bracket = [previous, current];
    } else if (flat(current)) {
      return { point: current, evaluations };
    } else if (current.slope >= 0) {
      bracket = [previous, current];
    } else {
      const low = current.step + 0.01 * (current.step - previous.step);
      const step = cubicMinimum(previous, current, low, current.step * 10);
      previous = current;
      current = evaluate(step);
      evaluations++;
    }
  }
  return zoom(bracket ?? [start, current], evaluate, { ...options, tooHigh, flat, evaluations });
}

const finiteOrHigh = (point: LinePoint): LinePoint =>
  Number.isFinite(point.value) && point.gradient.every(Number.isFinite)
    ? point
    : { ...point, value: Infinity, slope: NaN };

interface Zoom extends LineSearchOptions {
  readonly tooHigh: (point: LinePoint) => boolean;
  readonly flat: (point: LinePoint) => boolean;
  readonly evaluations: number;
}

function zoom(
  bracket: [LinePoint, LinePoint],
  evaluate: (step: number) => LinePoint,
  { maxEvaluations, tolerance, directionSize, tooHigh, flat, evaluations: before }: Zoom,
) {
  let [low, high] =
    bracket[0].value <= bracket[1].value ? bracket : ([bracket[1], bracket[0]] as const);
  let evaluations = before;
  let stuck = false;
  while (
    evaluations < maxEvaluations &&
    Math.abs(high.step - low.step) * directionSize >= tolerance
  ) {
    const [left, right] = low.step < high.step ? [low, high] : [high, low];
    const proposal = cubicMinimum(left, right, left.step, right.step);
    const { step, near } = awayFromEnds(proposal, left.step, right.step, stuck);
    stuck = near;
    const current = evaluate(step);
    evaluations++;
    if (tooHigh(current) || current.value >= low.value) {
      [low, high] = current.value < low.value ? [current, low] : [low, current];
    } else {
      if (flat(current)) return { point: current, evaluations };
      if (current.slope * (high.step - low.step) >= 0) high = low;
      low = current;
    }
  }
  return { point: low, evaluations };
}

/** Two proposals running within a tenth of an end, or one at it, are moved to a tenth inside. */
function awayFromEnds(step: number, left: number, right: number, stuck: boolean) {
  const margin = 0.1 * (right - left);
  if (Math.min(right - step, step - left) >= margin) return { step, near: false };
  if (!stuck && step < right && step > left) return { step, near: true };
  const moved = Math.abs(step - right) < Math.abs(step - left) ? right - margin : left + margin;
  return { step: moved, near: false };
}

/** The minimum of the cubic through both points, within [low, high]; their middle if there is none. */
function cubicMinimum(a: LinePoint, b: LinePoint, low: number, high: number): number {
  const [left, right] = a.step <= b.step ? [a, b] : [b, a];
  const d1 = left.slope + right.slope - (3 * (left.value - right.value)) / (left.step - right.step);
  const square = d1 * d1 - left.slope * right.slope;
  if (!(square >= 0)) return (low + high) / 2;
  const d2 = Math.sqrt(square);
  const fraction = (right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2);
  const minimum = right.step - (right.step - left.step) * fraction;
  return Math.min(Math.max(minimum, low), high);
}
