import type { Distribution, Scalar } from "./distribution.ts";

/**
 * A distribution that another library stored, and that can't be drawn from here: a categorical of
 * lists, objects, NaN or equal choices, integers beyond 2^53. It is read and written as it is.
 * @param json as parsed
 * @param text as stored
 * @param why what keeps it from being drawn from
 * @returns undefined if its kind is not known at all
 */
export function foreignDistribution(
  json: unknown,
  text: string,
  why: string,
): Distribution | undefined {
  const { name, attributes } = (json ?? {}) as { name?: unknown; attributes?: unknown };
  const { choices, low, high, log, step } = (attributes ?? {}) as Record<string, unknown>;
  const foreign = { json: text, why };
  if (name === "CategoricalDistribution") {
    if (!Array.isArray(choices)) return undefined;
    return { kind: "categorical", choices: choices as Scalar[], foreign };
  }
  if (typeof low !== "number" || typeof high !== "number") return undefined;
  const range = { low, high, log: log === true, foreign };
  if (name === "IntDistribution") {
    return { kind: "int", ...range, step: typeof step === "number" ? step : 1 };
  }
  if (name !== "FloatDistribution") return undefined;
  return { kind: "float", ...range, ...(typeof step === "number" && { step }) };
}

/** The first of a trial's parameters that can't be drawn, and why; undefined if all can. */
export function foreignParameter(
  distributions: Readonly<Record<string, Distribution>>,
): { readonly name: string; readonly why: string } | undefined {
  for (const name of Object.keys(distributions)) {
    const { foreign } = distributions[name];
    if (foreign) return { name, why: foreign.why };
  }
  return undefined;
}
