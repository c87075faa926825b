import type { FailedTrial } from "../../contracts/trial.ts";
import * as format from "../format.ts";
import type { StudyView } from "../../study/study-view.ts";

/** Trials that failed in one way. */
export interface FailureGroup {
  readonly reason: FailedTrial["failure"]["reason"];
  /** The first line of the first one's message. */
  readonly message: string;
  readonly advice?: string;
  readonly trials: readonly number[];
}

/** The failures of a study by reason and message, whatever numbers stand in it; the most first. */
export function failureGroups(study: StudyView): FailureGroup[] {
  const groups = new Map<string, FailedTrial[]>();
  for (const trial of study.trials("failed") as readonly FailedTrial[]) {
    const { reason, message } = trial.failure;
    const key = `${reason} ${format.firstLine(message).replace(/\d+(?:[.:]\d+)*(?:e[+-]?\d+)?/gi, "#")}`;
    const group = groups.get(key);
    if (group) group.push(trial);
    else groups.set(key, [trial]);
  }
  return [...groups.values()]
    .sort((a, b) => b.length - a.length)
    .map((trials) => {
      const [first] = trials;
      const advice = trials.map(format.adviceOf).find((text) => text !== undefined);
      return {
        reason: first.failure.reason,
        message: format.firstLine(first.failure.message),
        ...(advice !== undefined && { advice }),
        trials: trials.map(({ number }) => number),
      };
    });
}

export function failureCounts(groups: readonly FailureGroup[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { reason, trials } of groups) counts[reason] = (counts[reason] ?? 0) + trials.length;
  return counts;
}

/** How many numbers of a group's trials are listed. */
const LISTED = 8;

/** For people: how many of each kind, then each group with its trials. */
export function failureLines(groups: readonly FailureGroup[]): string[] {
  if (groups.length === 0) return [];
  const total = Object.entries(failureCounts(groups)).map(
    ([reason, count]) => `${count} ${reason}`,
  );
  const lines = groups.flatMap(({ reason, message, advice, trials }) => [
    `  ${listed(trials)} ${reason}: ${format.brief(message)}`,
    ...(advice === undefined ? [] : [`    ${advice}`]),
  ]);
  return ["", `Failures: ${total.join(", ")}`, ...lines];
}

function listed(trials: readonly number[]): string {
  if (trials.length === 1) return `trial ${trials[0]}`;
  const rest = trials.length - LISTED;
  const shown = trials.slice(0, LISTED).join(", ");
  return `${trials.length} trials (${shown}${rest > 0 ? ", …" : ""})`;
}
