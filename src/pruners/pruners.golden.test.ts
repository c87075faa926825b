import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import type { Direction } from "../contracts/trial.ts";
import {
  hyperband,
  median,
  patient,
  percentile,
  successiveHalving,
  threshold,
  wilcoxon,
  type PatientOptions,
  type Pruner,
} from "./index.ts";
import { stopsOf } from "./testing/stops-of.ts";

type Parameters = Readonly<Record<string, unknown>>;
interface Case {
  readonly pruner: string;
  readonly parameters: Parameters;
  readonly direction: Direction;
  readonly pruned_at_step_null_if_finished: readonly (number | null)[];
}
interface Golden {
  readonly curves: readonly (readonly (number | null)[])[];
  readonly cases: readonly Case[];
}

/** The options here by Optuna's names. */
const OPTIONS: Readonly<Record<string, string>> = {
  n_startup_trials: "startupTrials",
  n_warmup_steps: "warmupSteps",
  interval_steps: "intervalSteps",
  n_min_trials: "minTrials",
  min_resource: "minResource",
  max_resource: "maxResource",
  reduction_factor: "reductionFactor",
  min_early_stopping_rate: "minEarlyStoppingRate",
  bootstrap_count: "bootstrapCount",
  study_name: "studyName",
  upper: "upper",
  lower: "lower",
  p_threshold: "pThreshold",
  n_startup_steps: "startupSteps",
  patience: "patience",
  min_delta: "minDelta",
};

/** Parameters in this project's words; one that has none is an error. */
function optionsOf<Options>(parameters: Parameters): Options {
  const entries = Object.entries(parameters).map(([name, value]) => {
    if (!Object.hasOwn(OPTIONS, name)) throw new Error(`No option is Optuna's "${name}".`);
    return [OPTIONS[name], value];
  });
  return Object.fromEntries(entries) as Options;
}

const makers: Readonly<Record<string, (parameters: Parameters) => Pruner>> = {
  median: (parameters) => median(optionsOf(parameters)),
  percentile: ({ percentile: rank, ...rest }) => percentile(rank as number, optionsOf(rest)),
  "successive-halving": (parameters) => successiveHalving(optionsOf(parameters)),
  hyperband: (parameters) => hyperband(optionsOf(parameters)),
  threshold: (parameters) => threshold(optionsOf(parameters)),
  wilcoxon: (parameters) => wilcoxon(optionsOf(parameters)),
  patient: (parameters) => patient(optionsOf(parameters)),
  "patient-median": ({ patience, min_delta, ...rest }) => {
    const own = optionsOf<PatientOptions>({ patience, min_delta });
    return patient({ ...own, pruner: median(optionsOf(rest)) });
  },
};

function readGolden(): Golden {
  const inRepository = fileURLToPath(new URL("../../../src/testing/golden", import.meta.url));
  const path = join(process.env["HPO_GOLDEN_DIR"] ?? inRepository, "pruners.json");
  if (!existsSync(path)) {
    throw new Error(
      `No golden values at ${path}. Set HPO_GOLDEN_DIR to a folder with pruners.json.`,
    );
  }
  return JSON.parse(readFileSync(path, "utf8")) as Golden;
}

test("each pruner stops each trial where Optuna's does", (t) => {
  const { curves: given, cases } = readGolden();
  const curves = given.map((curve) => curve.map((value) => value ?? NaN));
  t.true(cases.length > 0, "pruners.json has no cases");
  t.true(curves.length > 0, "pruners.json has no curves");
  let checked = 0;
  for (const { pruner, parameters, direction, pruned_at_step_null_if_finished: stops } of cases) {
    const name = `${pruner} ${JSON.stringify(parameters)} ${direction}`;
    if (!Object.hasOwn(makers, pruner)) {
      t.fail(`pruners.json names a pruner that is not known: "${pruner}"`);
      continue;
    }
    t.deepEqual(stopsOf(makers[pruner](parameters), { curves, direction }), [...stops], name);
    checked++;
  }
  console.log(`pruners.json: ${checked} cases checked`);
});
