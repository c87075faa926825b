import { HpoError } from "../../errors/errors.ts";
import { listOf, type Metrics } from "./trial-end.ts";
import { didYouMean } from "../../errors/did-you-mean.ts";
import { contains, describeDistribution, type Distribution } from "../../space/distribution.ts";
import type { Params, SearchSpace } from "../../space/search-space.ts";
import { ATTRIBUTE, type NewTrial } from "../../contracts/storage.ts";
import type { Attributes, Failure, Report, Trial } from "../../contracts/trial.ts";

/** A trial that was run elsewhere, or answered from a table. */
export interface AddedTrial {
  readonly params: Params;
  /** Needed for parameters that the study's space does not declare. */
  readonly distributions?: Readonly<Record<string, Distribution>>;
  /** "complete" if left out. */
  readonly state?: "complete" | "pruned" | "failed";
  /** Of a complete trial: a number, a list in the study's order, or metrics by their names. */
  readonly result?: unknown;
  readonly reports?: readonly Report[];
  readonly constraints?: readonly number[];
  readonly failure?: Failure;
  readonly userAttrs?: Attributes;
  readonly startedAt?: Date;
  readonly completedAt?: Date;
}

/** @throws HpoError if a value lies outside its distribution, or the result does not fit the state. */
export function newFinishedTrial(
  trial: AddedTrial,
  space: SearchSpace | undefined,
  metrics: Metrics,
): NewTrial {
  const { params, state = "complete", reports = [], constraints, failure, userAttrs = {} } = trial;
  const distributions: Record<string, Distribution> = {};
  for (const [name, value] of Object.entries(params)) {
    const distribution = trial.distributions?.[name] ?? distributionOf(space, name);
    if (!distribution) {
      throw new HpoError(
        `addTrials: "${name}" is no parameter of the study. Give its distribution, or drop it.`,
      );
    }
    if (!contains(distribution, value)) {
      throw new HpoError(
        `addTrials: "${name}"=${JSON.stringify(value)} is not ${describeDistribution(distribution)}.`,
      );
    }
    distributions[name] = distribution;
  }
  const now = new Date();
  return {
    state,
    params,
    distributions,
    values: valuesOf(trial, state, metrics),
    reports: [...reports].sort((a, b) => a.step - b.step),
    userAttrs,
    systemAttrs: {
      ...(constraints && { [ATTRIBUTE.constraints]: constraints }),
      ...(state === "failed" && {
        [ATTRIBUTE.failure]: failure ?? {
          reason: "error",
          message: "The trial was added as failed.",
        },
      }),
    },
    startedAt: trial.startedAt ?? now,
    completedAt: trial.completedAt ?? now,
  };
}

function valuesOf(
  trial: AddedTrial,
  state: "complete" | "pruned" | "failed",
  metrics: Metrics,
): readonly number[] | undefined {
  if (state !== "complete") {
    if (trial.result === undefined) return undefined;
    throw new HpoError(
      `addTrials: a ${state} trial has no result. Drop it, or add it as complete.`,
    );
  }
  const values = listOf(trial.result, metrics);
  if (typeof values === "string" || values.some(Number.isNaN)) {
    throw new HpoError(
      `addTrials: ${typeof values === "string" ? values : "the result is NaN."} ` +
        'Add it with state "failed" if it has none.',
    );
  }
  return values;
}

const distributionOf = (space: SearchSpace | undefined, name: string): Distribution | undefined =>
  space?.parameters.find((parameter) => parameter.name === name)?.distribution;

/**
 * Warnings about values that lie outside their range (they are kept, as in Optuna).
 * @throws HpoError on a name or a category that the space does not have.
 */
export function checkEnqueued(params: Params, space: SearchSpace | undefined): string[] {
  if (!space) return [];
  const warnings: string[] = [];
  for (const [name, value] of Object.entries(params)) {
    const distribution = distributionOf(space, name);
    if (!distribution) {
      const names = space.parameters.map((parameter) => parameter.name);
      throw new HpoError(
        `enqueue: "${name}" is no parameter of the study. ${didYouMean(name, names)}`,
      );
    }
    if (contains(distribution, value)) continue;
    if (distribution.kind === "categorical" || typeof value !== "number") {
      throw new HpoError(
        `enqueue: "${name}"=${JSON.stringify(value)} is not ${describeDistribution(distribution)}.`,
      );
    }
    warnings.push(
      `enqueue: "${name}"=${value} lies outside ${describeDistribution(distribution)}; ` +
        "it is tried all the same.",
    );
  }
  return warnings;
}

/** Whether a trial was queued with, or has, exactly these parameters. */
export function sameFixed(trial: Trial, params: Params): boolean {
  const fixed = (trial.systemAttrs[ATTRIBUTE.fixedParams] as Params | undefined) ?? trial.params;
  const names = Object.keys(params);
  return (
    names.length === Object.keys(fixed).length &&
    names.every((name) => fixed[name] === params[name])
  );
}
