import { HpoError, StorageError } from "../../errors/errors.ts";
import { foreignDistribution } from "../../space/foreign-distribution.ts";
import { distributionFromJson } from "../../space/distribution-json.ts";
import type { Distribution } from "../../space/distribution.ts";
import { CappedMap } from "../../system/capped-map.ts";
import { fromJson } from "../json.ts";

/** Where a range moves with every trial there is no end of them. */
const MOST_KNOWN = 10_000;

/** Parses each text once, as a study stores few distributions, thousands of times. */
export function distributionReader(
  url: string,
): (json: string, name: string, trialNumber: number) => Distribution {
  const known = new CappedMap<string, Distribution>(MOST_KNOWN);
  return (json, name, trialNumber) =>
    known.get(json) ??
    known.put(json, parsed(json, `${url}: parameter "${name}" of trial ${trialNumber}`));
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
  const known = new CappedMap<string, Distributions>(MOST_KNOWN);
  let lastId = 0;
  return (distributions) => {
    let key = "";
    for (const name of Object.keys(distributions)) {
      let id = ids.get(distributions[name]);
      if (id === undefined) ids.set(distributions[name], (id = ++lastId));
      key += `${id} ${name}\n`;
    }
    return known.get(key) ?? known.put(key, distributions);
  };
}
