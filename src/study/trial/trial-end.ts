import { counted } from "../../errors/counted.ts";
import { HpoError } from "../../errors/errors.ts";
import { shown } from "../../errors/shown.ts";
import type { Outcome } from "../../contracts/objective.ts";
import { isDivergence, minimised } from "../../contracts/observation.ts";
import { trialCommand } from "./trial-command.ts";
import type { Direction, Failure, FinishedTrial, Report } from "../../contracts/trial.ts";

/** How a trial ends in the study: values where it completed, a failure where it failed. */
export type End =
  | { readonly state: "complete"; readonly values: readonly number[] }
  | { readonly state: "pruned"; readonly values?: readonly number[] }
  | { readonly state: "failed"; readonly failure: Failure };

export interface Metrics {
  /** One for each metric. */
  readonly directions: readonly Direction[];
  readonly names?: readonly string[];
}

/** The end of a trial with this outcome. */
export function endOf(outcome: Outcome, metrics: Metrics, reports: readonly Report[]): End {
  switch (outcome.kind) {
    case "returned":
      return judge(outcome.result, metrics);
    case "pruned":
      return prunedEnd(reports, metrics);
    case "failed":
      return failedEnd(outcome.failure, outcome);
  }
}

/**
 * A failed end, whose message says that a result which the trial gave nevertheless does not count.
 */
export function failedEnd(failure: Failure, outcome: Outcome): End {
  const result = outcome.kind === "pruned" ? undefined : outcome.result;
  if (result === undefined) return { state: "failed", failure };
  const told = failure.message.replace(/[^.!?]$/, "$&.");
  const message = `${told} Its result, ${resultText(result)}, does not count.`;
  return { state: "failed", failure: { ...failure, message } };
}

/** `0.3`, or `loss 0.3, accuracy 0.9`. */
function resultText(result: unknown): string {
  if (typeof result !== "object" || result === null) return shown(result);
  try {
    const numbers = Object.entries(result).map(([name, value]) =>
      Array.isArray(result) ? String(value) : `${name} ${String(value)}`,
    );
    return numbers.join(", ");
  } catch {
    return shown(result);
  }
}

/**
 * How a trial ends that was pruned: its value is the report at its largest step, where there is one
 * metric. With NaN there, or as bad a value as can be, its training diverged, whoever stopped it, and the
 * trial failed.
 */
export function prunedEnd(reports: readonly Report[], { directions }: Metrics): End {
  const last = reports.at(-1);
  if (last === undefined) return { state: "pruned" };
  if (isDivergence(last.value, directions[0])) {
    const message = `It reported ${last.value} at step ${last.step}, and was pruned there.`;
    const failure = { reason: "diverged", cause: "nonFinite", step: last.step, message } as const;
    return { state: "failed", failure };
  }
  return directions.length === 1 ? { state: "pruned", values: [last.value] } : { state: "pruned" };
}

/** Tells of a result with an infinity that its user hardly meant. */
export const infinityNote = (
  trial: FinishedTrial,
  { name, directions }: { readonly name: string; readonly directions: readonly Direction[] },
): string | undefined => unbeatableNote(trial, directions, name) ?? divergedNote(trial, directions);

/** One of several metrics is as bad as can be: whatever the others are, the trial diverged. */
function divergedNote(trial: FinishedTrial, directions: readonly Direction[]): string | undefined {
  if (trial.state !== "complete" || directions.length === 1) return undefined;
  const { number, values } = trial;
  if (!values.some((value, i) => isDivergence(value, directions[i]))) return undefined;
  return (
    `Trial ${number} returned ${values.join(", ")}: as bad as can be in one metric, it counts as diverged, and is ` +
    "not on the front."
  );
}

/** Tells of a result that is infinitely good: no other trial can become the best. */
function unbeatableNote(
  trial: FinishedTrial,
  directions: readonly Direction[],
  study: string,
): string | undefined {
  if (trial.state !== "complete") return undefined;
  const { number, values } = trial;
  if (!values.some((value, i) => minimised(value, directions[i]) === -Infinity)) return undefined;
  return (
    `Trial ${number} returned ${values.join(", ")}: no trial can be better. If that is a fault, as the ` +
    `logarithm of a 0 or an overflow, take it out: ${trialCommand("exclude", study, number)}.`
  );
}

/** The end for an objective's result: NaN is divergence; no number, or too many, is an error. */
function judge(result: unknown, metrics: Metrics): End {
  const values = readList(result, metrics);
  if (typeof values === "string") {
    return { state: "failed", failure: { reason: "error", message: values } };
  }
  if (values.some(Number.isNaN)) {
    const message =
      values.length === 1
        ? "The objective returned NaN."
        : `The objective returned ${values.join(", ")}.`;
    return { state: "failed", failure: { reason: "diverged", cause: "nonFinite", message } };
  }
  return { state: "complete", values };
}

const RETURNED = "The objective returned";

/** As `listOf`, but also for results whose members throw when they are read. */
function readList(result: unknown, metrics: Metrics, from = RETURNED): readonly number[] | string {
  try {
    return listOf(result, metrics, from);
  } catch (thrown) {
    return `${from} what can't be read (${shown(thrown)}).`;
  }
}

/** The values in the study's order, or what is wrong with the result. */
export function listOf(
  result: unknown,
  metrics: Metrics,
  from = RETURNED,
): readonly number[] | string {
  const { directions, names } = metrics;
  const count = directions.length;
  const wanted = names
    ? `${count === 1 ? "a number" : "numbers"} for ${names.join(", ")}`
    : count === 1
      ? "a number"
      : `${count} numbers`;
  const wrong = (what: string): string => `${from} ${what}; this study needs ${wanted}.`;
  let list: readonly unknown[];
  // A copy: an objective may fill the same list for each trial.
  if (Array.isArray(result)) list = [...(result as readonly unknown[])];
  else if (typeof result === "object" && result !== null) {
    if (!names) return wrong("an object, and its metrics have no names");
    const record = result as Record<string, unknown>;
    const missing = names.filter((name) => !Object.hasOwn(record, name));
    if (missing.length > 0) return wrong(`an object without ${missing.join(", ")}`);
    list = names.map((name) => record[name]);
  } else list = [result];
  if (list.length !== count) return wrong(counted(list.length, "value"));
  const stray = list.find((value) => typeof value !== "number");
  if (list.some((value) => typeof value !== "number")) return wrong(describe(stray));
  return list as readonly number[];
}

const describe = (value: unknown): string =>
  value === undefined ? "nothing" : `${shown(value)} (${value === null ? "null" : typeof value})`;

/** How `tell` ends a trial if not by a value alone. */
export interface TellOptions {
  /** How it ended; without it a result or a failure must be given. */
  readonly state?: "complete" | "pruned" | "failed";
  /** Why it failed; "error" if left out. */
  readonly failure?: Failure;
  /** Does nothing if the trial is finished already, instead of throwing. */
  readonly skipIfFinished?: boolean;
}

/**
 * The end that a caller tells.
 * @throws HpoError where the state and the result contradict each other.
 */
export function toldEnd(
  result: unknown,
  { state, failure }: TellOptions,
  metrics: Metrics,
  reports: readonly Report[],
): End {
  const given = result !== undefined && result !== null;
  switch (state) {
    case undefined:
      if (failure) return { state: "failed", failure };
      if (!given) throw nothingTold(metrics);
      requireReadable(result, metrics);
      return judge(result, metrics);
    case "complete": {
      const end = judge(result, metrics);
      if (end.state === "complete") return end;
      const why = end.state === "failed" ? end.failure.message : "";
      throw new HpoError(`tell with state "complete": ${why}`);
    }
    case "pruned":
      if (given) throw noValueAllowed(state, result);
      return prunedEnd(reports, metrics);
    case "failed":
      if (given) throw noValueAllowed(state, result);
      return {
        state,
        failure: failure ?? { reason: "error", message: "The trial was told as failed." },
      };
    default:
      throw new HpoError(
        `tell: a trial can't end as ${shown(state)}. Use "complete", "pruned" or "failed".`,
      );
  }
}

/** Refuses a malformed result instead of failing the trial, as the caller can tell it again. */
function requireReadable(result: unknown, metrics: Metrics): void {
  const values = readList(result, metrics, "tell: got");
  if (typeof values !== "string") return;
  throw new HpoError(
    `${values} Tell the trial again with that, or with state "failed" if it has none.`,
  );
}

/** An end can't be taken back, so that none is guessed. */
const nothingTold = ({ directions }: Metrics): HpoError =>
  new HpoError(
    `tell: there is neither ${directions.length === 1 ? "a value" : "values"} nor a state. Give the ` +
      'metric, or state "pruned" or "failed".',
  );

const noValueAllowed = (state: string, result: unknown): HpoError =>
  new HpoError(
    `tell with state "${state}" takes no value, got ${shown(result)}. Drop the value` +
      (state === "pruned" ? ": a pruned trial's is its last report." : "."),
  );
