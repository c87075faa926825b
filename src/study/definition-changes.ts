import type { StudyRecord } from "../contracts/storage.ts";
import { ATTRIBUTE } from "../contracts/attributes.ts";
import { HpoError } from "../errors/errors.ts";
import { spaceChanges } from "../space/space-changes.ts";
import { priorChanges } from "./prior/study-prior.ts";
import { declaredMetrics, type StudyDefinition } from "./study-definition.ts";
import type { StudyVersion } from "./study-version.ts";

/** What changed since the study last ran, for the user to see. */
export function versionChanges(before: StudyVersion, now: StudyVersion): string[] {
  const changes = before.space && now.space ? spaceChanges(before.space, now.space) : [];
  if (before.strategy.name !== now.strategy.name) {
    changes.push(`the strategy was ${before.strategy.name} and is now ${now.strategy.name}`);
  }
  if (before.seed !== now.seed) changes.push(`the seed was ${before.seed} and is now ${now.seed}`);
  changes.push(...priorChanges(before.prior, now.prior));
  return changes.map((change) => `Changed since the study last ran: ${change}.`);
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
