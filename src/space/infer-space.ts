import type { Condition } from "./condition.ts";
import {
  cardinality,
  type Distribution,
  type NumericDistribution,
  type Scalar,
} from "./distribution.ts";
import { sameDistribution } from "./compare-distributions.ts";
import {
  isActive,
  spaceOf,
  type Parameter,
  type Params,
  type SearchSpace,
} from "./search-space.ts";

/** What a define-by-run trial tells about the space. */
export interface SpaceSample {
  readonly params: Params;
  readonly distributions: Readonly<Record<string, Distribution>>;
}

/**
 * Whether the trial fits the space as it is inferred: same names where it says, same ranges.
 *
 * @example
 * ```ts
 * import { explains, float, floatDistribution, searchSpace } from "hpo";
 *
 * const sample = { params: { lr: 0.5 }, distributions: { lr: floatDistribution(0, 1) } };
 * explains(searchSpace({ lr: float(0, 1) }), sample); // true
 * explains(searchSpace({ lr: float(0, 0.1) }), sample); // false
 * ```
 */
export const explains = (space: SearchSpace, { params, distributions }: SpaceSample): boolean =>
  Object.keys(params).every((name) => space.parameters.some((p) => p.name === name)) &&
  space.parameters.every((parameter) => {
    const here = Object.hasOwn(params, parameter.name);
    if (here !== isActive(parameter, params)) return false;
    return !here || covers(parameter.distribution, distributions[parameter.name]);
  });

/**
 * The space behind trials that asked for their parameters one by one. A range is the union of
 * those asked for. A parameter that some trials lack depends on the first categorical (or single
 * step) parameter before it whose values tell the two kinds of trials apart; if none does, it is
 * taken to exist always.
 *
 * @example
 * ```ts
 * import { categoricalDistribution, floatDistribution, inferSpace } from "hpo";
 *
 * const [optimizer, momentum] = [categoricalDistribution(["sgd", "lion"]), floatDistribution(0, 1)];
 * const space = inferSpace([
 *   { params: { optimizer: "lion" }, distributions: { optimizer } },
 *   { params: { optimizer: "sgd", momentum: 0.9 }, distributions: { optimizer, momentum } },
 * ]);
 * space.parameters[1].conditions.length; // 1
 * ```
 */
export function inferSpace(samples: readonly SpaceSample[]): SearchSpace {
  const distributions = new Map<string, Distribution>();
  for (const sample of samples) {
    for (const [name, distribution] of Object.entries(sample.distributions)) {
      const known = distributions.get(name);
      distributions.set(name, known ? union(known, distribution) : distribution);
    }
  }
  const parameters: Parameter[] = [];
  for (const [name, distribution] of distributions) {
    const condition = conditionOf(name, parameters, samples);
    parameters.push({ name, distribution, conditions: condition ? [condition] : [] });
  }
  return spaceOf(parameters);
}

function conditionOf(
  name: string,
  earlier: readonly Parameter[],
  samples: readonly SpaceSample[],
): Condition | undefined {
  const having = samples.filter(({ params }) => Object.hasOwn(params, name));
  if (having.length === samples.length) return undefined;
  const lacking = samples.filter(({ params }) => !Object.hasOwn(params, name));
  for (const parent of earlier) {
    if (cardinality(parent.distribution) > 20) continue;
    if (!having.every(({ params }) => Object.hasOwn(params, parent.name))) continue;
    const values = new Set<Scalar>(having.map(({ params }) => params[parent.name]));
    const apart = lacking.every(
      ({ params }) => !Object.hasOwn(params, parent.name) || !values.has(params[parent.name]),
    );
    if (apart) return { parameter: parent.name, in: [...values] };
  }
  return undefined;
}

/** The range of both; of ranges on two scales, and of choices, the later one. */
function union(a: Distribution, b: Distribution): Distribution {
  if (a.kind === "categorical" || b.kind === "categorical" || !haveOneScale(a, b)) return b;
  return { ...b, low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
}

const covers = (wide: Distribution, narrow: Distribution): boolean =>
  wide.kind === "categorical" || narrow.kind === "categorical"
    ? sameDistribution(wide, narrow)
    : haveOneScale(wide, narrow) && wide.low <= narrow.low && wide.high >= narrow.high;

const haveOneScale = (a: NumericDistribution, b: NumericDistribution): boolean =>
  a.kind === b.kind && a.log === b.log && a.step === b.step;
