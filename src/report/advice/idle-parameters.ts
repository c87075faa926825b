import { percentText } from "../../plots/chart/number-text.ts";
import type { Findings } from "../findings.ts";
import { HARDLY, UNSURE } from "../matters.ts";
import { listed } from "../words.ts";

const FEWEST_TRIALS = 30;

/** A parameter that does nothing costs trials: alone, and together with any other one. */
export function idleParameters({ importance, study }: Findings): string[] {
  // What changes one metric little may change another one.
  if (study.directions.length > 1) return [];
  const { note, trials, importance: shares } = importance;
  if (note !== undefined || trials < FEWEST_TRIALS || shares[0].spread > UNSURE) return [];
  const idle = shares
    .filter(({ share, spread, total = 0 }) => share + spread < HARDLY && total < 2 * HARDLY)
    .map(({ name }) => name);
  if (idle.length === 0 || idle.length === shares.length) return [];
  return [
    `${listed(idle)}: no effect is seen (under ${percentText(HARDLY)}). Fix ${idle.length === 1 ? "it at its" : "them at their"} usual value, and the others are searched faster.`,
  ];
}
