import { HpoError } from "../errors/errors.ts";
import {
  JSON_KINDS,
  requireMembers,
  requireObject,
  wrongMember,
  type JsonKind,
} from "../errors/json-members.ts";
import {
  categoricalDistribution,
  floatDistribution,
  intDistribution,
  type Distribution,
  type Scalar,
} from "./distribution.ts";

/** Optuna's form of a distribution, as in its trial_params.distribution_json. */
export type DistributionJson =
  | {
      name: "FloatDistribution";
      attributes: { step: number | null; low: number; high: number; log: boolean };
    }
  | {
      name: "IntDistribution";
      attributes: { log: boolean; step: number; low: number; high: number };
    }
  | { name: "CategoricalDistribution"; attributes: { choices: Scalar[] } };

/**
 * A distribution in the form in which Optuna's tables keep it.
 *
 * @example
 * ```ts
 * import { distributionToJson, intDistribution } from "hpo";
 *
 * distributionToJson(intDistribution(1, 8)).name; // IntDistribution
 * ```
 */
export function distributionToJson(distribution: Distribution): DistributionJson {
  switch (distribution.kind) {
    case "float": {
      const { step = null, low, high, log } = distribution;
      return { name: "FloatDistribution", attributes: { step, low, high, log } };
    }
    case "int": {
      const { log, step, low, high } = distribution;
      return { name: "IntDistribution", attributes: { log, step, low, high } };
    }
    case "categorical":
      return {
        name: "CategoricalDistribution",
        attributes: { choices: [...distribution.choices] },
      };
  }
}

const { number, numberOrNone, boolean, scalars } = JSON_KINDS;
const range = { low: number, high: number, log: boolean };
const ATTRIBUTES: Readonly<Record<string, Readonly<Record<string, JsonKind>>>> = {
  FloatDistribution: { ...range, step: numberOrNone },
  IntDistribution: { ...range, step: number },
  CategoricalDistribution: { choices: scalars },
};

/**
 * A distribution from the form in which Optuna's tables keep it.
 * @throws HpoError if `json` is not of Optuna's form.
 *
 * @example
 * ```ts
 * import { distributionFromJson, distributionToJson, intDistribution } from "hpo";
 *
 * const stored = JSON.stringify(distributionToJson(intDistribution(1, 8)));
 * distributionFromJson(JSON.parse(stored)).kind; // int
 * ```
 */
export function distributionFromJson(json: unknown): Distribution {
  const { name, attributes } = checked(json);
  switch (name) {
    case "FloatDistribution":
      return floatDistribution(attributes.low, attributes.high, {
        log: attributes.log,
        step: attributes.step ?? undefined,
      });
    case "IntDistribution":
      return intDistribution(attributes.low, attributes.high, attributes);
    case "CategoricalDistribution":
      return categoricalDistribution(attributes.choices);
  }
}

function checked(json: unknown): DistributionJson {
  if (json === undefined) throw wrongMember("A distribution", json, "an object");
  try {
    const { name, attributes } = requireObject("It", json);
    const kinds = Object.hasOwn(ATTRIBUTES, String(name)) ? ATTRIBUTES[String(name)] : undefined;
    if (!kinds) throw wrongMember("name", name, Object.keys(ATTRIBUTES).join(", "));
    requireMembers("attributes", attributes, kinds);
    return json as DistributionJson;
  } catch (error) {
    throw new HpoError(
      `${JSON.stringify(json)} is no distribution that is known here: ${(error as Error).message}`,
    );
  }
}
