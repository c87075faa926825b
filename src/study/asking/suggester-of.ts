import { watchedPriorOf } from "../prior/watched-prior.ts";
import type { StudyVersion } from "../study-version.ts";
import { Suggester, type SuggesterOptions } from "./suggester.ts";

/** The suggester of a version of a study. */
export function suggesterOf(
  version: StudyVersion,
  parts: Pick<SuggesterOptions, "strategy" | "directions" | "repeats" | "onPriorChange">,
): Suggester {
  const { seed, space, roles, trialBudget } = version;
  const prior = watchedPriorOf(version);
  return new Suggester({ ...parts, seed, space, prior, roles, trialBudget });
}
