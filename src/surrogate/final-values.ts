/**
 * What trainings that stopped early would have come to: from the curves that went on, a line for
 * each step at which one stopped, its value there against the final one.
 *
 *   L  the step at which a curve stopped      x  values at L of those that went on      y  their ends
 *
 * From the last L to the first, each with the ends known or estimated by then; so a line needs no
 * curve that goes from L to the very end. The line is Theil and Sen's (the median slope, drawn
 * towards 1 while pairs are few, then the median offset): one explosion or one late flip moves it
 * little. The spread around it is how far an estimate is to be trusted.
 */
import { medianOf } from "../numerics/quantile.ts";

export interface Curve {
  /** Ascending. */
  readonly steps: readonly number[];
  /** Minimised, finite. As many as steps. */
  readonly values: readonly number[];
  /** What it came to, if it came to its end. */
  readonly final?: number;
}

export interface FinalValue {
  readonly value: number;
  /** Standard deviation; 0 where the end is known, or nothing is known of how curves go on. */
  readonly sd: number;
}

/** Lines are drawn through at most so many curves, the ones that came first and last. */
const MOST_REFERENCES = 48;
/** Slopes of 1 that stand beside those of the pairs. */
const PRIOR_SLOPES = 3;
/** From the median absolute deviation to the standard deviation of a normal law. */
const NORMAL_MAD = 1.4826;

/** In the order of the curves, each of which has a final value or at least one report. */
export function finalValues(curves: readonly Curve[]): FinalValue[] {
  const ends = curves.map(({ final }) =>
    final === undefined ? undefined : { value: final, sd: 0 },
  );
  const known = [...curves.keys()].filter((i) => ends[i]);
  for (const [step, stopped] of byLastStep(curves)) {
    const line = lineAt(step, curves, ends as FinalValue[], known);
    for (const i of stopped) {
      const { values } = curves[i];
      const last = values[values.length - 1];
      ends[i] = line
        ? { value: line.offset + line.slope * last, sd: line.sd }
        : { value: last, sd: 0 };
    }
    known.push(...stopped);
  }
  return ends as FinalValue[];
}

/** The curves without an end, by the step of their last report, the last step first. */
function byLastStep(curves: readonly Curve[]): [step: number, curves: number[]][] {
  const groups = new Map<number, number[]>();
  curves.forEach(({ steps, final }, i) => {
    if (final !== undefined) return;
    const last = steps[steps.length - 1];
    groups.set(last, [...(groups.get(last) ?? []), i]);
  });
  return [...groups].sort(([a], [b]) => b - a);
}

interface Line {
  readonly slope: number;
  readonly offset: number;
  readonly sd: number;
}

function lineAt(
  step: number,
  curves: readonly Curve[],
  ends: readonly FinalValue[],
  known: readonly number[],
): Line | undefined {
  const references = known.flatMap((i) => {
    const x = valueAt(curves[i], step);
    return x === undefined ? [] : [{ x, y: ends[i].value, sd: ends[i].sd }];
  });
  if (references.length === 0) return undefined;
  const used = evenly(references, MOST_REFERENCES);
  const slopes = new Array<number>(PRIOR_SLOPES).fill(1);
  for (let i = 1; i < used.length; i++) {
    for (let j = 0; j < i; j++) {
      const run = used[i].x - used[j].x;
      if (run !== 0) slopes.push(Math.max(0, (used[i].y - used[j].y) / run));
    }
  }
  const slope = medianOf(slopes);
  const offset = medianOf(used.map(({ x, y }) => y - slope * x));
  const scatter = medianOf(used.map(({ x, y }) => Math.abs(y - slope * x - offset)));
  const below = medianOf(used.map(({ sd }) => sd));
  // Of two or three curves the scatter says little: then half of what they went on to gain counts.
  const gain = medianOf(used.map(({ x, y }) => Math.abs(y - x)));
  const own = NORMAL_MAD * scatter + gain / (2 * used.length);
  return { slope, offset, sd: Math.sqrt(own * own + below * below) };
}

/** The last report up to the step of a curve that has an end or went further. */
function valueAt({ steps, values, final }: Curve, step: number): number | undefined {
  const last = steps[steps.length - 1];
  if (final === undefined && !(last > step)) return undefined;
  let at = -1;
  while (at + 1 < steps.length && steps[at + 1] <= step) at++;
  return at < 0 ? undefined : values[at];
}

const evenly = <Item>(items: readonly Item[], most: number): readonly Item[] => {
  if (items.length <= most) return items;
  const stride = items.length / most;
  return Array.from({ length: most }, (_, k) => items[Math.floor(k * stride)]);
};
