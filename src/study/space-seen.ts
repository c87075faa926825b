import { isFinished, type Trial } from "../contracts/trial.ts";
import { inferSpace } from "../space/infer-space.ts";
import type { StudyState } from "./study-state.ts";
import type { SearchSpace } from "../space/search-space.ts";

/** The declared space of an open study, or what its trials show of it so far. */
export const knownSpace = ({ version, history }: Pick<StudyState, "version" | "history">) =>
  version.space ?? spaceSeen(history.finished);

/**
 * What trials show of the space that their objective defines as it runs. A failed trial may have
 * ended before it asked for all its parameters.
 */
export const spaceSeen = (trials: readonly Trial[]): SearchSpace =>
  inferSpace(
    trials.filter((trial) => isFinished(trial) && trial.state !== "failed" && !trial.excluded),
  );
