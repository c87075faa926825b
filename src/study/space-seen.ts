import { isFinished, type Trial } from "../contracts/trial.ts";
import { inferSpace } from "../space/infer-space.ts";
import type { SearchSpace } from "../space/search-space.ts";
import type { History } from "./history.ts";
import type { StudyVersion } from "./study-version.ts";

/** The declared space of a study, or what its trials show of it so far, whichever library ran them. */
export const knownSpace = ({
  version,
  history,
}: {
  readonly version: StudyVersion;
  readonly history: History;
}): SearchSpace =>
  // Another library's trials have no order in which they finished until hpo goes on with the study.
  version.space ?? spaceSeen(history.hasUnindexed ? history.trials : history.finished);

/**
 * The space that a define-by-run study's trials show. Failed trials are left out, as they may have
 * ended before they asked for all their parameters.
 */
export const spaceSeen = (trials: readonly Trial[]): SearchSpace =>
  inferSpace(
    trials.filter((trial) => isFinished(trial) && trial.state !== "failed" && !trial.excluded),
  );
