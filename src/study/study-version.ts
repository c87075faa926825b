import { ATTRIBUTE } from "../contracts/attributes.ts";
import { HpoError } from "../errors/errors.ts";
import { sameSpace, type SearchSpace } from "../space/search-space.ts";
import { spaceChanges } from "../space/space-changes.ts";
import { spaceFromJson, spaceToJson } from "../space/space-json.ts";
import { sameIdentity } from "../contracts/identity.ts";
import type { Pruner, PrunerIdentity } from "../contracts/pruner.ts";
import type { Strategy, StrategyIdentity } from "../contracts/strategy.ts";
import type { StudyRoles } from "../contracts/study-roles.ts";
import { revisionChanges } from "./parts/revision-changes.ts";
import { priorChanges, sameJson } from "./prior/prior-changes.ts";
import type { TheoryProposal } from "../theory/study/proposal.ts";
import type { Attributes } from "../contracts/trial.ts";

/**
 * What suggestions are made from. Each change of space, strategy, pruner, seed or prior adds a
 * version to the study's system attribute, and each trial records the version that it was suggested
 * under.
 */
export interface StudyVersion {
  readonly seed: number;
  readonly strategy: StrategyIdentity;
  /** Null: none. Undefined: not kept, as in studies of earlier versions of hpo. */
  readonly pruner?: PrunerIdentity | null;
  /** Undefined if the objective defines it as it runs. */
  readonly space?: SearchSpace;
  /** The number of trials that the strategy plans for, if the definition says. */
  readonly trialBudget?: number;
  /** Which parameters play which part, where the definition says. */
  readonly roles?: StudyRoles;
  /** What theory proposed from what it measured; in a declared space only. */
  readonly prior?: TheoryProposal;
}

/** The version of a study that declares nothing. */
export const NEW_VERSION: StudyVersion = { seed: 0, strategy: { name: "auto" } };

export const sameVersion = (a: StudyVersion, b: StudyVersion): boolean =>
  a.seed === b.seed &&
  a.trialBudget === b.trialBudget &&
  samePart(a.strategy, b.strategy) &&
  samePart(a.pruner, b.pruner) &&
  (a.space && b.space ? sameSpace(a.space, b.space) : a.space === b.space) &&
  sameJson(a.roles, b.roles) &&
  sameJson(a.prior, b.prior);

/** Whether two identities name the same strategy or pruner. Unknown fields and the code's path don't count. */
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
    ({ seed, strategy, pruner, space, trialBudget, roles, prior }) => ({
      seed: seed as number,
      strategy: strategy as StrategyIdentity,
      ...(pruner !== undefined && { pruner: pruner as PrunerIdentity | null }),
      ...(space !== null && { space: spaceFromJson(space) }),
      ...(trialBudget !== undefined && { trialBudget: trialBudget as number }),
      ...(roles !== undefined && { roles: roles as StudyRoles }),
      ...(prior !== undefined && { prior: prior as TheoryProposal }),
    }),
  );
}

/** The strategy and pruner that a study goes on with. */
interface PartsNow {
  readonly strategy: Strategy;
  readonly pruner?: Pruner;
}

/** What changed since the study last ran, for the user to see. */
export function versionChanges(
  before: StudyVersion,
  now: StudyVersion,
  { strategy, pruner }: PartsNow,
): string[] {
  const changes = before.space && now.space ? spaceChanges(before.space, now.space) : [];
  if (before.strategy.name !== now.strategy.name) {
    changes.push(`the strategy was ${before.strategy.name} and is now ${now.strategy.name}`);
  }
  if (before.pruner !== undefined && now.pruner !== undefined) {
    const [was, is] = [before.pruner?.name ?? "none", now.pruner?.name ?? "none"];
    if (was !== is) changes.push(`the pruner was ${was} and is now ${is}`);
  }
  changes.push(...revisionChanges("strategy", before.strategy, strategy));
  changes.push(...revisionChanges("pruner", before.pruner, pruner));
  if (before.seed !== now.seed) changes.push(`the seed was ${before.seed} and is now ${now.seed}`);
  if (before.trialBudget !== now.trialBudget) {
    const [was, is] = [before, now].map(({ trialBudget = "unset" }) => trialBudget);
    changes.push(`the total of trials was ${was} and is now ${is}`);
  }
  if (!sameJson(before.roles, now.roles)) {
    const [was, is] = [before.roles, now.roles].map((roles) =>
      roles ? JSON.stringify(roles) : "unset",
    );
    changes.push(`the roles were ${was} and are now ${is}`);
  }
  changes.push(...priorChanges(before.prior, now.prior));
  return changes.map((change) => `Changed since the study last ran: ${change}.`);
}
