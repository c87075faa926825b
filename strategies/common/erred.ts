import type { Observation } from "../../src/contracts/strategy.ts";

/**
 * Whether a trial threw, took too long, or failed for an unknown reason. That tells nothing of the value of
 * its parameters, but who fails there may fail there again: such a trial counts as one under way, for which a
 * strategy looks elsewhere. A lost host and a cancelled trial tell not even that.
 */
export const mayErrAgain = ({ outcome, failure }: Observation): boolean =>
  outcome === "failed" && (!failure || ["error", "timeout", "unknown"].includes(failure.reason));
