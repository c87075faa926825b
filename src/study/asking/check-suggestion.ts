import type { Suggestion } from "../../contracts/strategy.ts";
import { HpoError } from "../../errors/errors.ts";
import { shown } from "../../errors/shown.ts";
import { describeDistribution } from "../../space/compare-distributions.ts";
import { contains } from "../../space/distribution.ts";
import { isActive, type Params, type SearchSpace } from "../../space/search-space.ts";

/**
 * What a strategy, perhaps a program's own, suggested for a trial: no trial runs outside of its space.
 * @throws HpoError naming the strategy, and the parameter and the value that are wrong
 */
export function checkedSuggestion(
  suggestion: Suggestion,
  { strategy, space, number }: { strategy: string; space: SearchSpace; number: number },
): Suggestion {
  const refuse = (what: string, remedy: string): HpoError =>
    new HpoError(`The strategy "${strategy}" suggested ${what} for trial ${number}. ${remedy}`);
  const given: unknown = suggestion;
  const { kind, params } = (given ?? {}) as { readonly kind?: unknown; readonly params?: unknown };
  if (kind === "exhausted") return suggestion;
  if (kind !== "params" || typeof params !== "object" || params === null) {
    throw refuse(
      shown(given),
      'Its suggest must give { kind: "params", params: { … } }, or { kind: "exhausted", message }.',
    );
  }
  let count = 0;
  for (const parameter of space.parameters) {
    const { name, distribution } = parameter;
    const value = Object.hasOwn(params, name) ? (params as Params)[name] : undefined;
    if (!isActive(parameter, params as Params)) {
      if (value === undefined) continue;
      const remedy = "That parameter does not exist beside the others. Leave it out.";
      throw refuse(`${name}=${shown(value)}`, remedy);
    }
    count++;
    if (value === undefined) {
      throw refuse(`no value of "${name}"`, `It must be ${describeDistribution(distribution)}.`);
    }
    if (!contains(distribution, value)) {
      throw refuse(`${name}=${shown(value)}`, `It must be ${describeDistribution(distribution)}.`);
    }
  }
  const names = Object.keys(params);
  if (names.length === count) return suggestion;
  const stray = names.find((name) =>
    space.parameters.every((parameter) => parameter.name !== name),
  );
  if (stray === undefined) return suggestion;
  throw refuse(`a parameter "${stray}"`, "The space has none of that name. Leave it out.");
}
