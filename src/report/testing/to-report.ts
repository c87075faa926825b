import { isFinished } from "../../contracts/trial.ts";
import type { PlottedStudy } from "../../plots/study/plotted-study.ts";
import type { StudyToReport } from "../findings.ts";

/** Records of a study, as an open one shows them; they finished in their order. */
export const toReport = ({
  trials,
  theory,
  metricNames,
  ...rest
}: PlottedStudy): StudyToReport => ({
  ...rest,
  metricNames,
  version: { strategy: { name: "bayesian" }, seed: 3, ...(theory && { prior: theory }) },
  finished: trials.filter(isFinished),
  trials: () => trials,
});
