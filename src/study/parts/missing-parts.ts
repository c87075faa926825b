import { isIdentity } from "../../contracts/identity.ts";
import type { Pruner, PrunerIdentity } from "../../contracts/pruner.ts";
import type { Strategy, StrategyIdentity } from "../../contracts/strategy.ts";
import { HpoError } from "../../errors/errors.ts";

interface MissingStrategy extends Strategy {
  readonly isMissing: true;
}

export const isMissing = (strategy: Strategy): boolean =>
  (strategy as Partial<MissingStrategy>).isMissing === true;

/**
 * Stands for a strategy that its user wrote, in a process that was not given it: the study can be
 * looked at, told and queued to, and is asked for nothing.
 */
export function missingStrategy(identity: StrategyIdentity, study: string): MissingStrategy {
  return {
    ...identity,
    isMissing: true,
    init: () => undefined,
    observe: () => undefined,
    suggest() {
      throw missing("strategy", identity, study, "nothing can be suggested here");
    },
  };
}

/** Stands for a pruner that its user wrote, in a process that was not given it. */
export function missingPruner(identity: PrunerIdentity, study: string): Pruner {
  return {
    ...identity,
    init: () => undefined,
    observe: () => undefined,
    shouldPrune() {
      throw missing("pruner", identity, study, "nothing can be pruned here");
    },
  };
}

/** The error for a part that is not here: what it is, where it came from, and how to give it. */
export function missing(
  kind: "strategy" | "pruner",
  identity: StrategyIdentity,
  study: string,
  so: string,
): HpoError {
  const { name, file } = ownPart(kind, identity);
  const from = file === undefined ? "a program's own" : `of ${file}`;
  return new HpoError(
    `Study ${JSON.stringify(study)} is ${kind === "strategy" ? "searched" : "pruned"} by the ${kind} "${name}", ` +
      `${from}, which is none of hpo's, so ${so}. Give it: --${kind} FILE#EXPORT on the command line, ` +
      `loadStudy(${JSON.stringify(study)}, { storage, ${kind} }) in a program, or use the study ` +
      "file that declares it.",
  );
}

/** The innermost part that is not hpo's, where one is made of another. */
function ownPart(kind: string, identity: StrategyIdentity): StrategyIdentity {
  const inner = identity.options?.[kind];
  return identity.file === undefined && isIdentity(inner) ? ownPart(kind, inner) : identity;
}
