import { didYouMean } from "../../errors/did-you-mean.ts";
import { HpoError } from "../../errors/errors.ts";
import { isFeasible, type Direction, type Trial } from "../../contracts/trial.ts";
import { numberText } from "../chart/number-text.ts";
import { scaleFor, type Scale } from "../chart/scale.ts";
import type { PlottedStudy } from "./plotted-study.ts";
import { badnessOf } from "./plotted-trial.ts";
import { quantile } from "../../numerics/quantile.ts";
import { counted } from "../../errors/counted.ts";

/** One metric of a study. */
export interface Metric {
  readonly index: number;
  readonly name: string;
  readonly direction: Direction;
}

export const metricsOf = ({ directions, metricNames }: PlottedStudy): readonly Metric[] =>
  directions.map((direction, index) => ({
    index,
    name: metricNames?.[index] ?? (directions.length === 1 ? "value" : `value ${index}`),
    direction,
  }));

/** The metric of a name; the first one without. @throws HpoError if there is no such metric */
export function metricOf(study: PlottedStudy, name?: string): Metric {
  const metrics = metricsOf(study);
  if (name === undefined) return metrics[0];
  const found = metrics.find((metric) => metric.name === name);
  if (found) return found;
  const names = metrics.map((metric) => metric.name);
  throw new HpoError(
    `Study ${JSON.stringify(study.name)} has no metric "${name}". ${didYouMean(name, names)}`,
  );
}

/** The metric of a trial that has one, finite or not: a complete trial's, a pruned one's last report. */
export function valueOf(trial: Trial, { index }: Metric): number | undefined {
  if (trial.state === "complete") return trial.values[index];
  if (trial.state === "pruned") return trial.values[index] ?? trial.reports.at(-1)?.value;
  return undefined;
}

/** Why a plot of values has nothing to draw. */
export function noFiniteValue(
  { name, trials }: PlottedStudy,
  metrics: readonly Metric[],
): HpoError {
  const complete = trials.filter(({ state }) => state === "complete").length;
  if (complete === 0)
    return new HpoError(`Study ${JSON.stringify(name)} has no complete trial yet. Run some first.`);
  const of = metrics.map((metric) => `"${metric.name}"`).join(" and ");
  return new HpoError(
    `Study ${JSON.stringify(name)} has ${counted(complete, "complete trial")}, and none that is feasible with a finite value of ${of}. See "slice" for where they lie, and run more.`,
  );
}

export interface Best {
  readonly trial: Trial;
  readonly value: number;
}

/** The best complete, feasible trial with a finite value that was not excluded; of equals the first. */
export function bestOf(trials: readonly Trial[], metric: Metric): Best | undefined {
  let best: Best | undefined;
  for (const trial of trials) {
    if (trial.state !== "complete" || trial.excluded || !isFeasible(trial)) continue;
    const value = trial.values[metric.index];
    if (!Number.isFinite(value)) continue;
    const isBetter =
      !best || badnessOf(value, metric.direction) < badnessOf(best.value, metric.direction);
    if (isBetter) best = { trial, value };
  }
  return best;
}

/** "best 0.0116 at trial 61" */
export const bestText = (best: Best | undefined): string =>
  best ? `best ${numberText(best.value)} at trial ${best.trial.number}` : "no best trial yet";

export interface ValueScale {
  readonly scale: Scale;
  /** The end of the axis where bad values are. */
  readonly badEnd: number;
  /** Of values beyond the bad end, which are drawn on it. */
  readonly beyond: number;
  /** Where a value is drawn: on the axis, at its bad end where it lies beyond. */
  readonly shown: (value: number) => number;
}

/** A few values so far out would leave a line of all the others. */
const CUT = { log: 3, linear: 8 };

/**
 * The axis of a metric's values. It ends where the worst tenth begins, if that tenth would take most
 * of the axis; and is linear for a share to be maximised, whose best values a logarithm would join.
 */
export function valueScale(values: readonly number[], direction: Direction): ValueScale {
  const finite = values.filter(Number.isFinite);
  const isShare = direction === "maximize" && finite.every((value) => value >= 0 && value <= 1);
  const whole = scaleFor(finite, isShare ? { log: false } : {});
  const log = whole.kind === "log";
  const placed = finite.map((value) => badnessOf(log ? Math.log10(value) : value, direction));
  const [best, tenth, worst] = [quantile(placed, 0), quantile(placed, 0.9), quantile(placed, 1)];
  const isCut = tenth > best && worst - best > CUT[log ? "log" : "linear"] * (tenth - best);
  const last = isCut ? tenth + (tenth - best) / 4 : Infinity;
  const inside = finite.filter((_, i) => placed[i] <= last);
  const scale = isCut ? scaleFor(inside, { log }) : whole;
  const { low, high } = scale as Extract<Scale, { kind: "log" }>;
  const badEnd = direction === "minimize" ? high : low;
  return {
    scale,
    badEnd,
    beyond: finite.length - inside.length,
    shown: (value) => Math.max(low, Math.min(high, value)),
  };
}

/** "7 beyond the axis, drawn at its end"; nothing where none are. */
export const beyondText = (beyond: number): readonly string[] =>
  beyond > 0 ? [`${beyond} beyond the axis, drawn at its end`] : [];
