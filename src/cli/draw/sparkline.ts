/** A study's values in one line, a column for so many trials one after another. */
import type { FinishedTrial } from "../../contracts/trial.ts";
import { onTargetScale, targetScale } from "../../importance/target-scale.ts";
import { medianOf } from "../../numerics/quantile.ts";

export interface Sparkline {
  /** The median of each column's complete trials; another sign where none is complete. */
  readonly levels: string;
  /** A mark under each column with a trial that diverged or has an infinite value; empty without one. */
  readonly marks: string;
}

const GLYPHS = {
  unicode: { levels: [..."▁▂▃▄▅▆▇█"], pruned: "·", diverged: "×" },
  ascii: { levels: [..."_-=+*#"], pruned: ".", diverged: "x" },
} as const;

const glyphsOf = (unicode: boolean) => GLYPHS[unicode ? "unicode" : "ascii"];

/**
 * Heights rise with the metric, whichever way is better; on logarithms or ranks where it spans decades.
 * @param trials in the order in which they finished
 * @param width columns at most, ≥ 1
 */
export function sparkline(
  trials: readonly FinishedTrial[],
  metric: number,
  width: number,
  unicode: boolean,
): Sparkline {
  const glyphs = glyphsOf(unicode);
  const columns = bucketed(trials, Math.min(width, trials.length));
  const scaled = scaledValues(trials, metric);
  const medians = columns.map((column) => {
    const values = column.flatMap((trial) => scaled.get(trial) ?? []);
    return values.length > 0 ? medianOf(values) : undefined;
  });
  const known = medians.filter((value) => value !== undefined);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const levels = medians.map((value, i) => {
    if (value === undefined) return columns[i].some(isPruned) ? glyphs.pruned : " ";
    const share = high > low ? (value - low) / (high - low) : 0;
    return glyphs.levels[Math.round(share * (glyphs.levels.length - 1))];
  });
  const marks = columns.map((column) =>
    column.some((trial) => isMarked(trial, metric)) ? glyphs.diverged : " ",
  );
  return { levels: levels.join(""), marks: marks.join("").trimEnd() };
}

const isPruned = ({ state }: FinishedTrial): boolean => state === "pruned";

const isMarked = (trial: FinishedTrial, metric: number): boolean =>
  hasDiverged(trial) || (trial.state === "complete" && !Number.isFinite(trial.values[metric]));

export const hasDiverged = (trial: FinishedTrial): boolean =>
  trial.state === "failed" && trial.failure.reason === "diverged";

/** Complete trials' finite values on the scale on which they can be compared. */
function scaledValues(
  trials: readonly FinishedTrial[],
  metric: number,
): ReadonlyMap<FinishedTrial, number> {
  const complete = trials.flatMap((trial) => {
    const value = trial.state === "complete" ? trial.values[metric] : NaN;
    return Number.isFinite(value) ? [{ trial, value }] : [];
  });
  const values = Float64Array.from(complete, ({ value }) => value);
  const scaled = values.length > 0 ? onTargetScale(values, targetScale(values)) : values;
  return new Map(complete.map(({ trial }, i) => [trial, scaled[i]]));
}

const bucketed = (trials: readonly FinishedTrial[], count: number): FinishedTrial[][] =>
  Array.from({ length: count }, (_, i) =>
    trials.slice(
      Math.floor((i * trials.length) / count),
      Math.floor(((i + 1) * trials.length) / count),
    ),
  );
