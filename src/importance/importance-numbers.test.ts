import test from "ava";
import type { Trial } from "../contracts/trial.ts";
import { createRng } from "../numerics/rng.ts";
import { numbersFingerprint } from "../numerics/testing/numbers-fingerprint.ts";
import { categorical, decode, float, int, searchSpace } from "../space/index.ts";
import { EVALUATORS, importance } from "./index.ts";

// The importance of the same trials stays the same, so that two reports can be compared. Where a change is
// meant: say in CHANGELOG.md what differs, and record what the test prints.

const space = searchSpace({
  lr: float(1e-5, 1, { log: true }),
  units: int(8, 512, { log: true }),
  kind: categorical(["a", "b", "c"]),
  momentum: float(0, 1).when("kind", "a"),
});

/** Some fail, some are pruned, and values span decades where `spread` says so. */
function trials(count: number, spread: boolean): Trial[] {
  const rng = createRng(11, "importance");
  return Array.from({ length: count }, (_, number) => {
    const params = decode(
      space,
      Float64Array.from(space.parameters, () => rng.uniform()),
    );
    const { lr, units, kind, momentum = 0.5 } = params as Record<string, number>;
    const off = Math.log10(lr) + 3;
    const value = off * off + 0.3 * Math.log2(units) + (String(kind) === "b" ? 1 : 0) + momentum;
    const drawn = space.parameters.filter(({ name }) => Object.hasOwn(params, name));
    const distributions = Object.fromEntries(drawn.map((one) => [one.name, one.distribution]));
    const rest = { reports: [], userAttrs: {}, systemAttrs: {} };
    const base = { number, params, distributions, ...rest };
    if (number % 11 === 5) {
      return { ...base, state: "failed", failure: { reason: "diverged", message: "" } };
    }
    const values = [spread ? 10 ** value : value + 0.2 * rng.normal()];
    return { ...base, state: "complete", values };
  });
}

/** More choices than bits of a word, one of which is good, and a coordinate far from the good ones. */
function many(): Trial[] {
  const rng = createRng(12, "many");
  return Array.from({ length: 150 }, (_, number) => {
    const params = decode(
      wide,
      Float64Array.from(wide.parameters, () => rng.uniform()),
    );
    const { kind, x } = params as Record<string, number>;
    const near = number % 3 === 0 ? 0.001 * x : x;
    return {
      number,
      params: { ...params, x: near },
      reports: [],
      userAttrs: {},
      systemAttrs: {},
      distributions: Object.fromEntries(wide.parameters.map((one) => [one.name, one.distribution])),
      state: "complete",
      values: [near + (kind > 40 ? 1 : 0) + (kind % 2)],
    };
  });
}
const wide = searchSpace({
  x: float(0, 1),
  kind: categorical(Array.from({ length: 70 }, (_, i) => i)),
});

const FINGERPRINTS: Readonly<Record<(typeof EVALUATORS)[number], string>> = {
  fanova: "2fa686bb689a",
  "ped-anova": "a9968b0d6043",
  permutation: "2a96e9713e7b",
};
const MANY: typeof FINGERPRINTS = {
  fanova: "7eec8f67adf7",
  "ped-anova": "f28c32c65076",
  permutation: "ceec3c171e17",
};
for (const evaluator of EVALUATORS) {
  test(`${evaluator}: the same numbers as before`, (t) => {
    const results = [12, 60].flatMap((count) =>
      [false, true].map((spread) =>
        importance(trials(count, spread), space, {
          evaluator,
          directions: [spread ? "maximize" : "minimize"],
          ...(evaluator === "ped-anova" && { quantile: 0.25 }),
        }),
      ),
    );
    t.is(numbersFingerprint(results), FINGERPRINTS[evaluator]);
    const options = { evaluator, directions: ["minimize"] } as const;
    t.is(numbersFingerprint(importance(many(), wide, options)), MANY[evaluator]);
  });
}
