import { float, int, categorical, oneOf } from "../space/parameter.ts";
import { encode, searchSpace, type Params, type SearchSpace } from "../space/search-space.ts";
import type { Observation } from "../contracts/strategy.ts";
import type { Failure } from "../contracts/trial.ts";

/** Search spaces that every strategy must cope with. */
export const spaces = {
  continuous: searchSpace({
    x: float(0, 1),
    y: float(-5, 10),
    z: float(1e-5, 1, { log: true }),
  }),
  mixed: searchSpace({
    lr: float(1e-5, 1, { log: true }),
    ...oneOf("optimizer", {
      sgd: { momentum: float(0, 0.99), nesterov: categorical([true, false]) },
      adamw: { beta: float(1e-3, 1, { log: true }) },
      lion: {},
    }),
    batch: int(16, 1024, { log: true }),
    layers: int(1, 3),
    width: int(8, 32, { step: 8 }).when("layers", { gte: 2 }),
    dropout: float(0, 0.5, { step: 0.25 }),
    decay: float(0, 1).when("nesterov", true),
  }),
  finite: searchSpace({
    ...oneOf("kind", { a: { n: int(1, 3) }, b: {} }),
    f: float(0, 0.2, { step: 0.1 }),
  }),
  single: searchSpace({
    only: categorical(["here"]),
    fixed: float(0.5, 0.5),
    one: int(3, 3),
    point: float(2, 2, { log: true }),
  }),
  empty: searchSpace({}),
} as const satisfies Readonly<Record<string, SearchSpace>>;

export type Ending = Omit<Observation, "number" | "params">;
export type ScenarioObjective = (params: Params, number: number) => Ending;

export const completeEnding = (...values: number[]): Ending => ({
  outcome: "complete",
  values,
  reports: [],
});

/** Σ (u − 0.3)² over the coordinates that exist: the same bits everywhere. */
export function bowl(space: SearchSpace, params: Params): number {
  let sum = 0;
  for (const u of encode(space, params)) if (!Number.isNaN(u)) sum += (u - 0.3) * (u - 0.3);
  return sum;
}

export const bowlObjective =
  (space: SearchSpace): ScenarioObjective =>
  (params) =>
    completeEnding(bowl(space, params));

const reasons = ["diverged", "outOfMemory", "error", "timeout", "lost", "unknown"] as const;

export const failed = (reason: Failure["reason"], reports: Ending["reports"] = []): Ending => ({
  outcome: "failed",
  values: [],
  reports,
  failure: { reason, message: reason },
});

/** Every way in which a trial can end, mishaps in three of four trials. */
export const mishaps =
  (space: SearchSpace): ScenarioObjective =>
  (params, number) => {
    const value = bowl(space, params);
    switch (number % 8) {
      case 0:
      case 4:
        return completeEnding(value);
      case 1:
        return failed(reasons[(number >> 3) % reasons.length]);
      case 2:
        return { outcome: "pruned", values: [value], reports: [{ step: 3, value }] };
      case 3:
        return failed("diverged", [
          { step: 0, value },
          { step: 1, value: NaN },
        ]);
      case 5:
        return { outcome: "pruned", values: [], reports: [] };
      case 6:
        return completeEnding(number % 16 < 8 ? Infinity : -Infinity);
      default:
        return {
          ...completeEnding(value, value),
          values: [value],
          constraints: [value - 0.2, NaN],
        };
    }
  };
