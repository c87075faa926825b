import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { Trial } from "../../contracts/trial.ts";
import { mustBe } from "../../errors/checks.ts";
import { didYouMean } from "../../errors/did-you-mean.ts";
import { HpoError } from "../../errors/errors.ts";
import { shown } from "../../errors/shown.ts";
import { describeCondition, holds, type Condition } from "../../space/condition.ts";
import { type Distribution } from "../../space/distribution.ts";
import { describeDistribution } from "../../space/compare-distributions.ts";
import { isScalar } from "../../space/distribution.ts";
import { fitOf } from "../../space/fixed-value.ts";
import {
  isActive,
  type Parameter,
  type Params,
  type SearchSpace,
} from "../../space/search-space.ts";

/**
 * Warnings about queued values that lie outside their range: they are kept, as in Optuna.
 * @param space undefined where the objective defines it as it runs
 * @throws HpoError on a name that the space does not have, a value that its parameter can never
 * have, and a parameter that does not exist beside the others
 */
export function checkQueued(params: Params, space: SearchSpace | undefined): string[] {
  if (typeof params !== "object" || params === null || Array.isArray(params)) {
    throw mustBe("enqueue: params", params, 'an object of parameters, such as { "lr": 0.1 }');
  }
  const warnings: string[] = [];
  for (const [name, value] of Object.entries(params)) {
    if (!space) {
      checkScalar(name, value);
      continue;
    }
    const parameter = parameterOf(space, name);
    checkBranch(parameter, params, space);
    const warning = checkFixed(name, value, parameter.distribution);
    if (warning !== undefined) warnings.push(warning);
  }
  if (space) checkTogether(Object.keys(params), space);
  return warnings;
}

/** @throws HpoError if two of these parameters never exist together: `momentum` of SGD and a beta of Adam */
function checkTogether(names: readonly string[], space: SearchSpace): void {
  const needed = new Map<string, { readonly name: string; readonly condition: Condition }[]>();
  for (const name of names) {
    for (const condition of conditionsOf(name, space)) {
      const before = needed.get(condition.parameter) ?? [];
      const { distribution } = parameterOf(space, condition.parameter);
      const other = before.find((one) => !canBoth(one.condition, condition, distribution));
      if (other) {
        throw new HpoError(
          `enqueue: "${other.name}" exists only when ${describeCondition(other.condition)}, and ` +
            `"${name}" only when ${describeCondition(condition)}. Drop one of them.`,
        );
      }
      needed.set(condition.parameter, [...before, { name, condition }]);
    }
  }
}

/** Of a parameter and of those that it hangs on. */
function conditionsOf(name: string, space: SearchSpace): readonly Condition[] {
  const { conditions } = parameterOf(space, name);
  return conditions.flatMap((one) => [one, ...conditionsOf(one.parameter, space)]);
}

/** True of a range, where it is not known. */
function canBoth(a: Condition, b: Condition, of: Distribution): boolean {
  if (of.kind !== "categorical") return true;
  return of.choices.some((choice) => holds(a, choice) && holds(b, choice));
}

/**
 * Warnings about queued names that no trial so far had, where the objective defines the space as it
 * runs: it may ask for them, or they are misspelt.
 * @param seen the space as the trials show it
 * @throws HpoError if a parameter's trials show that it can never have the value: a study's kinds and choices are fixed
 */
export function checkUnseen(params: Params, { parameters }: SearchSpace): string[] {
  for (const { name, distribution } of parameters) {
    if (!Object.hasOwn(params, name)) continue;
    const fit = fitOf(distribution, params[name]);
    if (fit.kind !== "wrong") continue;
    const must = `${fit.must}: the study's trials have it as ${distribution.kind}`;
    throw mustBe(`enqueue: "${name}"`, params[name], must);
  }
  const names = parameters.map(({ name }) => name);
  const unseen = Object.keys(params).filter((name) => !names.includes(name));
  if (names.length === 0) return [];
  return unseen.map(
    (name) =>
      `enqueue: no trial so far has a parameter "${name}". ${didYouMean(name, names)} ` +
      "It is used if the objective asks for it.",
  );
}

/** @returns a warning if the value lies outside. @throws HpoError if it is of the wrong kind */
export function checkFixed(
  name: string,
  value: unknown,
  distribution: Distribution,
): string | undefined {
  const fit = fitOf(distribution, value);
  if (fit.kind === "wrong") throw mustBe(`enqueue: "${name}"`, value, fit.must);
  if (fit.kind === "inside") return undefined;
  return (
    `enqueue: "${name}"=${String(value)} lies outside ${describeDistribution(distribution)}; ` +
    "it is tried all the same."
  );
}

function checkScalar(name: string, value: unknown): void {
  if (isScalar(value)) return;
  throw mustBe(`enqueue: "${name}"`, value, "a finite number, a text, true, false or null");
}

function parameterOf({ parameters }: SearchSpace, name: string): Parameter {
  const found = parameters.find((parameter) => parameter.name === name);
  if (found) return found;
  const names = parameters.map((parameter) => parameter.name);
  throw new HpoError(`enqueue: the study has no parameter "${name}". ${didYouMean(name, names)}`);
}

/** @throws HpoError if the values that are given beside a parameter exclude it */
function checkBranch(parameter: Parameter, params: Params, space: SearchSpace): void {
  for (const condition of parameter.conditions) {
    const parent = parameterOf(space, condition.parameter);
    checkBranch(parent, params, space);
    if (!Object.hasOwn(params, parent.name)) continue;
    if (holds(condition, params[parent.name])) continue;
    throw new HpoError(
      `enqueue: "${parameter.name}" exists only when ${describeCondition(condition)}, and ` +
        `"${parent.name}" is given as ${JSON.stringify(params[parent.name])}. Drop one of them.`,
    );
  }
}

/**
 * Why a queued trial can't be started: a value that its parameter can never have, queued by another
 * library or before the space changed. Undefined if it can.
 */
export function whyUnstartable(params: Params, { parameters }: SearchSpace): string | undefined {
  for (const { name, distribution } of parameters) {
    if (!Object.hasOwn(params, name)) continue;
    const fit = fitOf(distribution, params[name]);
    if (fit.kind === "wrong") {
      return `It was queued with "${name}"=${shown(params[name])}, which must be ${fit.must}.`;
    }
  }
  return undefined;
}

/** A note naming the queued parameters that the trial does not have; undefined if it has all. */
export function leftOutNote(
  { number, params: queued }: Trial,
  params: Params,
  space: SearchSpace,
): string | undefined {
  const missing = Object.keys(queued).filter((name) => !Object.hasOwn(params, name));
  if (missing.length === 0) return undefined;
  const why = missing.map((name) => {
    const parameter = space.parameters.find((one) => one.name === name);
    if (!parameter) return `"${name}", which the study's space does not have any more`;
    const broken = parameter.conditions.find(
      (condition) => !isActive({ ...parameter, conditions: [condition] }, params),
    );
    const when = broken ? `, which exists only when ${describeCondition(broken)}` : "";
    return `"${name}"${when}`;
  });
  return `Trial ${number} was queued with ${why.join(", and ")}: left out.`;
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
