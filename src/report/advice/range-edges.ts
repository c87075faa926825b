import { numberText } from "../../plots/chart/number-text.ts";
import type { NumericDistribution } from "../../space/distribution.ts";
import type { Trial } from "../../contracts/trial.ts";
import { cardinality } from "../../space/distribution.ts";
import { toUnit } from "../../space/unit-cube.ts";
import type { Findings } from "../findings.ts";
import { TOP } from "../found.ts";

/** The best lies at an end of a range if it is within this share of it … */
const AT_END = 0.05;
/** … and at least half of the best ten are within this share. */
const NEAR_END = 0.15;
const FEWEST = 10;
/** So many integers or steps are a choice rather than a range. */
const FEWEST_CELLS = 8;
/** How far a logarithmic range is to go on, as a share of its length. */
const FURTHER = 0.25;

/** A range at whose end the best lies hides what is beyond. Of several metrics each has ends of its own. */
export function rangeEdges({ study, ranking }: Findings): string[] {
  if (ranking.length < FEWEST || study.directions.length > 1) return [];
  const top = ranking.slice(0, TOP).map(({ trial }) => trial);
  return study.space.parameters.flatMap(({ name, distribution }) => {
    if (distribution.kind === "categorical" || cardinality(distribution) < FEWEST_CELLS) return [];
    const side = endOf(top, name, distribution);
    if (!side) return [];
    const { end, near, best } = side;
    return [
      `${name}: the best trial has ${numberText(best)}, at the ${end} end of the range, and ${near} of the best ${top.length} are near it. Search ${beyondText(distribution, end)}.`,
    ];
  });
}

interface End {
  readonly end: "lower" | "upper";
  /** How many of the best lie near it. */
  readonly near: number;
  readonly best: number;
}

function endOf(
  top: readonly Trial[],
  name: string,
  distribution: NumericDistribution,
): End | undefined {
  const units = top.flatMap(({ params }) => {
    const unit = Object.hasOwn(params, name) ? toUnit(distribution, params[name]) : NaN;
    return Number.isNaN(unit) ? [] : [unit];
  });
  const best = top[0].params[name];
  if (units.length < top.length || typeof best !== "number") return undefined;
  for (const end of ["lower", "upper"] as const) {
    const fromEnd = units.map((unit) => (end === "lower" ? unit : 1 - unit));
    const near = fromEnd.filter((far) => far <= NEAR_END).length;
    if (fromEnd[0] <= AT_END && near >= top.length / 2) return { end, near, best };
  }
  return undefined;
}

function beyondText({ low, high, log }: NumericDistribution, end: End["end"]): string {
  if (!log)
    return `${end === "lower" ? "below" : "above"} ${numberText(end === "lower" ? low : high)}, if values there make sense`;
  const factor = (high / low) ** FURTHER;
  const to = end === "lower" ? low / factor : high * factor;
  return `on to about ${numberText(to, 1)}`;
}
