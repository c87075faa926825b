import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import type { CompleteTrial, Direction } from "../contracts/trial.ts";
import { distributionFromJson } from "../space/distribution-json.ts";
import type { Distribution, Scalar } from "../space/distribution.ts";
import { inferSpace } from "../space/infer-space.ts";
import { importance } from "./index.ts";

type Numbers = Readonly<Record<string, number>>;
interface Case {
  readonly name: string;
  readonly direction: Direction;
  readonly distributions: Readonly<Record<string, { name: string; attributes: object }>>;
  readonly sobol: { readonly firstNormalised: Numbers; readonly total: Numbers } | null;
  readonly trials: readonly { readonly params: Readonly<Record<string, Scalar>>; value: number }[];
  readonly optuna: {
    readonly pedAnova: Numbers;
    readonly pedAnovaRaw: Numbers;
    readonly pedAnova25: Numbers;
  };
}

/** How far a share may be from Sobol's index of the function itself. */
const SOBOL_BARS: Numbers = {
  "linear-300": 0.06,
  "linear-maximize-300": 0.06,
  "log-500": 0.06,
  "ishigami-200": 0.15,
};

function readGolden(): readonly Case[] {
  const inRepository = fileURLToPath(new URL("../../../src/testing/golden", import.meta.url));
  const path = join(process.env["HPO_GOLDEN_DIR"] ?? inRepository, "importance.json");
  if (!existsSync(path)) {
    throw new Error(
      `No golden values at ${path}. Set HPO_GOLDEN_DIR to a folder with importance.json.`,
    );
  }
  return (JSON.parse(readFileSync(path, "utf8")) as { cases: Case[] }).cases;
}

function studyOf({ distributions: json, trials: given, direction }: Case) {
  const all: Record<string, Distribution> = {};
  for (const [name, distribution] of Object.entries(json)) {
    all[name] = distributionFromJson(distribution);
  }
  const trials = given.map(({ params, value }, number): CompleteTrial => {
    const distributions = Object.fromEntries(Object.keys(params).map((name) => [name, all[name]]));
    const rest = { reports: [], userAttrs: {}, systemAttrs: {} };
    return { number, state: "complete", params, distributions, values: [value], ...rest };
  });
  return { trials, space: inferSpace(trials), options: { directions: [direction] } };
}

const cases = readGolden();

test("fANOVA's shares are near Sobol's indices, on each parameter's own scale", (t) => {
  let checked = 0;
  for (const one of cases) {
    if (!one.sobol || !Object.hasOwn(SOBOL_BARS, one.name)) continue;
    const { trials, space, options } = studyOf(one);
    const result = importance(trials, space, options);
    t.is(result.scale, "linear", one.name);
    for (const { name, share, total = NaN } of result.importance) {
      const off = Math.abs(share - one.sobol.firstNormalised[name]);
      t.true(off <= SOBOL_BARS[one.name], `${one.name} ${name}: ${off} from Sobol's index`);
      t.true(Math.abs(total - one.sobol.total[name]) <= 0.15, `${one.name} ${name}: total`);
    }
    checked++;
  }
  t.is(checked, Object.keys(SOBOL_BARS).length);
});

test("PED-ANOVA is Optuna's, conditional parameters included", (t) => {
  t.true(cases.length >= 6);
  for (const one of cases) {
    const { trials, space, options } = studyOf(one);
    for (const [quantile, shares] of [
      [0.1, one.optuna.pedAnova],
      [0.25, one.optuna.pedAnova25],
    ] as const) {
      const result = importance(trials, space, { ...options, evaluator: "ped-anova", quantile });
      t.is(result.importance.length, Object.keys(shares).length);
      for (const { name, share, divergence = NaN } of result.importance) {
        t.true(
          Math.abs(share - shares[name]) < 1e-6,
          `${one.name} ${name} ${share} ${shares[name]}`,
        );
        if (quantile !== 0.1) continue;
        const off = Math.abs(divergence - one.optuna.pedAnovaRaw[name]);
        t.true(off < 1e-6, `${one.name} ${name} raw`);
      }
    }
  }
});
