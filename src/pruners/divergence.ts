import { countWhile, insertInto } from "../numerics/ascending.ts";
import { medianOf } from "../numerics/quantile.ts";
import type { Report } from "../contracts/trial.ts";
import { parseEdge, type Edge, type EdgeOptions } from "./edge.ts";
import { requireInteger, requireWithin, givenOptions } from "../errors/checks.ts";
import type { Judgement, PruneContext, Pruner } from "../contracts/pruner.ts";
import { growingFold } from "./growing-fold.ts";
import { collect, leastOfFirst } from "./reported-values.ts";

/** Options of `divergence`. */
export interface DivergenceOptions {
  /** How far beyond the envelope's centre, in robust standard deviations; ≥ 0; 5 if left out. */
  readonly width?: number;
  /** So many reports in a row must lie beyond it; ≥ 1; 2 if left out: a spike may pass. */
  readonly patience?: number;
  /** The envelope holds at a step once so many completed trials reported there, ≥ 1; 5 if left out. */
  readonly startupTrials?: number;
  /** Below this step, ≥ 0, the envelope doesn't hold; 0 if left out. Explosions count at any step. */
  readonly warmupSteps?: number;
  /** A value so many times any size before it, in the same trial, is one; ≥ 1; 1000 if left out. */
  readonly explosionFactor?: number;
  /**
   * The stability edge as a warning, for trials that log their sharpness. Left out: none.
   */
  readonly edge?: EdgeOptions;
}

interface State {
  /** By step: the finite values that completed trials reported there, ascending. */
  readonly valuesAt: Map<number, number[]>;
  /** The ranges of completed trials' curves, greatest minus least, ascending. */
  readonly ranges: number[];
}

/** Makes the median absolute deviation a standard deviation under the normal law: 1/Φ⁻¹(3/4). */
const MAD_TO_SIGMA = 1.4826;
/** The envelope is nowhere narrower than this part of what a curve usually covers. */
const LEAST_PART = 0.05;
/** What is left of the envelope's width for a trial that gets worse beyond its edge. */
const EDGE_WIDTH = 0.5;
/** A trial that reported so often without what its edge needs is told of. */
const SILENT_REPORTS = 10;

/**
 * Prunes a trial whose training diverges: far worse than trials that came to their end, not merely
 * worse than most of them.
 *
 * At once, at any step and without any history: a report of NaN or as bad as can be, and an
 * explosion, vₙ > explosionFactor · max |v₁ … vₙ₋₁| (the maximum not being 0).
 *
 * Otherwise by the envelope of completed trials' finite reports x₁ … xₖ at the same step s,
 *
 *   mₛ = median xᵢ,   σₛ = max(1.4826 · median |xᵢ − mₛ|, 0.05 · median range of their curves),
 *
 * if the last `patience` reports all have v > mₛ + width · σₛ. Median and MAD bear up to half of the
 * completed curves gone astray (Hampel's identifier; Leys et al., J. Exp. Soc. Psychol. 49, 2013,
 * eq. 1). The second term keeps a few alike curves from making a narrow envelope; where both are 0
 * the envelope says nothing. Shifting or scaling the metric changes no decision of the envelope.
 *
 * With `edge`, a trial may be warned: its learning rate is `factor` times the greatest that is
 * stable at the sharpness that it logged (Cohen et al., arXiv 2103.00065; src/theory/curvature/stability.ts).
 * That alone never stops it: at the edge trainings go on, and beyond it for some steps. But while it
 * gets worse, vₙ > vₙ₋₁, and since the sharpness was logged has no new best, the envelope's width is
 * half of `width`, one report less must lie beyond it, and an explosion may take several reports: it
 * counts from where the rise began. The text of its judgements tells of the warning.
 * @throws HpoError on an option out of its range
 *
 * @example
 * ```ts
 * import { divergence } from "hpo/pruners";
 *
 * const pruner = divergence({ edge: { rule: { kind: "heavyBall", momentum: 0.9 } } }); // defineStudy({ …, pruner })
 * ```
 */
export function divergence(options: DivergenceOptions = {}): Pruner<State> {
  const given = givenOptions("divergence", options, [
    "width",
    "patience",
    "startupTrials",
    "warmupSteps",
    "explosionFactor",
    "edge",
  ]);
  const limits = limitsOf(given);
  const edge = given.edge === undefined ? undefined : parseEdge(given.edge);
  const judge = (state: State, context: PruneContext): Judgement =>
    judged(state, context, limits, edge);
  return {
    name: "divergence",
    options: { ...given },
    init: () => ({ valuesAt: new Map(), ranges: [] }),
    observe(state, trial) {
      if (trial.outcome === "complete") takeIn(state, trial.reports);
      return state;
    },
    judge,
    shouldPrune: (state, context) => judge(state, context).prune,
  };
}

type Limits = Required<Omit<DivergenceOptions, "edge">>;

function limitsOf(options: DivergenceOptions): Limits {
  const { width = 5, patience = 2, startupTrials = 5, warmupSteps = 0 } = options;
  const { explosionFactor = 1000 } = options;
  requireWithin("divergence: width", width, 0, Infinity);
  requireInteger("divergence: patience", patience, 1);
  requireInteger("divergence: startupTrials", startupTrials, 1);
  requireInteger("divergence: warmupSteps", warmupSteps, 0);
  requireWithin("divergence: explosionFactor", explosionFactor, 1, Infinity);
  return { width, patience, startupTrials, warmupSteps, explosionFactor };
}

function judged(state: State, context: PruneContext, limits: Limits, edge?: Edge): Judgement {
  const { reports } = context.trial;
  const why = whyStop(state, reports, limits, reports.length - 1);
  const reading = edge?.read(context);
  if (reading?.kind !== "known" || !reading.isBeyond) {
    if (why !== undefined) return { prune: true, text: `${why}.` };
    const isSilent = reading?.kind === "missing" && reports.length >= SILENT_REPORTS;
    return { prune: false, ...(isSilent && { text: `${reading.text}.` }) };
  }
  const tight =
    why ?? (isWorsening(reports, reading.step) ? whyWarned(state, reports, limits) : undefined);
  if (tight === undefined) return { prune: false, text: `${reading.text}.` };
  return { prune: true, text: `${tight}; ${reading.text}.` };
}

/** Why to stop by the limits as they are. @param calm the reports before which none is a rise's */
function whyStop(
  state: State,
  reports: readonly Report[],
  limits: Limits,
  calm: number,
): string | undefined {
  const exploded = howExploded(reports, limits.explosionFactor, calm);
  if (exploded !== undefined) return exploded;
  const { patience, width } = limits;
  if (reports.length < patience) return undefined;
  if (!reports.slice(-patience).every((report) => isBeyond(state, report, limits)))
    return undefined;
  const count = patience === 1 ? "a report" : `${patience} reports in a row`;
  return `${count} lay more than ${width} deviations outside the envelope of completed trials`;
}

/** The same for a trial that gets worse beyond its edge. */
const whyWarned = (state: State, reports: readonly Report[], limits: Limits): string | undefined =>
  whyStop(
    state,
    reports,
    { ...limits, width: limits.width * EDGE_WIDTH, patience: Math.max(1, limits.patience - 1) },
    courseOf(reports).calm,
  );

function isBeyond({ valuesAt, ranges }: State, { step, value }: Report, limits: Limits): boolean {
  const values = valuesAt.get(step);
  if (step < limits.warmupSteps || !values || values.length < limits.startupTrials) return false;
  const centre = medianOf(values);
  const spread = MAD_TO_SIGMA * medianOf(values.map((one) => Math.abs(one - centre)));
  const sigma = Math.max(spread, LEAST_PART * medianOf(ranges));
  return sigma > 0 && value > centre + limits.width * sigma;
}

/** Worse than a report ago, and since the sharpness was logged no better than before it. */
function isWorsening(reports: readonly Report[], loggedAt: number): boolean {
  const [before, last] = reports.slice(-2);
  if (!last || !(last.value > before.value)) return false;
  const least = leastOfFirst(reports);
  const old = least[countWhile(reports, ({ step }) => step <= loggedAt)] ?? Infinity;
  return !(least[reports.length]! < old);
}

/** What a curve was, report by report. */
interface Course {
  /** By how many reports: the greatest finite size among the first so many; 0 if there is none. */
  readonly sizes: number[];
  /** How many reports there are before the rise that the last one ends. */
  readonly calm: number;
  readonly last: number;
  readonly isRising: boolean;
}

const courseOf = growingFold<Course>(
  () => ({ sizes: [0], calm: 0, last: NaN, isRising: false }),
  ({ sizes, calm, last, isRising }, { value }, index) => {
    const size = Number.isFinite(value) ? Math.abs(value) : 0;
    sizes.push(Math.max(sizes[index], size));
    return { sizes, calm: isRising ? calm : index, last: value, isRising: value > last };
  },
);

function takeIn({ valuesAt, ranges }: State, reports: readonly Report[]): void {
  let low = Infinity;
  let high = -Infinity;
  for (const report of reports) {
    if (!Number.isFinite(report.value)) continue;
    collect(valuesAt, report);
    low = Math.min(low, report.value);
    high = Math.max(high, report.value);
  }
  if (low <= high) insertInto(ranges, high - low);
}

/** How the last report is NaN, +Infinity, or out of all proportion to the first `calm` ones. */
function howExploded(reports: readonly Report[], factor: number, calm: number): string | undefined {
  const last = reports.at(-1);
  if (last === undefined) return undefined;
  if (Number.isNaN(last.value)) return "it reported NaN";
  if (last.value === Infinity) return "it reported a value as bad as can be";
  const size = courseOf(reports).sizes[calm];
  if (!(size > 0 && last.value > factor * size)) return undefined;
  const since = calm < reports.length - 1 ? "before its rise" : "before";
  return `it exploded: to more than ${factor} times any report ${since}`;
}
