import { requireDirections } from "../contracts/directions.ts";
import { numberText, percentText } from "../plots/chart/number-text.ts";
import { costSection } from "./cost.ts";
import { divergedSection, troubledCount } from "./diverged.ts";
import { findingsOf, type Findings, type StudyToReport } from "./findings.ts";
import { foundSection } from "./found.ts";
import { mattersSection } from "./matters.ts";
import { nextSection } from "./next.ts";
import { reportPage } from "./page.ts";
import { searchedSection } from "./searched.ts";
import { theorySection } from "./theory.ts";
import { counted } from "../errors/counted.ts";

export interface ReportOptions {
  /** Of several metrics the one that is reported most of, by its name; the first by default. */
  readonly metric?: string;
}

/**
 * A study in one HTML page: what was searched, what was found and how sure, what matters, what
 * diverged, what theory said, what it cost and what to try next. It needs no network and no scripts, is
 * light or dark as the reader's system is, and comes out the same to the byte each time.
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import { loadStudy } from "hpo";
 * import { report } from "hpo/plots";
 *
 * const study = await loadStudy("digits", { storage: "sqlite:hpo.db" });
 * await writeFile("report.html", report(study));
 * ```
 * @throws HpoError if the study has no metric of this name
 */
export function report(study: StudyToReport, { metric }: ReportOptions = {}): string {
  requireDirections(study);
  const findings = findingsOf(study, metric);
  const next = nextSection(findings);
  const sections = [
    searchedSection,
    foundSection,
    mattersSection,
    divergedSection,
    theorySection,
    costSection,
  ];
  const parts = [...sections.map((section) => section(findings)), next];
  return reportPage(study.name, summaryOf(findings, next.points?.[0]), parts);
}

/** The report in a few lines. */
function summaryOf(findings: Findings, firstAdvice: string | undefined): string[] {
  const { ranking, importance, metric, study } = findings;
  const [best] = ranking;
  const [first] = importance.importance;
  const trouble = troubledCount(findings);
  const isOne = study.directions.length === 1;
  const front = findings.front.length;
  return [
    ...(best && isOne
      ? [`Best: ${metric.name} ${numberText(best.value)}, trial ${best.trial.number}.`]
      : []),
    ...(front > 0 ? [`The front of the metrics has ${counted(front, "trial")}.`] : []),
    ...(first && importance.note === undefined
      ? [`What matters most: ${first.name} (${percentText(first.share)}).`]
      : []),
    ...(trouble > 0
      ? [
          `${trouble} of ${counted(findings.finished.length, "trial")} diverged or ran out of memory.`,
        ]
      : []),
    ...(firstAdvice === undefined ? [] : [`Next: ${firstAdvice}`]),
  ];
}
