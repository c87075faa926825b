import type { Findings } from "./findings.ts";
import { ADVICE } from "./advice/advice.ts";
import type { ReportSection } from "./section.ts";

/** What to try next, each with its reason. */
export function nextSection(findings: Findings): ReportSection {
  const points = ADVICE.flatMap((advise) => advise(findings));
  return {
    title: "What to try next",
    said:
      points.length > 0
        ? []
        : ["Nothing in these trials asks for another range, rate or number of trials."],
    points,
  };
}
