import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import {
  dispose,
  getBackend,
  setBackend,
  tensor,
  tidy,
  variable,
  type Scalar,
} from "@tensorflow/tfjs-core";
import test, { type ExecutionContext } from "ava";
import * as optimizers from "./index.ts";
import type { Optimizer } from "./index.ts";
import { rosenbrock, rosenbrockLoss } from "./testing/rosenbrock.ts";

// Given the gradients of each step, the parameters after it must be the reference's (torch, timm,
// the papers): a user moves a recipe here and gets the same training run.

type Nested = number | readonly Nested[];
interface GoldenCase {
  readonly name: string;
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  readonly trajectory: readonly (readonly Nested[])[];
  readonly rows?: readonly (readonly number[])[];
  readonly source: string;
}
interface ClosureCase {
  readonly name: string;
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  readonly x0: readonly number[];
  readonly trajectory?: readonly (readonly number[])[];
  readonly final_loss_at_most?: number;
}
interface Golden {
  readonly shapes: readonly (readonly number[])[];
  readonly init: readonly Nested[];
  readonly grads: readonly (readonly Nested[])[];
  readonly cases: readonly GoldenCase[];
  readonly closure: readonly ClosureCase[];
}

function goldenFile(): string {
  const given = process.env.HPO_GOLDEN_DIR;
  if (given) return join(given, "optimizers.json");
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return join(folder, "src", "testing", "golden", "optimizers.json");
}

// The case says which optimizer; its hyperparameters have the names of torch and timm.
const factories: Readonly<Record<string, keyof typeof optimizers>> = {
  sgd: "sgd",
  "sgd-weight-decay": "sgd",
  momentum: "momentum",
  "momentum-dampening": "momentum",
  nesterov: "nesterov",
  adagrad: "adagrad",
  "adagrad-lr-decay": "adagrad",
  rmsprop: "rmsprop",
  "rmsprop-centered-momentum": "rmsprop",
  adadelta: "adadelta",
  adam: "adam",
  "adam-l2": "adam",
  amsgrad: "amsgrad",
  adamw: "adamw",
  "adamw-maximize": "adamw",
  "sparse-adam": "sparseAdam",
  adamax: "adamax",
  nadam: "nadam",
  radam: "radam",
  rprop: "rprop",
  lion: "lion",
  muon: "muon",
  shampoo: "shampoo",
  lars: "lars",
  lamb: "lamb",
  asgd: "asgd",
  "sign-sgd": "signSgd",
  lookahead: "lookahead",
  sam: "sam",
  lbfgs: "lbfgs",
};

const pairs: Readonly<Record<string, readonly [string, string]>> = {
  betas: ["beta1", "beta2"],
  etas: ["etaMinus", "etaPlus"],
  step_sizes: ["stepSizeMin", "stepSizeMax"],
};
const names: Readonly<Record<string, string>> = {
  lr: "learningRate",
  lr_decay: "learningRateDecay",
  eps: "epsilon",
  lambd: "lambda",
  trust_coeff: "trustCoefficient",
  max_grad_norm: "clipGlobalNorm",
};
/** Said by the name of the case already. */
const implied = new Set(["inner", "line_search"]);
/** What the reference run of L-BFGS was given beside the hyperparameters in the file. */
const lbfgsRun = { maxIterations: 60, toleranceGradient: 1e-10, toleranceChange: 1e-14 };

function optionsOf(name: string, hyperparameters: GoldenCase["hyperparameters"]) {
  const options: Record<string, unknown> = name === "lbfgs" ? { ...lbfgsRun } : {};
  for (const [key, value] of Object.entries(hyperparameters)) {
    const impliedHere =
      implied.has(key) ||
      (key === "nesterov" && name === "nesterov") ||
      (key === "amsgrad" && name === "amsgrad");
    if (impliedHere) continue;
    const pair = pairs[key];
    if (pair) [options[pair[0]], options[pair[1]]] = value as [number, number];
    else options[names[key] ?? key.replace(/_(\w)/g, (_, c: string) => c.toUpperCase())] = value;
  }
  return options;
}

function build({ name, hyperparameters }: { name: string; hyperparameters: object }): Optimizer {
  const factory = factories[name];
  if (!factory)
    throw new Error(`optimizers.json has a case "${name}" that this test does not know`);
  const { learningRate, ...rest } = optionsOf(name, { ...hyperparameters });
  if ("inner" in hyperparameters) {
    const inner = build({ name: String(hyperparameters.inner), hyperparameters: {} });
    inner.learningRate = Number(learningRate);
    return (optimizers[factory] as typeof optimizers.lookahead)(inner, rest);
  }
  const options = learningRate === undefined ? rest : { learningRate, ...rest };
  return (optimizers[factory] as unknown as (o: object) => Optimizer)(options);
}

const numbersOf = (x: Nested): readonly number[] =>
  typeof x === "number" ? [x] : x.flatMap(numbersOf);

/** The largest |a − b| / max(|b|, 0.1) over the elements. */
function worstError(actual: ArrayLike<number>, expected: readonly Nested[]): number {
  const flat = numbersOf(expected);
  return flat.reduce(
    (worst, b, i) => Math.max(worst, Math.abs(actual[i] - b) / Math.max(Math.abs(b), 0.1)),
    flat.length === actual.length ? 0 : Infinity,
  );
}

function runCase(golden: Golden, one: GoldenCase): number {
  // Cases of one matrix list the first parameter alone.
  const parts = one.trajectory[0].length;
  const variables = golden.init
    .slice(0, parts)
    .map((x) => tidy(() => variable(tensor(x as number[]))));
  const optimizer = build(one);
  let worst = 0;
  one.trajectory.forEach((expected, step) => {
    tidy(() => {
      const gradients = golden.grads[step].slice(0, parts).map((g, i) => {
        const rows = one.rows?.[step];
        const kept = rows
          ? (g as number[][]).map((row, k) => (rows.includes(k) ? row : row.map(() => 0)))
          : g;
        return { name: variables[i].name, tensor: tensor(kept as number[]) };
      });
      optimizer.applyGradients(gradients);
    });
    variables.forEach((v, i) => {
      worst = Math.max(worst, worstError(v.dataSync(), expected[i] as readonly Nested[]));
    });
  });
  optimizer.dispose();
  dispose(variables);
  return worst;
}

function runClosure(t: ExecutionContext, one: ClosureCase): void {
  const x = tidy(() => variable(tensor([...one.x0])));
  const optimizer = build(one);
  const loss = (): Scalar => rosenbrockLoss(x);
  if (one.trajectory) {
    let worst = 0;
    for (const expected of one.trajectory) {
      optimizer.minimize(loss, false, [x]);
      worst = Math.max(worst, worstError(x.dataSync(), expected));
    }
    t.true(worst <= 1e-4, `${one.name}: off by ${worst}`);
  } else {
    for (let step = 0; step < 3; step++) optimizer.minimize(loss, false, [x]);
    const reached = rosenbrock(x.dataSync());
    t.true(reached <= (one.final_loss_at_most ?? 0), `${one.name}: stopped at ${reached}`);
  }
  optimizer.dispose();
  x.dispose();
}

function readGolden(): Golden {
  const golden = JSON.parse(readFileSync(goldenFile(), "utf8")) as Golden;
  if (!(golden.cases?.length > 0)) throw new Error("optimizers.json has no cases");
  if (!(golden.closure?.length > 0)) throw new Error("optimizers.json has no closure cases");
  return golden;
}

test("each optimizer takes the reference's steps, on cpu and on wasm", async (t) => {
  const golden = readGolden();
  for (const backend of ["cpu", "wasm"]) {
    await setBackend(backend);
    t.is(getBackend(), backend);
    for (const one of golden.cases) {
      const worst = runCase(golden, one);
      // torch's own Muon orthogonalises in bfloat16, whose error alone comes to some 5e-2.
      const tolerance = one.source.includes("bfloat16") ? 1e-1 : 1e-4;
      t.true(worst <= tolerance, `${one.name} on ${backend}: off by ${worst}`);
    }
    for (const one of golden.closure) runClosure(t, one);
  }
  console.log(`optimizers.json: ${golden.cases.length + golden.closure.length} cases checked`);
});
