import { HpoError } from "../../errors/errors.ts";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import { wordsOf } from "./pruner-words.ts";
import type { StudyView } from "../../study/study-view.ts";
import { trialToJson } from "../../export/trial-json.ts";
import { isFeasible, isFinished, type Trial } from "../../contracts/trial.ts";
import { provenanceOf } from "../../contracts/provenance.ts";
import { commitText, versionsText } from "../../report/ran-from.ts";
import { formatBytes } from "../../system/byte-size.ts";
import type { StayedHere } from "../../workers/files/sent-files.ts";
import * as format from "../format.ts";
import { quotedName } from "../visible.ts";
import { counted } from "../../errors/counted.ts";

/** @throws HpoError if the study has no such trial */
export function trialNumbered(study: StudyView, number: number): Trial {
  const trial = study.trials().find((one) => one.number === number);
  if (trial) return trial;
  const count = study.trials().length;
  throw new HpoError(
    `Study ${quotedName(study.name)} has no trial ${number}; it has ${count}, counted from 0.`,
  );
}

/** Everything that is kept of a trial, as JSON. */
export const trialDetails = (trial: Trial): Record<string, unknown> => ({
  ...trialToJson(trial),
  curves: trial.systemAttrs[ATTRIBUTE.curves] ?? {},
  why: trial.systemAttrs[ATTRIBUTE.why] ?? {},
  warning: trial.systemAttrs[ATTRIBUTE.warning] ?? null,
  whyPruned: trial.systemAttrs[ATTRIBUTE.whyPruned] ?? null,
  restarts: trial.systemAttrs[ATTRIBUTE.attempts] ?? 0,
  retries: trial.systemAttrs[ATTRIBUTE.retries] ?? 0,
  output: trial.systemAttrs[ATTRIBUTE.output] ?? "",
});

/** Everything that is kept of a trial, for people: its end, its reports, what it printed. */
export function trialDetailLines(study: StudyView, trial: Trial): string[] {
  const lines = [
    `Trial ${trial.number} of ${quotedName(study.name)}: ${format.outcome(trial, study)}`,
    format.pasteable(trial.params),
    ...(trial.device === undefined ? [] : [`Ran on ${trial.device}`]),
    ...constraintLines(trial),
    ...provenanceLines(trial),
    ...(isFinished(trial) && trial.excluded ? ["Left out of the search"] : []),
    ...stayedLines(trial),
    ...againLines(trial),
    ...(trial.continueFrom === undefined ? [] : [`Went on with trial ${trial.continueFrom}`]),
  ];
  if (trial.reports.length > 0) {
    const reports = trial.reports.map(({ step, value }) => `${step}: ${format.number(value)}`);
    lines.push("", `Reports  ${reports.join("  ")}`);
  }
  const output = trial.systemAttrs[ATTRIBUTE.output];
  if (trial.state === "failed" && trial.failure.reason === "error" && trial.failure.stack) {
    // Of a command it is the end of what it printed.
    const isPrinted = typeof output === "string" && output.includes(trial.failure.stack);
    if (!isPrinted) lines.push("", trial.failure.stack);
  }
  const advice = trial.state === "failed" ? format.adviceOf(trial) : undefined;
  if (advice) lines.push("", advice);
  const why = trial.systemAttrs[ATTRIBUTE.why] as Record<string, unknown> | undefined;
  if (why) {
    const facts = Object.entries(why).map(
      ([name, value]) =>
        `${name}: ${typeof value === "number" ? format.number(value) : String(value)}`,
    );
    lines.push("", `Why it was suggested  ${facts.join(", ")}`);
  }
  lines.push(...prunerLines(trial));
  if (typeof output === "string") lines.push("", "Printed", output.trimEnd());
  return lines;
}

/** What it gave for its constraints, and whether it meets them. */
function constraintLines(trial: Trial): string[] {
  if (!isFinished(trial) || trial.constraints === undefined) return [];
  const given = trial.constraints.map(format.number).join(", ");
  return [
    `Constraints ${given}: ${isFeasible(trial) ? "feasible" : "infeasible"} (each is met where ≤ 0)`,
  ];
}

/** Where it ran from, to run it again as it was. */
function provenanceLines(trial: Trial): string[] {
  const provenance = provenanceOf(trial);
  if (!provenance) return [];
  const { host, platform, locks = {} } = provenance;
  const from = [commitText(provenance) ?? "no commit", `host ${host} (${platform})`];
  return [
    `Ran from ${from.join(", ")}, ${versionsText(provenance)}`,
    ...Object.entries(locks).map(([name, hash]) => `Packages as in ${name}, SHA-256 ${hash}`),
  ];
}

/** Files that its worker did not send. */
function stayedLines({ systemAttrs }: Trial): string[] {
  const stayed = systemAttrs[ATTRIBUTE.stayed] as (StayedHere & { host: string }) | undefined;
  if (!stayed) return [];
  const { files, bytes, host, why } = stayed;
  return [`${counted(files, "file")}, ${formatBytes(bytes)}, stayed on ${host}: ${why}`];
}

/** How often it had to begin again, and why. */
function againLines({ systemAttrs }: Trial): string[] {
  const times = (count: unknown): string => (count === 1 ? "once" : `${String(count)} times`);
  const { [ATTRIBUTE.attempts]: restarts, [ATTRIBUTE.retries]: retries } = systemAttrs;
  return [
    ...(restarts ? [`Started again ${times(restarts)}, as its study died`] : []),
    ...(retries ? [`Tried again ${times(retries)}, as the machine failed`] : []),
  ];
}

/** What the pruner said of a trial. */
function prunerLines(trial: Trial): string[] {
  const warning = wordsOf(trial, ATTRIBUTE.warning);
  const why = trial.state === "pruned" ? wordsOf(trial, ATTRIBUTE.whyPruned) : undefined;
  return [
    ...(why ? ["", `Why it was pruned  ${why}`] : []),
    ...(warning ? ["", `Warning of the pruner  ${warning}`] : []),
  ];
}
