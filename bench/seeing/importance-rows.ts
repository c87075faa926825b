import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { CompleteTrial } from "../../src/contracts/trial.ts";
import { importance, type EvaluatorName } from "../../src/importance/index.ts";
import { createRng } from "../../src/numerics/rng.ts";
import { decode, float, searchSpace } from "../../src/space/index.ts";
import { packageRoot } from "../package-root.ts";
import { pythonCommand } from "../peers/python.ts";
import type { EngineRow } from "../speed/engine-row.ts";

const TRIALS = 1000;
const PARAMETERS = 10;
/** How much faster than Optuna's fANOVA ours is asked to be. */
const LEAST_RATIO = 10;

const names = Array.from({ length: PARAMETERS }, (_, index) => `x${index}`);
const space = searchSpace(Object.fromEntries(names.map((name) => [name, float(0, 1)])));

/** Three parameters matter, two of them together, and there is noise. */
function sampled(): CompleteTrial[] {
  const rng = createRng(0, "seeing");
  return Array.from({ length: TRIALS }, (_, number) => {
    const params = decode(
      space,
      Float64Array.from(names, () => rng.uniform()),
    );
    const [x0, x1, x2] = names.map((name) => params[name] as number);
    const values = [4 * x0 + x1 * x2 + 0.2 * rng.normal()];
    const distributions = Object.fromEntries(
      space.parameters.map(({ name, distribution }) => [name, distribution]),
    );
    const rest = { reports: [], userAttrs: {}, systemAttrs: {} };
    return { number, state: "complete", params, distributions, values, ...rest };
  });
}

/** Importance of 1,000 trials of 10 parameters, in CPU seconds, beside Optuna's. */
export function importanceRows(): EngineRow[] {
  const trials = sampled();
  const size = `${TRIALS} trials × ${PARAMETERS} parameters, CPU`;
  const seconds = (evaluator: EvaluatorName): number => {
    const before = process.cpuUsage();
    importance(trials, space, { directions: ["minimize"], evaluator });
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  };
  // The first call also compiles.
  const fanova = seconds("fanova");
  const theirs = optunaSeconds(trials);
  return [
    { what: `fanova of ${size}`, value: fanova, unit: "s", bar: "≤ 2", holds: fanova <= 2 },
    ...(theirs ? ratioRows(fanova, theirs) : []),
    { what: `permutation of ${size}`, value: seconds("permutation"), unit: "s" },
    { what: `ped-anova of ${size}, with spread`, value: seconds("ped-anova"), unit: "s" },
  ];
}

function ratioRows(ours: number, theirs: OptunaSeconds): EngineRow[] {
  const ratio = theirs.fanova / ours;
  return [
    { what: "  Optuna's fANOVA", value: theirs.fanova, unit: "s" },
    {
      what: "  ratio",
      value: ratio,
      unit: "×",
      bar: `≥ ${LEAST_RATIO}`,
      holds: ratio >= LEAST_RATIO,
    },
    { what: "  Optuna's PED-ANOVA, without spread", value: theirs.pedAnova, unit: "s" },
  ];
}

interface OptunaSeconds {
  readonly fanova: number;
  readonly pedAnova: number;
}

/** Undefined where Python has no Optuna or no scikit-learn, which its fANOVA needs. */
function optunaSeconds(trials: readonly CompleteTrial[]): OptunaSeconds | undefined {
  const python = pythonCommand();
  const script = join(packageRoot, "bench", "peers", "optuna_importance.py");
  const input = JSON.stringify(trials.map(({ params, values }) => ({ params, value: values[0] })));
  const { status, stdout, stderr } = spawnSync(python, [script], { encoding: "utf8", input });
  if (status === 0) return JSON.parse(stdout) as OptunaSeconds;
  const why = (stderr ?? "").trim().split("\n").at(-1) ?? `exit code ${status}`;
  console.error(`Optuna is not measured: ${python} says "${why}". Set HPO_PYTHON.`);
  return undefined;
}
