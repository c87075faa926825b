import type { WatchedPrior } from "../../contracts/watched-prior.ts";
import { watchTheory } from "../../theory/study/watch.ts";
import type { StudyVersion } from "../study-version.ts";

/** The version's prior, to be judged by the trials. */
export const watchedPriorOf = ({ space, prior }: StudyVersion): WatchedPrior | undefined =>
  space && prior && watchTheory(space, prior);
