import type { Asked } from "../trial/start-attributes.ts";
import { type Params } from "../../space/search-space.ts";
import { paramsKey } from "../../space/points.ts";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import { identityOf, sameIdentity } from "../../contracts/identity.ts";
import type { Strategy, Suggestion, StrategyIdentity } from "../../contracts/strategy.ts";
import type { Study } from "../study.ts";
import { excludedAfter } from "../steer/exclusions.ts";
import { HpoError } from "../../errors/errors.ts";
import { isMissing, missing } from "../parts/missing-parts.ts";
import { engineOf } from "../study-internals.ts";
import { revisionChanges } from "../parts/revision-changes.ts";
import { PendingAsSeen } from "./seen.ts";
import type { Suggester } from "./suggester.ts";
import { suggesterOf } from "./suggester-of.ts";
import type { Trial } from "../../contracts/trial.ts";

/** A suggestion computed again, beside what the trial had. */
export interface Replayed {
  readonly number: number;
  readonly same: boolean;
  readonly recorded: Params;
  /** Undefined: the strategy has nothing to suggest there. */
  readonly replayed?: Params;
}

/**
 * Computes suggestions again from the stored history: what each had seen is recorded with its
 * trial. Trials without such a record (added, or another library's) are left out.
 * @param numbers which trials; all if left out
 * @throws HpoError if a trial was suggested by a strategy that `strategyOf` does not know.
 *
 * @example
 * ```ts
 * import { loadStudy, replay, strategyOf } from "hpo";
 *
 * const study = await loadStudy("digits", { storage: "sqlite:hpo.db" });
 * const different = (await replay(study, strategyOf, [0, 1, 2])).filter(({ same }) => !same);
 * console.log(different.length === 0 ? "all the same" : different);
 * ```
 */
export async function replay(
  study: Study,
  strategyOf: (identity: StrategyIdentity) => Strategy | undefined,
  numbers?: readonly number[],
): Promise<readonly Replayed[]> {
  await study.refresh();
  const trials = study.trials();
  const unknown = numbers?.find((number) => !trials.some((trial) => trial.number === number));
  if (unknown !== undefined) {
    throw new HpoError(
      `Study ${JSON.stringify(study.name)} has no trial ${unknown}; it has ${trials.length}, counted from 0.`,
    );
  }
  const asked = trials
    .filter((trial) => ATTRIBUTE.asked in trial.systemAttrs)
    .filter((trial) => numbers === undefined || numbers.includes(trial.number))
    // By how many ends each had seen, so that the fold never starts anew.
    .sort((a, b) => order(askedOf(a), askedOf(b)) || a.number - b.number);
  const suggesters = new Map<number, Suggester>();
  const pending = new PendingAsSeen(study);
  return asked.map((trial) => {
    const { version = 0 } = askedOf(trial);
    const suggester = suggesters.get(version) ?? suggesterAt(study, version, strategyOf);
    suggesters.set(version, suggester);
    return replayOne(study, suggester, trial, pending);
  });
}

/**
 * Notes to show before a replay: which strategies searched the study at another revision than the
 * one here, and what changed between the two.
 * @param strategyOf as for `replay`
 */
export const replayNotes = (
  study: Study,
  strategyOf: (identity: StrategyIdentity) => Strategy | undefined,
): string[] => [
  ...new Set(
    study.versions.flatMap(({ strategy }) =>
      revisionChanges("strategy", strategy, strategyOf(strategy) ?? study.strategy),
    ),
  ),
];

const order = (a: Asked, b: Asked): number =>
  a.finished - b.finished || (a.exclusions ?? 0) - (b.exclusions ?? 0);

const askedOf = (trial: Trial): Asked => trial.systemAttrs[ATTRIBUTE.asked] as Asked;

function suggesterAt(
  study: Study,
  version: number,
  strategyOf: (identity: StrategyIdentity) => Strategy | undefined,
): Suggester {
  const { strategy: identity } = study.versions[version];
  const isStudys = sameIdentity(identity, identityOf(study.strategy)) && !isMissing(study.strategy);
  const strategy = isStudys ? study.strategy : strategyOf(identity);
  if (!strategy) {
    throw missing("strategy", identity, study.name, "its suggestions can't be computed again here");
  }
  const { directions, repeats } = study;
  return suggesterOf(study.versions[version], { strategy, directions, repeats });
}

function replayOne(
  study: Study,
  suggester: Suggester,
  trial: Trial,
  pending: PendingAsSeen,
): Replayed {
  const asked = askedOf(trial);
  const excluded = excludedAfter(engineOf(study).state.exclusions, asked.exclusions ?? 0);
  const suggestion = suggester.suggest(
    trial.number,
    study.finished,
    asked.finished,
    pending.of(trial.number, asked),
    excluded,
  );
  const recorded = asked.suggested ?? trial.params;
  const replayed = withFixed(suggester, suggestion, trial);
  const same = replayed !== undefined && paramsKey(replayed) === paramsKey(recorded);
  return { number: trial.number, same, recorded, replayed };
}

/** An enqueued trial's fixed parameters stand before what was suggested. */
function withFixed(suggester: Suggester, suggestion: Suggestion, trial: Trial): Params | undefined {
  const fixed = trial.systemAttrs[ATTRIBUTE.fixedParams] as Params | undefined;
  const suggested = suggestion.kind === "params" ? suggestion.params : {};
  if (fixed) return suggester.fill(fixed, suggested, trial.number);
  return suggestion.kind === "params" ? suggested : undefined;
}
