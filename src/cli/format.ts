import { stripVTControlCharacters } from "node:util";
import { describeCondition } from "../space/condition.ts";
import { describeDistribution } from "../space/compare-distributions.ts";
import type { Params, SearchSpace } from "../space/search-space.ts";
import { padded, widthOf } from "./draw/width.ts";
import { isFinished, type FinishedTrial, type Trial } from "../contracts/trial.ts";
import type { StudyView } from "../study/study-view.ts";
import { isInfeasible } from "../study/best-trial.ts";
import { isOverdue } from "../study/trial/lost-trial.ts";
import { visibleLine } from "./visible.ts";

/** Six significant digits at most, without trailing zeros. */
export function number(value: number): string {
  const isCount = Number.isSafeInteger(value);
  if (!Number.isFinite(value) || isCount) return String(value);
  const text = value.toPrecision(6);
  if (text.includes("e") || !text.includes(".")) return String(Number(text));
  // The same digits, in a third of the time: a list of trials has tens of thousands.
  let end = text.length;
  while (text.endsWith("0", end)) end--;
  return text.slice(0, text.endsWith(".", end) ? end - 1 : end);
}

/** `lr=0.0012 batchSize=64`; a text that could be read as something else stands in quotes. */
export const inline = (params: Params): string =>
  Object.entries(params)
    .map(
      ([name, value]) => `${word(name)}=${typeof value === "number" ? number(value) : word(value)}`,
    )
    .join(" ");

/** Another library's choices may be lists or objects. */
const word = (value: unknown): string =>
  typeof value === "string" && isPlain(value) ? value : JSON.stringify(value);

const isPlain = (text: string): boolean =>
  /^[^\s"'=]+$/.test(text) && !/^(null|true|false)$/.test(text) && Number.isNaN(Number(text));

/** As an object literal that can be pasted into code; numbers in full, but for a rounding error. */
export function pasteable(params: Params): string {
  const lines = Object.entries(params).map(([name, value]) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
    return `  ${key}: ${typeof value === "number" ? exact(value) : JSON.stringify(value)},`;
  });
  return ["{", ...lines, "}"].join("\n");
}

/** `0.0001` for 0.00010000000000000009, which is what 1 - 0.9999 gives. */
function exact(value: number): string {
  const [full, rounded] = [String(value), String(Number(value.toPrecision(15)))];
  const isWritten =
    rounded.length + ROUNDING_DIGITS <= full.length && !rounded.endsWith("Infinity");
  return isWritten ? rounded : full;
}

/** So many digits shorter, a number is one that somebody wrote. */
const ROUNDING_DIGITS = 5;

/** `0.0921`, or `loss 0.09, accuracy 0.97`. */
export const values = (of: readonly number[], names: readonly string[] | undefined): string =>
  names
    ? of.map((value, index) => `${visibleLine(names[index])} ${number(value)}`).join(", ")
    : of.map(number).join(", ");

/** What became of a trial, in a few words. */
export function outcome(
  trial: Trial,
  {
    metricNames: names,
    interrupted = NONE,
  }: Partial<Pick<StudyView, "metricNames" | "interrupted">>,
): string {
  switch (trial.state) {
    case "complete":
      return values(trial.values, names);
    case "pruned": {
      const last = trial.reports.at(-1);
      if (!last) return "pruned";
      // Stored by another library; here such a trial has failed.
      const end = Number.isNaN(last.value) ? ": diverged" : "";
      return `pruned at step ${last.step}, ${number(last.value)}${end}`;
    }
    case "failed":
      return `failed (${trial.failure.reason}): ${firstLine(trial.failure.message)}`;
    case "running":
    case "waiting":
      return stateWord(trial, interrupted);
  }
}

const NONE: ReadonlySet<number> = new Set();

/**
 * The word for a trial's state.
 * @param interrupted the numbers of those that are stored as running and that nobody runs
 */
export function stateWord(trial: Trial, interrupted: ReadonlySet<number>): string {
  if (isFinished(trial)) {
    const more = [isInfeasible(trial) ? "infeasible" : "", trial.excluded ? "excluded" : ""];
    return [trial.state, ...more].filter((word) => word !== "").join(", ");
  }
  if (trial.state !== "running") return trial.state;
  if (interrupted.has(trial.number)) return "interrupted";
  return isOverdue(trial) ? "overdue" : "running";
}

/** `8 complete (3 infeasible)` */
export function completeWords({
  counts,
  finished,
}: Pick<StudyView, "counts" | "finished">): string {
  const infeasible = finished.filter(isInfeasible).length;
  return `${counts.complete} complete${infeasible > 0 ? ` (${infeasible} infeasible)` : ""}`;
}

/** `34`, or `34 after 12` where it went on with another one's training. */
export const trialName = ({ number, continueFrom }: Trial): string =>
  continueFrom === undefined ? String(number) : `${number} after ${continueFrom}`;

/** What a failed trial is told to try instead, where its trainer knew. */
export const adviceOf = (trial: FinishedTrial): string | undefined =>
  trial.state === "failed" && trial.failure.reason === "diverged"
    ? trial.failure.advice
    : undefined;

/** As much as a line of progress has room for: PyTorch tells of a lack of memory in 600 signs. */
export const brief = (text: string): string =>
  text.length <= BRIEF ? text : `${text.slice(0, BRIEF).trimEnd()}…`;

const BRIEF = 250;

/** Of a message, without the colours that a program may have given it. */
export const firstLine = (text: string): string =>
  stripVTControlCharacters(text).trimStart().split(/\r?\n/, 1)[0];

export function seconds(ms: number): string {
  const total = Math.round(ms / 1000);
  if (total < 60) return `${total}s`;
  if (total < 3600) return `${Math.floor(total / 60)}m ${total % 60}s`;
  return `${Math.floor(total / 3600)}h ${Math.floor((total % 3600) / 60)}m`;
}

/** The parameters of a space, a line each. */
export function spaceLines(space: SearchSpace): string[] {
  const width = Math.max(...space.parameters.map(({ name }) => widthOf(visibleLine(name))));
  return space.parameters.map(({ name, distribution, conditions, prior }) => {
    const when =
      conditions.length > 0 ? `  when ${conditions.map(describeCondition).join(" and ")}` : "";
    const belief = prior ? `  prior ${prior.kind}` : "";
    return `${padded(visibleLine(name), width)}  ${describeDistribution(distribution)}${belief}${when}`;
  });
}
