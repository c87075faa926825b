import { priorReport } from "../../study/prior/prior-report.ts";
import { spaceToJson } from "../../space/space-json.ts";
import type { FinishedTrial } from "../../contracts/trial.ts";
import { isInfeasible, whyNoBest } from "../../study/best-trial.ts";
import { outsideNote } from "../show/outside-space.ts";
import type { StudyView } from "../../study/study-view.ts";
import { theoryReportLines } from "../../theory/study/report.ts";
import { trialToJson } from "../../export/trial-json.ts";
import { shownStorage } from "../../storage/open-storage.ts";
import * as format from "../format.ts";
import { chosenBy } from "../../study/strategy-registry.ts";
import { interruptedLines } from "../interrupted.ts";
import { failureCounts, failureGroups, failureLines } from "../show/failure-lines.ts";
import { prunerWarnings } from "../show/pruner-words.ts";
import { counted } from "../../errors/counted.ts";
import { quotedName, visibleLine } from "../visible.ts";

/** A study at a glance, as JSON. */
export function studySummary(study: StudyView, storage: string): Record<string, unknown> {
  const { name, directions, metricNames, userAttrs, counts, version } = study;
  const failures = failureGroups(study);
  return {
    name,
    storage: shownStorage(storage),
    directions,
    metricNames: metricNames ?? null,
    strategy: version.strategy,
    chosen: chosenBy(version, study.space, directions.length) ?? null,
    seed: version.seed,
    space: spaceToJson(study.space),
    theory: priorReport(study) ?? null,
    userAttrs,
    trials: counts,
    stopped: study.stopped ?? null,
    interrupted: [...study.interrupted],
    failures: failureCounts(failures),
    failureGroups: failures,
    warned: prunerWarnings(study.trials()).numbers,
    infeasible: numbersOf(study, isInfeasible),
    excluded: numbersOf(study, isExcluded),
    best: study.bestTrials.map(trialToJson),
  };
}

/** What a study is, in a line. */
export function summaryHead(study: StudyView, storage: string): string {
  const { name, directions, metricNames, version } = study;
  const metrics = directions.map((direction, index) =>
    metricNames ? `${direction} ${visibleLine(metricNames[index])}` : direction,
  );
  const sought = metrics.join(", ") || "direction not set";
  const { name: strategy, file } = version.strategy;
  const by = file === undefined ? strategy : `${strategy} of ${file}`;
  return `Study ${quotedName(name)} in ${shownStorage(storage)}: ${sought}, by ${by}, seed ${version.seed}`;
}

/** What stands below the glance at a study, for people. */
export function summaryLines(study: StudyView): string[] {
  const { stopped } = study;
  const lines = [
    ...(stopped ? [`Stopped at ${counted(stopped.trials, "trial")}: ${stopped.reason}.`] : []),
    ...interruptedLines(study),
  ];
  if (study.space.parameters.length > 0) {
    lines.push("", "Search space", ...format.spaceLines(study.space).map(indent));
  }
  const theory = priorReport(study);
  if (theory) lines.push("", ...theoryReportLines(theory));
  lines.push(...bestLines(study), ...failureLines(failureGroups(study)), ...warningLines(study));
  const excluded = numbersOf(study, isExcluded);
  if (excluded.length > 0) lines.push("", `Left out of the search: trials ${excluded.join(", ")}`);
  return lines;
}

const isExcluded = ({ excluded }: FinishedTrial): boolean => excluded === true;

const numbersOf = (study: StudyView, is: (trial: FinishedTrial) => boolean): readonly number[] =>
  study.finished
    .filter(is)
    .map(({ number }) => number)
    .sort((a, b) => a - b);

/** How many trials there are in each state, and which of them are to be started again. */
export function countLines(study: StudyView): string[] {
  const interrupted = study.interrupted.size;
  const { running } = study.counts;
  const counts = { ...study.counts, running: running - interrupted, interrupted };
  const shown = (["complete", "pruned", "failed", "running", "interrupted", "waiting"] as const)
    .filter((state) => counts[state] > 0)
    .map((state) =>
      state === "complete" ? format.completeWords(study) : `${counts[state]} ${state}`,
    );
  const line = shown.length > 0 ? `Trials: ${shown.join(", ")}` : "No trials yet";
  return [line, ...interruptedLines(study)];
}

/** The best trial with its parameters as an object to paste; of a front, a line each; else why there is none. */
export function bestLines(study: StudyView): string[] {
  const best = study.bestTrials;
  if (best.length === 0) return study.counts.complete > 0 ? ["", whyNoBest(study)] : [];
  const notes = best
    .map((trial) => outsideNote(study, trial))
    .filter((note) => note !== undefined)
    .map(visibleLine);
  if (study.directions.length === 1) {
    const [trial] = best;
    const value = format.values(trial.values, study.metricNames);
    return ["", `Best: trial ${trial.number}, ${value}`, format.pasteable(trial.params), ...notes];
  }
  const rows = best.map(
    (trial) =>
      `  trial ${format.trialName(trial)}: ${format.values(trial.values, study.metricNames)}  ${format.inline(trial.params)}`,
  );
  return [
    "",
    `Front: ${counted(best.length, "trial")} that no other one beats in every metric`,
    ...rows,
    ...notes,
  ];
}

function warningLines(study: StudyView): string[] {
  const { numbers, last } = prunerWarnings(study.trials());
  if (last === undefined) return [];
  return ["", `The pruner warned of ${counted(numbers.length, "trial")}`, indent(last)];
}

const indent = (line: string): string => `  ${line}`;
