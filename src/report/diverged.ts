import type { FailedTrial, Failure } from "../contracts/trial.ts";
import { plot } from "../plots/plot.ts";
import { stateOf } from "../plots/study/plotted-trial.ts";
import type { Findings } from "./findings.ts";
import { pictureIfAny } from "./picture-if-any.ts";
import type { ReportSection } from "./section.ts";
import { regionOfTrouble, regionText } from "../plots/study/trouble.ts";
import { listed, sentence, trialsText } from "./words.ts";
import { counted } from "../errors/counted.ts";

const CAUSES: Readonly<Record<string, string>> = {
  nonFinite: "a value that is not finite",
  explosion: "an explosion",
  oscillation: "an oscillation",
  vanishingGradient: "a vanishing gradient",
};
/** So long may a message be that is quoted. */
const MOST_QUOTED = 160;

/** What diverged, and where; what else failed, and why. */
export function divergedSection(findings: Findings): ReportSection {
  const { study } = findings;
  const failed = study.trials.filter((trial): trial is FailedTrial => trial.state === "failed");
  const states = study.trials.map((trial) => stateOf(trial, study.directions));
  const diverged = states.filter((state) => state === "diverged").length;
  const outOfMemory = states.filter((state) => state === "out of memory").length;
  const troubled = diverged + outOfMemory;
  const others = failed.filter(({ failure }) => !isEvidence(failure));
  const title = "What diverged, and where";
  if (troubled === 0)
    return { title, said: ["No trial diverged or ran out of memory.", ...othersSaid(others)] };
  const region = regionOfTrouble(study);
  return {
    title,
    said: [
      ...(diverged > 0 ? [`${counted(diverged, "trial")} diverged${causesText(failed)}.`] : []),
      ...(outOfMemory > 0 ? [`${counted(outOfMemory, "trial")} ran out of memory.`] : []),
      ...(region ? [`${sentence(regionText(region))}.`] : []),
      ...(!region && troubled >= 3
        ? ["No range or choice of a single parameter holds most of them."]
        : []),
      ...adviceSaid(failed),
      ...othersSaid(others),
    ],
    pictures: pictureIfAny(() => plot(study, "feasible").chart),
  };
}

const isEvidence = ({ reason }: Failure): boolean =>
  reason === "diverged" || reason === "outOfMemory";

/** " (9 by an explosion and 4 by a value that is not finite)". */
function causesText(failed: readonly FailedTrial[]): string {
  const counts = new Map<string, number>();
  for (const { failure } of failed) {
    const cause = failure.reason === "diverged" ? failure.cause : undefined;
    if (cause !== undefined) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  }
  const causes = [...counts].sort(([, a], [, b]) => b - a);
  if (causes.length === 0) return "";
  const isOne = causes.length === 1;
  return ` (${listed(causes.map(([cause, count]) => `${isOne ? "" : `${count} `}by ${CAUSES[cause] ?? cause}`))})`;
}

/** What most trainers advised. */
function adviceSaid(failed: readonly FailedTrial[]): string[] {
  const counts = new Map<string, number>();
  for (const { failure } of failed) {
    const advice = failure.reason === "diverged" ? failure.advice : undefined;
    if (advice !== undefined) counts.set(advice, (counts.get(advice) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most ? [`The trainer's advice, most often: ${quoted(most[0])}`] : [];
}

function othersSaid(others: readonly FailedTrial[]): string[] {
  const groups = new Map<string, FailedTrial[]>();
  for (const trial of others) {
    const key = `${REASONS[trial.failure.reason] ?? trial.failure.reason}: ${quoted(trial.failure.message)}`;
    groups.set(key, [...(groups.get(key) ?? []), trial]);
  }
  return [...groups]
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, MOST_GROUPS)
    .map(
      ([why, trials]) =>
        `${sentence(trialsText(trials.map(({ number }) => number)))} failed by ${why}`,
    );
}

const MOST_GROUPS = 4;
const REASONS: Readonly<Record<string, string>> = {
  error: "an error",
  timeout: "a time limit",
  lost: "the loss of its process",
  cancelled: "being taken away before it ran",
  unknown: "an unknown reason",
};

function quoted(message: string): string {
  const [line] = message.trimStart().split("\n", 1);
  return line.length > MOST_QUOTED ? `“${line.slice(0, MOST_QUOTED)}…”` : `“${line}”`;
}

/** How many trials diverged or ran out of memory. */
export const troubledCount = ({ study, finished }: Findings): number =>
  finished.filter((trial) =>
    ["diverged", "out of memory"].includes(stateOf(trial, study.directions)),
  ).length;
