import type { Prior } from "../space/prior.ts";
import type { Observation } from "./strategy.ts";

/**
 * What a study believes before any trial, and judges by its trials. Like a strategy's state, it is a
 * fold over the history: the same trials give the same belief, in whichever process.
 */
export interface WatchedPrior {
  /** Before any trial. */
  begin(): PriorWatch;
}

export interface PriorWatch {
  /** In force now; undefined: uniform. */
  readonly prior: Prior | undefined;
  /** Whether the study still judges it; if not, what is left are the users' own priors. */
  readonly isWatched: boolean;
  /** In a word or two, for people: "kept", "weakened", "dropped". */
  readonly state: string;
  /** Takes in the next finished trial. @returns what changed by it, as a sentence, if anything did */
  observe(trial: Observation): string | undefined;
}
