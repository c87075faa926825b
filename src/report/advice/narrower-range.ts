import { percentText } from "../../plots/chart/number-text.ts";
import { troubledCount } from "../diverged.ts";
import type { Findings } from "../findings.ts";
import { TOP } from "../found.ts";
import { isInside, rateOf, regionOfTrouble, whereText } from "../../plots/study/trouble.ts";
import { counted } from "../../errors/counted.ts";

/** From this share of trials on, what diverges is worth a narrower range. */
const COSTLY = 0.1;
/** So many trials inside must end badly. */
const MOSTLY = 0.5;

/** Where most trials diverge and none of the best lies, nothing is to be found. */
export function narrowerRange(findings: Findings): string[] {
  if (troubledCount(findings) < COSTLY * findings.finished.length) return [];
  const region = regionOfTrouble(findings.study);
  if (!region || rateOf(region.inside) < MOSTLY) return [];
  const top = findings.ranking.slice(0, TOP);
  if (top.some(({ trial }) => isInside(region, trial.params))) return [];
  return [
    `Leave out ${whereText(region)}: of ${counted(region.inside.trials, "trial")} there ${percentText(rateOf(region.inside))} diverged or ran out of memory, and none of the best lies there.`,
  ];
}
