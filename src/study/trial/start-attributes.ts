import type { Params } from "../../space/search-space.ts";
import type { Seen } from "../suggester.ts";

/** The system attributes of a trial that was started by this library. */
export const RUNNING_ATTRIBUTE = {
  /** What its suggestion had seen, and under which version: makes it replayable. */
  asked: "hpo:asked",
  /** The process that runs it; null where that process handed it back. */
  runner: "hpo:runner",
  /** How often it was started again. */
  attempts: "hpo:attempts",
  /** When a trial that was asked from outside counts as lost (ISO 8601). */
  expires: "hpo:expires",
  why: "hpo:why",
} as const;

export interface Asked extends Seen {
  /** Index among the study's versions; 0 if left out. */
  readonly version?: number;
  /** Define-by-run: what was suggested before the objective asked. */
  readonly suggested?: Params;
}
