/**
 * How many trials the next halving takes, if the search goes on as it did:
 *
 *   e(n)  the error of the best after n trials      ln e ≈ a − α ln n      e(m) = e(n)/2 at m = n·2^(1/α)
 */
import { numberText } from "../../plots/chart/number-text.ts";
import { badnessOf } from "../../plots/study/plotted-trial.ts";
import { bestOf } from "../../plots/study/metric.ts";
import type { Findings } from "../findings.ts";

/** The pace is taken from the trials after the first so many: those before draw the start design. */
const START = 10;
const FEWEST = 30;
/** More than this many times the trials so far is as good as never. */
const MOST = 20;
const POINTS = 24;

export function nextHalving(findings: Findings): string[] {
  const curve = errorCurve(findings);
  const count = curve.length;
  const name = findings.metric.name;
  if (count < FEWEST || !curve.slice(START).every((error) => error > 0)) return [];
  const rate = paceOf(curve);
  const what = findings.metric.direction === "maximize" ? `1 − ${name}` : name;
  const factor = 2 ** (1 / rate);
  if (!(factor <= MOST)) {
    return [
      `More trials in this space will not do: at the pace so far, the next halving of ${what} would take over ${numberText(MOST * count)} trials. Widen the space, train longer, or change what is trained.`,
    ];
  }
  const more = Number((count * (factor - 1)).toPrecision(2));
  return [
    `At the pace so far (${what} ∝ trials^−${numberText(rate, 2)}), the next halving of ${what} takes about ${numberText(more)} more trials.`,
  ];
}

/** The error of the best by finished trial; none where a metric has no least value to fall to. */
function errorCurve({ finished, metric, study }: Findings): number[] {
  if (study.directions.length > 1) return [];
  const values = finished.flatMap((trial) => bestOf([trial], metric)?.value ?? []);
  const isMaximized = metric.direction === "maximize";
  if (!values.every((value) => value >= 0 && (!isMaximized || value <= 1))) return [];
  let best = Infinity;
  return finished.map((trial) => {
    const found = bestOf([trial], metric);
    if (found)
      best = Math.min(best, badnessOf(found.value, metric.direction) + (isMaximized ? 1 : 0));
    return best;
  });
}

/** α by least squares over trials spread evenly in ln n. */
function paceOf(curve: readonly number[]): number {
  const points = Array.from({ length: POINTS }, (_, k) => {
    const n = Math.round(START * (curve.length / START) ** (k / (POINTS - 1)));
    return [Math.log(n), Math.log(curve[n - 1])];
  }).filter(([, y]) => Number.isFinite(y));
  const mean = (i: number): number =>
    points.reduce((sum, point) => sum + point[i], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const covariance = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  const variance = points.reduce((sum, point) => sum + (point[0] - x) * (point[0] - x), 0);
  return Math.max(0, -covariance / variance);
}
