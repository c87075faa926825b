import { numberText, percentText } from "../../plots/chart/number-text.ts";
import { loggedEdges } from "../../plots/study/logged-edges.ts";
import { parameterOfRole } from "../../plots/study/roles.ts";
import { toUnit } from "../../space/unit-cube.ts";
import { troubledCount } from "../diverged.ts";
import type { Findings } from "../findings.ts";
import { nearestToEdge } from "../theory.ts";

/** Trainings below this share of the edge of stability leave room for a larger learning rate. */
const NEAR = 0.5;
const FEWEST_TRIALS = 20;
/** A best rate in this upper part of its range says that larger ones may be better. */
const UPPER = 0.66;

/** Where no trial came near the edge of stability, a larger learning rate is untried. */
export function largerRate(findings: Findings): string[] {
  const { study, finished } = findings;
  const name = parameterOfRole(study, "learningRate");
  if (name === undefined || finished.length < FEWEST_TRIALS) return [];
  const nearest = nearestToEdge(loggedEdges(study));
  if (nearest) {
    if (nearest.share >= NEAR) return [];
    return [
      `${name}: no trial came near the edge of stability; the nearest, trial ${nearest.trial}, reached ${percentText(nearest.share)} of it. Try larger rates.`,
    ];
  }
  return [...belowMeasuredEdge(findings), ...nothingDiverged(findings, name)].slice(0, 1);
}

function belowMeasuredEdge({ study, finished }: Findings): string[] {
  return (study.theory?.arms ?? []).flatMap(({ learningRate, stabilityEdge }) => {
    const tried = finished
      .map(({ params }) => Number(params[learningRate]))
      .filter((rate) => rate > 0);
    const largest = Math.max(...tried);
    if (stabilityEdge === undefined || !(largest < NEAR * stabilityEdge)) return [];
    return [
      `${learningRate}: the largest that was tried is ${numberText(largest)}, ${percentText(largest / stabilityEdge)} of the largest stable one, ${numberText(stabilityEdge)}. Try larger rates.`,
    ];
  });
}

function nothingDiverged(findings: Findings, name: string): string[] {
  const { study, ranking } = findings;
  const distribution = study.space.parameters.find((one) => one.name === name)?.distribution;
  const best = ranking[0]?.trial.params[name];
  if (troubledCount(findings) > 0 || !distribution || typeof best !== "number") return [];
  if (toUnit(distribution, best) < UPPER) return [];
  return [
    `${name}: no trial diverged, and the best rate, ${numberText(best)}, lies in the upper third of the range. Try larger rates: the edge of stability has not been seen.`,
  ];
}
