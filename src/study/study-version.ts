import { ATTRIBUTE } from "../contracts/attributes.ts";
import { HpoError } from "../errors/errors.ts";
import { sameSpace, type SearchSpace } from "../space/search-space.ts";
import { spaceFromJson, spaceToJson } from "../space/space-json.ts";
import { sameIdentity } from "../contracts/identity.ts";
import type { PrunerIdentity } from "../contracts/pruner.ts";
import type { StrategyIdentity } from "../contracts/strategy.ts";
import type { TheoryProposal } from "../theory/study/proposal.ts";
import type { Attributes } from "../contracts/trial.ts";

/**
 * What suggestions were made from, over the life of a study: each change of space, strategy, pruner,
 * seed or prior adds a version, and each trial says under which it was suggested. Kept as a system attribute.
 */
export interface StudyVersion {
  readonly seed: number;
  readonly strategy: StrategyIdentity;
  /** Null: none. Undefined: not kept, as in studies of before. */
  readonly pruner?: PrunerIdentity | null;
  /** Undefined: the objective defines it as it runs. */
  readonly space?: SearchSpace;
  /** The total of trials that the strategy reckons with, where the definition says. */
  readonly trialBudget?: number;
  /** What theory proposed from what it measured; in a declared space only. */
  readonly prior?: TheoryProposal;
}

/** Of a study that says nothing else. */
export const NEW_VERSION: StudyVersion = { seed: 0, strategy: { name: "auto" } };

export const sameVersion = (a: StudyVersion, b: StudyVersion): boolean =>
  a.seed === b.seed &&
  a.trialBudget === b.trialBudget &&
  samePart(a.strategy, b.strategy) &&
  samePart(a.pruner, b.pruner) &&
  (a.space && b.space ? sameSpace(a.space, b.space) : a.space === b.space) &&
  JSON.stringify(a.prior ?? null) === JSON.stringify(b.prior ?? null);

/** What is not known of the one, or where the other's code lies, is no difference. */
const samePart = (
  stored: PrunerIdentity | null | undefined,
  now: PrunerIdentity | null | undefined,
): boolean =>
  stored === undefined ||
  now === undefined ||
  (sameIdentity(stored ?? undefined, now ?? undefined) &&
    (now?.file === undefined || stored?.file === now.file));

export const versionsToJson = (versions: readonly StudyVersion[]): unknown =>
  versions.map(({ space, ...rest }) => ({ ...rest, space: space ? spaceToJson(space) : null }));

/** The versions of a stored study; none if another library wrote it. @throws HpoError if broken. */
export function versionsOf(systemAttrs: Attributes): readonly StudyVersion[] {
  const stored = systemAttrs[ATTRIBUTE.versions];
  if (stored === undefined) return [];
  if (!Array.isArray(stored)) {
    throw new HpoError(`The study's attribute ${ATTRIBUTE.versions} is broken: it is no list.`);
  }
  return (stored as Record<string, unknown>[]).map(
    ({ seed, strategy, pruner, space, trialBudget, prior }) => ({
      seed: seed as number,
      strategy: strategy as StrategyIdentity,
      ...(pruner !== undefined && { pruner: pruner as PrunerIdentity | null }),
      ...(space !== null && { space: spaceFromJson(space) }),
      ...(trialBudget !== undefined && { trialBudget: trialBudget as number }),
      ...(prior !== undefined && { prior: prior as TheoryProposal }),
    }),
  );
}
