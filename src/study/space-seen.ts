import { isFinished, type Trial } from "../contracts/trial.ts";
import { inferSpace } from "../space/infer-space.ts";
import type { StudyState } from "./study-state.ts";
import type { SearchSpace } from "../space/search-space.ts";

/** The declared space of an open study, or what its trials show of it so far. */
export const knownSpace = ({ version, history }: Pick<StudyState, "version" | "history">) =>
  version.space ?? spaceSeen(history.finished);

/**
 * The space that a define-by-run study's trials show. Failed trials are left out, as they may have
 * ended before they asked for all their parameters.
 */
export const spaceSeen = (trials: readonly Trial[]): SearchSpace =>
  inferSpace(
    trials.filter((trial) => isFinished(trial) && trial.state !== "failed" && !trial.excluded),
  );
