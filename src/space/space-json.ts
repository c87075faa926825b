import { mustBe, requireKnown } from "../errors/checks.ts";
import { HpoError } from "../errors/errors.ts";
import {
  JSON_KINDS,
  requireMembers,
  requireObject,
  type JsonKind,
} from "../errors/json-members.ts";
import type { Condition } from "./condition.ts";
import { distributionFromJson, distributionToJson } from "./distribution-json.ts";
import { named } from "./named.ts";
import type { PriorSpec } from "./prior-spec.ts";
import { spaceOf, type SearchSpace } from "./search-space.ts";

const { number, numberOrNone, text, scalars, numberPairs, scalarWeights } = JSON_KINDS;
const PRIORS: Readonly<Record<PriorSpec["kind"], Readonly<Record<string, JsonKind>>>> = {
  logNormal: { median: number, factor: number },
  normal: { mean: number, sd: number },
  beta: { a: number, b: number },
  density: { points: numberPairs },
  weights: { weights: scalarWeights },
};
const bounds = { gt: numberOrNone, gte: numberOrNone, lt: numberOrNone, lte: numberOrNone };

/** A search space as JSON: a list of parameters, distributions in Optuna's form. */
export type SpaceJson = {
  name: string;
  distribution: unknown;
  conditions?: Condition[];
  prior?: PriorSpec;
}[];

/**
 * A search space as plain JSON: names, distributions, conditions, priors.
 *
 * @example
 * ```ts
 * import { float, searchSpace, spaceToJson } from "hpo";
 *
 * spaceToJson(searchSpace({ lr: float(0, 1) }))[0].name; // lr
 * ```
 */
export const spaceToJson = (space: SearchSpace): SpaceJson =>
  space.parameters.map(({ name, distribution, conditions, prior }) => ({
    name,
    distribution: distributionToJson(distribution),
    ...(conditions.length > 0 && { conditions: [...conditions] }),
    ...(prior && { prior }),
  }));

/**
 * A search space from what `spaceToJson` made.
 * @throws HpoError if `json` is no search space.
 *
 * @example
 * ```ts
 * import { float, sameSpace, searchSpace, spaceFromJson, spaceToJson } from "hpo";
 *
 * const space = searchSpace({ lr: float(1e-5, 1, { log: true }) });
 * sameSpace(spaceFromJson(JSON.parse(JSON.stringify(spaceToJson(space)))), space); // true
 * ```
 */
export function spaceFromJson(json: unknown): SearchSpace {
  return spaceOf(
    checked(json).map(({ name, distribution, conditions = [], prior }) => ({
      name,
      conditions,
      ...(prior && { prior }),
      distribution: named(name, () => distributionFromJson(distribution)),
    })),
  );
}

/** @throws HpoError but for what is wrong with a distribution */
function checked(json: unknown): SpaceJson {
  try {
    if (!Array.isArray(json)) throw mustBe("It", json, "a list of parameters");
    for (const [at, parameter] of json.entries()) checkParameter(String(at), parameter);
    return json as SpaceJson;
  } catch (error) {
    throw new HpoError(`This is no search space: ${(error as Error).message}`);
  }
}

const PARAMETER = ["name", "distribution", "conditions", "prior"];

function checkParameter(where: string, json: unknown): void {
  const parameter = requireMembers(where, json, { name: text });
  const { conditions = [], prior } = parameter;
  requireKnown(where, parameter, PARAMETER);
  if (!Array.isArray(conditions)) throw mustBe(`${where}: conditions`, conditions, "a list");
  for (const condition of conditions as readonly unknown[]) {
    const place = `${where}: a condition`;
    const kinds = "in" in requireObject(place, condition) ? { in: scalars } : bounds;
    requireMembers(place, condition, { parameter: text, ...kinds }, { alone: true });
  }
  if (prior !== undefined) checkPrior(`${where}: prior`, prior);
}

function checkPrior(where: string, json: unknown): void {
  const { kind } = requireMembers(where, json, { kind: text });
  const kinds = Object.hasOwn(PRIORS, String(kind)) ? PRIORS[kind as PriorSpec["kind"]] : undefined;
  if (!kinds) throw mustBe(`${where}: kind`, kind, Object.keys(PRIORS).join(", "));
  requireMembers(where, json, { kind: text, ...kinds }, { alone: true });
}
