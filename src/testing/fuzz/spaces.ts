import type { Rng } from "../../numerics/rng.ts";
import { spaceFromJson, spaceToJson } from "../../space/space-json.ts";
import { chance, pick, manyDrawn, slippedValue } from "./draw.ts";
import { requireSame, type Fuzzer } from "./fuzzer.ts";
import { parametersDrawn } from "./parameters.ts";

/** Search spaces as JSON, as a database keeps them. */
export const spaceJsons: Fuzzer = {
  name: "spaces",
  draw(rng) {
    let json: unknown = spaceDrawn(rng);
    if (chance(rng, 0.65))
      for (const _ of manyDrawn(rng, 1, 2, () => 0)) json = slippedValue(rng, json);
    const text = JSON.stringify(json);
    return {
      text,
      names: ["search space", ...namesIn(json)],
      take() {
        const before = spaceToJson(spaceFromJson(JSON.parse(text)));
        const after = spaceToJson(spaceFromJson(JSON.parse(JSON.stringify(before))));
        requireSame("the space", before, after);
      },
    };
  },
};

const namesIn = (json: unknown): string[] =>
  (Array.isArray(json) ? (json as unknown[]) : [])
    .map((one) => JSON.stringify((one as { name?: unknown } | null)?.name))
    .filter((name) => name !== undefined);

const spaceDrawn = (rng: Rng): unknown[] =>
  Object.entries(parametersDrawn(rng, 1, 4)).map(([name, { type, when, ...attributes }]) => ({
    name,
    distribution: {
      name:
        { float: "FloatDistribution", int: "IntDistribution" }[type as string] ??
        "CategoricalDistribution",
      attributes:
        type === "categorical"
          ? attributes
          : { log: false, step: type === "int" ? 1 : null, ...attributes },
    },
    ...(when !== undefined && {
      conditions: Object.entries(when as object).map(([parameter, value]) => ({
        parameter,
        in: [value].flat(),
      })),
    }),
    ...(type === "float" && chance(rng, 0.3) && { prior: pick(rng, PRIORS) }),
  }));

const PRIORS = [
  { kind: "logNormal", median: 0.05, factor: 3 },
  { kind: "normal", mean: 0.1, sd: 0.5 },
  { kind: "beta", a: 2, b: 5 },
  {
    kind: "density",
    points: [
      [0.1, 1],
      [0.2, 2],
    ],
  },
];
