import type { Strategy, StrategyIdentity } from "../contracts/strategy.ts";
import { HpoError } from "../errors/errors.ts";

/**
 * Stands for a strategy that a program made itself, in a process that was not given it: the study
 * can be looked at, told and queued to, and is asked for nothing.
 */
export function missingStrategy(identity: StrategyIdentity, study: string): Strategy {
  return {
    ...identity,
    init: () => undefined,
    observe: () => undefined,
    suggest() {
      throw new HpoError(
        `Study "${study}" is searched by the strategy "${identity.name}", which is none of hpo's, ` +
          `so nothing can be suggested here. Give it: loadStudy(${JSON.stringify(study)}, { storage, strategy }), ` +
          "or run the study file that declares it.",
      );
    },
  };
}
