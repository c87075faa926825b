import type { StudyRecord } from "../contracts/storage.ts";
import type { StrategyOrPruner } from "../contracts/part.ts";
import type { Pruner } from "../contracts/pruner.ts";
import type { Strategy, StrategyIdentity } from "../contracts/strategy.ts";
import { ATTRIBUTE } from "../contracts/attributes.ts";
import { HpoError } from "../errors/errors.ts";
import { spaceChanges } from "../space/space-changes.ts";
import { priorChanges } from "./prior/study-prior.ts";
import { declaredMetrics, type StudyDefinition } from "./study-definition.ts";
import type { StudyVersion } from "./study-version.ts";

/** What a study goes on with. */
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
  changes.push(...priorChanges(before.prior, now.prior));
  return changes.map((change) => `Changed since the study last ran: ${change}.`);
}

/**
 * How the revision of a stored strategy or pruner differs from that of the one here under its name, and
 * by what its suggestions or decisions differ; nothing where it does not.
 */
export function revisionChanges(
  kind: "strategy" | "pruner",
  stored: StrategyIdentity | null | undefined,
  here: StrategyOrPruner | undefined,
): string[] {
  if (!stored || stored.name !== here?.name) return [];
  const { name, revision: before = 1 } = stored;
  const { revision: now = 1, changes = [] } = here;
  if (before === now) return [];
  const is = `the ${kind} ${name} was at revision ${before} and is at revision ${now} here`;
  const what = kind === "strategy" ? "suggestions" : "decisions";
  const differs = changes.slice(before - 1, now - 1).join("; ");
  return [
    before > now
      ? `${is}: a newer one was used, and the same trials may lead to other ${what}`
      : `${is}: ${differs || `the same trials may lead to other ${what}`}`,
  ];
}

/** @throws HpoError if the definition has other metrics than the stored study */
export function checkMetrics(definition: StudyDefinition, record: StudyRecord): void {
  const { directions, metricNames } = declaredMetrics(definition);
  const stored = record.systemAttrs[ATTRIBUTE.metricNames] as readonly string[] | undefined;
  const before = describeMetrics(record.directions, stored);
  const now = describeMetrics(directions, metricNames);
  if (JSON.stringify(record.directions) !== JSON.stringify(directions)) {
    throw new HpoError(
      `Study "${record.name}" has the metrics ${before}; its definition now says ${now}. ` +
        "A study's metrics are fixed: give the study a new name.",
    );
  }
}

const describeMetrics = (directions: readonly string[], names?: readonly string[]): string =>
  directions.map((direction, i) => (names ? `${names[i]}: ${direction}` : direction)).join(", ");
