import type { NewTrial } from "../../contracts/storage.ts";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { Attributes, Failure, Report } from "../../contracts/trial.ts";
import {
  mustBe,
  requireInteger,
  requireKnown,
  requireList,
  requireOneOf,
} from "../../errors/checks.ts";
import { didYouMean } from "../../errors/did-you-mean.ts";
import { HpoError } from "../../errors/errors.ts";
import { describeCondition, holds } from "../../space/condition.ts";
import { contains, type Distribution } from "../../space/distribution.ts";
import { describeDistribution } from "../../space/compare-distributions.ts";
import type { Params, SearchSpace } from "../../space/search-space.ts";
import { attributesOf } from "../../contracts/attribute-value.ts";
import { checkedConstraints } from "./end-attributes.ts";
import { listOf, prunedEnd, type End, type Metrics } from "./trial-end.ts";

/** A trial that was run elsewhere, or answered from a table. */
export interface AddedTrial {
  readonly params: Params;
  /** Needed for parameters that the study's space does not declare. */
  readonly distributions?: Readonly<Record<string, Distribution>>;
  /** "complete" if left out. */
  readonly state?: "complete" | "pruned" | "failed";
  /**
   * A complete trial's result: a number, a list in the study's order, or metrics by their names.
   */
  readonly result?: unknown;
  readonly reports?: readonly Report[];
  readonly constraints?: readonly number[];
  readonly failure?: Failure;
  readonly userAttrs?: Attributes;
  readonly startedAt?: Date;
  readonly completedAt?: Date;
}

const FIELDS = [
  "params",
  "distributions",
  "state",
  "result",
  "reports",
  "constraints",
  "failure",
  "userAttrs",
  "startedAt",
  "completedAt",
];
const REASONS: readonly Failure["reason"][] = [
  "diverged",
  "outOfMemory",
  "error",
  "timeout",
  "lost",
  "unknown",
];

/** @throws HpoError naming what no trial of the study can have, or what contradicts its state */
export function newFinishedTrial(
  trial: AddedTrial,
  space: SearchSpace | undefined,
  metrics: Metrics,
): NewTrial {
  if (typeof trial !== "object" || trial === null) {
    throw mustBe("addTrials: a trial", trial, "an object, such as { params, result }");
  }
  requireKnown("addTrials", trial, FIELDS);
  const { userAttrs = {}, constraints } = trial;
  if (constraints !== undefined) checkedConstraints("addTrials: constraints", constraints);
  const reports = sortedReports(trial.reports ?? []);
  const end = endOf(trial, reports, metrics);
  return {
    state: end.state,
    params: trial.params,
    distributions: distributionsOf(trial, space),
    values: end.state === "complete" ? end.values : undefined,
    reports,
    userAttrs: attributesOf(userAttrs, "addTrials: userAttrs"),
    systemAttrs: {
      ...(constraints && { [ATTRIBUTE.constraints]: constraints }),
      ...(end.state === "failed" && { [ATTRIBUTE.failure]: end.failure }),
    },
    ...timesOf(trial),
  };
}

/** Each parameter's distribution: the one that is given with the trial, else the space's. */
function distributionsOf(
  { params, distributions: given = {} }: AddedTrial,
  space: SearchSpace | undefined,
): Record<string, Distribution> {
  if (typeof params !== "object" || params === null || Array.isArray(params)) {
    throw mustBe("addTrials: params", params, 'an object of parameters, such as { "lr": 0.1 }');
  }
  const found = Object.entries(params).map(([name, value]) => {
    const distribution = Object.hasOwn(given, name) ? given[name] : declared(space, name, params);
    if (!contains(distribution, value)) {
      throw mustBe(`addTrials: "${name}"`, value, describeDistribution(distribution));
    }
    return [name, distribution] as const;
  });
  return Object.fromEntries(found);
}

function declared(space: SearchSpace | undefined, name: string, params: Params): Distribution {
  const parameters = space?.parameters ?? [];
  const parameter = parameters.find((one) => one.name === name);
  if (!parameter) {
    const known = parameters.map((one) => one.name);
    throw new HpoError(
      `addTrials: the study has no parameter "${name}". ${didYouMean(name, known)} Or give its ` +
        "distribution with the trial.",
    );
  }
  for (const condition of parameter.conditions) {
    const { parameter: parent } = condition;
    if (Object.hasOwn(params, parent) && holds(condition, params[parent])) continue;
    throw new HpoError(
      `addTrials: "${name}" exists only when ${describeCondition(condition)}. Drop "${name}", or ` +
        "give its distribution with the trial.",
    );
  }
  return parameter.distribution;
}

function endOf(
  { state = "complete", result, failure }: AddedTrial,
  reports: readonly Report[],
  metrics: Metrics,
): End {
  requireOneOf("addTrials: state", state, ["complete", "pruned", "failed"]);
  if (failure !== undefined && state !== "failed") {
    throw new HpoError(`addTrials: a ${state} trial has no failure. Drop it, or its state.`);
  }
  if (state === "complete") return { state, values: valuesOf(result, metrics) };
  if (result !== undefined) {
    throw new HpoError(
      `addTrials: a ${state} trial has no result. Drop it, or add it as complete.`,
    );
  }
  if (state === "pruned") return prunedEnd(reports, metrics);
  if (failure === undefined) {
    const message = "The trial was added as failed.";
    return { state, failure: { reason: "error", message } };
  }
  requireOneOf("addTrials: failure.reason", failure.reason, REASONS);
  if (typeof failure.message !== "string") {
    throw mustBe("addTrials: failure.message", failure.message, "a text");
  }
  return { state, failure: attributesOf(failure, "addTrials: failure") as Failure };
}

function valuesOf(result: unknown, metrics: Metrics): readonly number[] {
  const values = listOf(result, metrics);
  if (typeof values !== "string" && !values.some(Number.isNaN)) return values;
  throw new HpoError(
    `addTrials: ${typeof values === "string" ? values : "the result is NaN."} ` +
      'Add it with state "failed" if it has none.',
  );
}

function sortedReports(reports: readonly Report[]): readonly Report[] {
  requireList("addTrials: reports", reports, "{ step, value }");
  const steps = new Set<number>();
  for (const { step, value } of reports) {
    requireInteger("addTrials: a report's step", step, 0);
    if (typeof value !== "number") {
      throw mustBe(`addTrials: the report at step ${step}`, value, "a number");
    }
    if (steps.has(step)) {
      throw new HpoError(`addTrials: there are two reports at step ${step}. Give one.`);
    }
    steps.add(step);
  }
  return [...reports].sort((a, b) => a.step - b.step);
}

function timesOf({ startedAt, completedAt }: AddedTrial) {
  for (const [name, time] of Object.entries({ startedAt, completedAt })) {
    if (time === undefined || (time instanceof Date && !Number.isNaN(time.getTime()))) continue;
    throw mustBe(`addTrials: ${name}`, time, "a valid Date");
  }
  const now = new Date();
  const [started, completed] = [startedAt ?? completedAt ?? now, completedAt ?? now];
  if (started <= completed) return { startedAt: started, completedAt: completed };
  throw mustBe(
    "addTrials: completedAt",
    completed.toISOString(),
    `no earlier than startedAt, ${started.toISOString()}`,
  );
}
