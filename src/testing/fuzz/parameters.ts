import type { Rng } from "../../numerics/rng.ts";
import type { ParameterContent } from "../../study-file/study-file-schema.ts";
import { chance, maybe, namesDrawn, pick } from "./draw.ts";

type Content = Readonly<Record<string, unknown>>;

/** Parameters as a study file has them, all of them right. */
export function parametersDrawn(rng: Rng, least: number, most: number): Record<string, Content> {
  const space: Record<string, Content> = {};
  for (const name of namesDrawn(rng, least, most)) {
    const parents = Object.entries(space).filter(([, { type }]) => type === "categorical");
    const when = maybe(rng, parents.length > 0 ? 0.4 : 0, () => {
      const [parent, { choices }] = pick(rng, parents);
      const [first] = choices as unknown[];
      return { [parent]: chance(rng, 0.5) ? first : [first] };
    });
    space[name] = { ...parameterDrawn(rng), ...(when && { when }) };
  }
  return space;
}

function parameterDrawn(rng: Rng): ParameterContent {
  switch (rng.integer(0, 3)) {
    case 0:
      return pick<ParameterContent>(rng, [
        { type: "float", low: 1e-5, high: 1, log: true },
        { type: "float", low: -1, high: 1 },
        { type: "float", low: 0, high: 1, step: 0.25 },
        { type: "float", low: 0.1, high: 0.1 },
        { type: "float", low: -1e300, high: 1e300 },
      ]);
    case 1:
      return pick<ParameterContent>(rng, [
        { type: "int", low: 1, high: 8 },
        { type: "int", low: 16, high: 1024, log: true },
        { type: "int", low: 0, high: 500, step: 100 },
        { type: "int", low: -3, high: -3 },
      ]);
    default:
      return {
        type: "categorical",
        choices: pick(rng, [
          ["sgd", "adam"],
          [true, false],
          [1, 2.5, null],
          ["a b", "{x}", ""],
        ]),
      };
  }
}
