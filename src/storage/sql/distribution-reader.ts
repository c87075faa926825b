import { HpoError, StorageError } from "../../errors/errors.ts";
import { foreignDistribution } from "../../space/foreign-distribution.ts";
import { distributionFromJson } from "../../space/distribution-json.ts";
import type { Distribution } from "../../space/distribution.ts";
import { fromJson } from "../json.ts";

/** Parses each text once, as a study stores few distributions, thousands of times. */
export function distributionReader(
  url: string,
): (json: string, name: string, trialNumber: number) => Distribution {
  const known = new Map<string, Distribution>();
  return (json, name, trialNumber) => {
    const cached = known.get(json);
    if (cached) return cached;
    const where = `${url}: parameter "${name}" of trial ${trialNumber}`;
    const distribution = parsed(json, where);
    if (known.size > 10_000) known.clear(); // a range that moves with every trial
    known.set(json, distribution);
    return distribution;
  };
}

function parsed(json: string, where: string): Distribution {
  const parsed = fromJsonOrUndefined(exactIntegers(json));
  try {
    return distributionFromJson(parsed ?? fromJson(json));
  } catch (error) {
    if (!(error instanceof HpoError || error instanceof SyntaxError)) throw error;
    const foreign = foreignDistribution(parsed, json, error.message);
    if (foreign) return foreign;
    throw new StorageError(
      `${where} can't be read: ${error.message} Go on with the library that wrote the study, ` +
        "or copy its other trials to a new one.",
      { cause: error },
    );
  }
}

function fromJsonOrUndefined(text: string): unknown {
  try {
    return fromJson(text);
  } catch {
    return undefined;
  }
}

/** Quotes integers that a double can't hold exactly, among a categorical's choices only. */
const exactIntegers = (json: string): string =>
  json.includes("CategoricalDistribution")
    ? json.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?![\d.eE])/g, (token) =>
        token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : `"${token}"`,
      )
    : json;

type Distributions = Readonly<Record<string, Distribution>>;

/** Gives equal sets of distributions as one object: most trials of a study have the same. */
export function sharer(): (distributions: Distributions) => Distributions {
  const ids = new WeakMap<Distribution, number>();
  const known = new Map<string, Distributions>();
  let lastId = 0;
  return (distributions) => {
    let key = "";
    for (const name of Object.keys(distributions)) {
      let id = ids.get(distributions[name]);
      if (id === undefined) ids.set(distributions[name], (id = ++lastId));
      key += `${id} ${name}\n`;
    }
    const same = known.get(key);
    if (same) return same;
    if (known.size > 10_000) known.clear();
    known.set(key, distributions);
    return distributions;
  };
}
