import { describeCondition } from "./condition.ts";
import {
  checkCompatible,
  describeDistribution,
  sameDistribution,
} from "./compare-distributions.ts";
import type { Parameter, SearchSpace } from "./search-space.ts";

/**
 * What differs between a study's space and the one that it goes on with, a line each.
 * @throws HpoError where a parameter's kind or choices changed.
 */
export function spaceChanges(before: SearchSpace, now: SearchSpace): string[] {
  const changes: string[] = [];
  const earlier = new Map(before.parameters.map((parameter) => [parameter.name, parameter]));
  for (const parameter of now.parameters) {
    const old = earlier.get(parameter.name);
    earlier.delete(parameter.name);
    if (!old) changes.push(`"${parameter.name}" is new: ${describe(parameter)}`);
    else changes.push(...parameterChanges(old, parameter));
  }
  for (const name of earlier.keys()) changes.push(`"${name}" is gone`);
  return changes;
}

function parameterChanges(old: Parameter, now: Parameter): string[] {
  const { name } = now;
  const changes: string[] = [];
  checkCompatible(name, old.distribution, now.distribution);
  if (!sameDistribution(old.distribution, now.distribution)) {
    const [before, after] = [old, now].map((p) => describeDistribution(p.distribution));
    changes.push(`"${name}" was ${before} and is now ${after}`);
  }
  if (JSON.stringify(old.conditions) !== JSON.stringify(now.conditions)) {
    changes.push(`"${name}" now exists ${when(now)}`);
  }
  if (JSON.stringify(old.prior) !== JSON.stringify(now.prior)) {
    changes.push(`the prior of "${name}" changed`);
  }
  return changes;
}

const describe = (parameter: Parameter): string =>
  parameter.conditions.length === 0
    ? describeDistribution(parameter.distribution)
    : `${describeDistribution(parameter.distribution)}, ${when(parameter)}`;

const when = ({ conditions }: Parameter): string =>
  conditions.length === 0 ? "always" : `when ${conditions.map(describeCondition).join(" and ")}`;
