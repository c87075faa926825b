import type { Direction, Trial } from "../../contracts/trial.ts";
import type { SearchSpace } from "../../space/search-space.ts";
import type { TheoryProposal } from "../../theory/study/proposal.ts";

/** What plots are made from: records of a study, that need no open study and no storage. */
export interface PlottedStudy {
  readonly name: string;
  /** One per metric. */
  readonly directions: readonly Direction[];
  /** Undefined where the metrics have no names. */
  readonly metricNames?: readonly string[];
  /** By number. */
  readonly trials: readonly Trial[];
  /** What is searched now; trials may lie outside of it, as ranges move. */
  readonly space: SearchSpace;
  /** What theory proposed, where the study has such a prior. */
  readonly theory?: TheoryProposal;
}

/** The part of an open study that is read. */
export interface StudyToPlot {
  readonly name: string;
  readonly directions: readonly Direction[];
  readonly metricNames: readonly string[] | undefined;
  readonly space: SearchSpace;
  readonly version: { readonly prior?: TheoryProposal };
  trials(): readonly Trial[];
}

/**
 * An open study as it stands.
 *
 * @example
 * ```ts
 * import { loadStudy } from "hpo";
 * import { plot, plottedStudy } from "hpo/plots";
 *
 * const study = await loadStudy("digits", { storage: "sqlite:hpo.db" });
 * const frozen = plottedStudy(study); // as it stands now, whatever it does later
 * console.log(plot(frozen, "history").data);
 * ```
 */
export const plottedStudy = (study: StudyToPlot): PlottedStudy => ({
  name: study.name,
  directions: study.directions,
  ...(study.metricNames && { metricNames: study.metricNames }),
  trials: study.trials(),
  space: study.space,
  ...(study.version.prior && { theory: study.version.prior }),
});
