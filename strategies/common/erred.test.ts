import test from "ava";
import { createRng } from "../../src/numerics/rng.ts";
import { float, int, searchSpace, type Params, type SearchSpace } from "../../src/space/index.ts";
import { simulate } from "../../src/testing/strategy-simulation.ts";
import { completeEnding, failed } from "../../src/testing/strategy-scenarios.ts";
import { bayesian, tpe } from "../index.ts";

// A user would miss: a study that goes on where a script exits with 1 in a part of the space, in place of
// one that asks for the same place until it is stopped for errors.

const SEEDS = [1, 2, 3, 4];

interface Problem {
  readonly space: SearchSpace;
  readonly value: (params: Params) => number;
  readonly errs: (params: Params, number: number) => boolean;
  /** What each strategy is to find, where there is something to find. */
  readonly bar?: { readonly bayesian: number; readonly tpe: number };
}

const plane = searchSpace({ x: float(0, 1), y: float(0, 1) });
const valley =
  (x: number) =>
  (params: Params): number =>
    (Number(params["x"]) - x) ** 2 + (Number(params["y"]) - 0.3) ** 2;
const isBeyond = (params: Params): boolean => Number(params["x"]) > 0.7;
const bar = { bayesian: 1e-5, tpe: 0.02 };

const PROBLEMS: Readonly<Record<string, Problem>> = {
  "beside the best place": { space: plane, value: valley(0.65), errs: isBeyond, bar },
  "where the best place would be": { space: plane, value: valley(0.9), errs: isBeyond },
  "where the best of whole numbers would be": {
    space: searchSpace({ x: int(1, 10), y: int(1, 10) }),
    value: ({ x, y }) => (Number(x) - 9) ** 2 + (Number(y) - 3) ** 2,
    errs: ({ x }) => Number(x) > 7,
  },
  "by chance": {
    space: plane,
    value: valley(0.65),
    errs: (_, number) => createRng(number, "chance").uniform() < 0.3,
    bar,
  },
};

for (const [name, make] of [["bayesian", bayesian] as const, ["tpe", tpe] as const]) {
  for (const [where, { space, value, errs, bar }] of Object.entries(PROBLEMS)) {
    test(`${name}: a study goes on where trials err ${where}`, (t) => {
      for (const seed of SEEDS) {
        const { history } = simulate(make(), {
          space,
          objective: (params, number) =>
            errs(params, number) ? failed("error") : completeEnding(value(params)),
          trials: 30,
          seed,
        });
        const ends = history.map(({ outcome }) => (outcome === "failed" ? "x" : "."));
        t.notRegex(ends.join(""), /x{7}/, `seed ${seed}`);
        const best = Math.min(...history.flatMap(({ values }) => values));
        if (bar) t.true(best < bar[name], `seed ${seed}: ${best}`);
      }
    });
  }
}
