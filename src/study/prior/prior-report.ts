import { observationOf } from "../../contracts/observation.ts";
import type { StudyView } from "../study-view.ts";
import { theoryReport, type TheoryReport } from "../../theory/study/report.ts";

/**
 * What theory proposed for a study, and what its trials made of it; undefined without such a prior.
 *
 * @example
 * ```ts
 * import { loadStudy, priorReport } from "hpo";
 *
 * const study = await loadStudy("digits", { storage: "sqlite:hpo.db" });
 * console.log(priorReport(study) ?? "no prior from theory");
 * ```
 */
export function priorReport(study: StudyView): TheoryReport | undefined {
  const { space, prior } = study.version;
  if (!space || !prior) return undefined;
  const history = study.finished.map((trial) => observationOf(trial, study.directions));
  return theoryReport(space, prior, history);
}
