import { HpoError } from "../../errors/errors.ts";
import { medianOf } from "../../numerics/quantile.ts";
import { requireAtLeast, requirePositive } from "../../errors/checks.ts";

/** One step of an LR range test: the loss seen at this learning rate. */
export interface RangePoint {
  readonly learningRate: number;
  /** NaN or ±∞ where training diverged. */
  readonly loss: number;
}

export interface RangeTest {
  /** Smoothed losses at the finite points before divergence, in order of the learning rate. */
  readonly curve: readonly {
    readonly learningRate: number;
    readonly loss: number;
    /** d loss/d ln lr. */
    readonly slope: number;
  }[];
  /** Where the smoothed loss falls fastest; undefined if it never falls. */
  readonly steepest: number | undefined;
  /** The middle of the longest fall of the smoothed loss (fastai's "valley", taken at ½). */
  readonly valley: number | undefined;
  /** The smoothed minimum's learning rate, divided by 10. */
  readonly floorTenth: number | undefined;
  /** The first learning rate whose loss is not finite or exploded; undefined if none. */
  readonly firstDivergence: number | undefined;
}

export interface RangeTestOptions {
  /** The smoothing kernel's standard deviation in ln lr; default 4 % of the range, at least 1.5 points. */
  readonly width?: number;
}

/**
 * Reads an LR range test (Smith 2015, arXiv 1506.01186). It is a cross-check: its suggestions
 * depend on the ramp's speed, and the loss does not begin to rise at 2/λ_max.
 *
 * Divergence is the first loss that is not finite, or that exceeds the starting loss by as much as
 * the test had gained so far (and by 6 standard deviations of the noise).
 *
 * @param points ≥ 5, in increasing order of the learning rate
 */
export function analyseRangeTest(
  points: readonly RangePoint[],
  options: RangeTestOptions = {},
): RangeTest {
  checkPoints(points);
  const end = divergenceIndex(points);
  const finite = points.slice(0, end);
  const firstDivergence = points.at(end)?.learningRate;
  if (finite.length < 5) {
    const nothing = { steepest: undefined, valley: undefined, floorTenth: undefined };
    return { curve: [], ...nothing, firstDivergence };
  }
  const curve = smooth(finite, options.width ?? defaultWidth(finite));
  const losses = curve.map((point) => point.loss);
  const floor = losses.indexOf(Math.min(...losses));
  const before = curve.slice(0, floor + 1);
  const steepest = before.reduce((a, b) => (b.slope < a.slope ? b : a));
  return {
    curve,
    steepest: steepest.slope < 0 ? steepest.learningRate : undefined,
    valley: valley(curve),
    floorTenth: floor > 0 ? curve[floor].learningRate / 10 : undefined,
    firstDivergence,
  };
}

function checkPoints(points: readonly RangePoint[]): void {
  requireAtLeast("points of a range test", points, 5);
  points.forEach(({ learningRate }, i) => {
    requirePositive("learningRate", learningRate);
    if (i > 0 && learningRate <= points[i - 1].learningRate) {
      throw new HpoError(
        `Expected increasing learning rates, got ${learningRate} after ` +
          `${points[i - 1].learningRate} at point ${i}. Sort the points and merge repeats.`,
      );
    }
  });
}

/** The index of the first diverged point, or the number of points. */
function divergenceIndex(points: readonly RangePoint[]): number {
  const head = points.slice(0, Math.max(3, Math.floor(points.length / 10)));
  const start = medianOf(head.map((point) => point.loss));
  const noise = differenceNoise(points);
  let low = start;
  for (let i = 0; i < points.length; i++) {
    const { loss } = points[i];
    if (!Number.isFinite(loss)) return i;
    // A fall from the first point on lies above the head's median too.
    const bound = Math.max(points[0].loss, start + Math.max(start - low, 6 * noise));
    if (loss > bound) return i;
    const recent = points.slice(Math.max(0, i - 2), i + 1).map((point) => point.loss);
    if (recent.length === 3) low = Math.min(low, medianOf(recent));
  }
  return points.length;
}

/** The standard deviation of one loss, from differences of neighbours (robust to the trend). */
function differenceNoise(points: readonly RangePoint[]): number {
  const gaps: number[] = [];
  for (let i = 2; i < points.length; i++) {
    const gap = points[i].loss - 2 * points[i - 1].loss + points[i - 2].loss;
    if (Number.isFinite(gap)) gaps.push(Math.abs(gap));
  }
  // The median of |N(0, 6σ²)| is .6745·√6·σ.
  return gaps.length > 0 ? medianOf(gaps) / (0.6745 * Math.sqrt(6)) : 0;
}

function defaultWidth(points: readonly RangePoint[]): number {
  const range = Math.log(points[points.length - 1].learningRate / points[0].learningRate);
  return Math.max(0.04 * range, (1.5 * range) / (points.length - 1));
}

/** Local linear regression in ln lr with a Gaussian kernel: value and slope at each point. */
function smooth(points: readonly RangePoint[], width: number): RangeTest["curve"] {
  requirePositive("width", width);
  const x = points.map((point) => Math.log(point.learningRate));
  return points.map(({ learningRate }, at) => {
    let [s0, s1, s2, t0, t1] = [0, 0, 0, 0, 0];
    points.forEach(({ loss }, i) => {
      const d = x[i] - x[at];
      const w = Math.exp((-d * d) / (2 * width * width));
      s0 += w;
      s1 += w * d;
      s2 += w * d * d;
      t0 += w * loss;
      t1 += w * d * loss;
    });
    const determinant = s0 * s2 - s1 * s1;
    const slope = (s0 * t1 - s1 * t0) / determinant;
    return { learningRate, loss: (s2 * t0 - s1 * t1) / determinant, slope };
  });
}

/** The middle (in ln lr) of the longest falling stretch; undefined if nothing falls. */
function valley(curve: RangeTest["curve"]): number | undefined {
  let best: readonly [number, number] = [0, 0];
  for (let start = 0; start < curve.length;) {
    let end = start;
    while (end + 1 < curve.length && curve[end + 1].loss < curve[end].loss) end++;
    if (end - start > best[1] - best[0]) best = [start, end];
    start = end + 1;
  }
  const [from, to] = best;
  if (to === from) return undefined;
  return Math.sqrt(curve[from].learningRate * curve[to].learningRate);
}
