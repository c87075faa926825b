import { readFileSync } from "node:fs";
import path from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import test from "ava";
import { createRng } from "../../numerics/rng.ts";
import { lanczos } from "../../theory/curvature/lanczos.ts";
import { selectBackend } from "../backends.ts";
import type { BackendName } from "../backends.ts";
import { meanSquaredError } from "../losses.ts";
import { tfProbe } from "../probe/index.ts";
import { curvatureOf } from "./curvature.ts";
import { flatten, unflatten } from "../flat.ts";
import { hessianVectorProduct, lossGradient } from "./hessian-vector-product.ts";
import type { Data } from "./testing/cases.ts";
import { cases } from "./testing/cases.ts";

// A user would miss: curvature that is that of their network, whatever it is made of.

interface GoldenCase {
  readonly shapes: readonly (readonly number[])[];
  readonly weights: readonly number[];
  readonly vector: readonly number[];
  readonly loss: number;
  readonly gradient: readonly number[];
  readonly product: readonly number[];
}
interface Golden {
  readonly data: Readonly<Record<string, { shape: number[]; values: number[] }>>;
  readonly cases: Readonly<Record<string, GoldenCase>>;
  readonly trained: Readonly<Record<"tanh" | "relu", TrainedNet>>;
}
interface TrainedNet {
  readonly shapes: readonly (readonly number[])[];
  readonly weights: readonly number[];
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly loss: number;
  readonly lambdaMax: number;
}

const file = path.join(process.cwd(), "src/testing/golden/hessians.json");
const golden = JSON.parse(readFileSync(file, "utf8")) as Golden;
const integers = new Set(["c", "tokens", "next"]);

const makeData = (): Data =>
  Object.fromEntries(
    Object.entries(golden.data).map(([name, { shape, values }]) => [
      name,
      tf.tensor(values, shape, integers.has(name) ? "int32" : "float32"),
    ]),
  );

/** ‖a − b‖/‖b‖. */
function relativeError(actual: ArrayLike<number>, expected: readonly number[]): number {
  let difference = 0;
  let size = 0;
  expected.forEach((value, i) => {
    difference += (actual[i] - value) ** 2;
    size += value ** 2;
  });
  return Math.sqrt(difference / Math.max(size, 1e-12));
}

function errorsOf(name: string, data: Data) {
  const { shapes, weights, vector, loss, gradient, product } = golden.cases[name];
  const shaped = shapes.map((shape) => tf.zeros([...shape]));
  const variables = unflatten(Float64Array.from(weights), shaped).map((x) => tf.variable(x));
  const direction = unflatten(Float64Array.from(vector), shaped);
  const lossOf = (): tf.Scalar => cases[name](variables, data) as tf.Scalar;
  const errors = {
    loss: Math.abs(lossOf().dataSync()[0] - loss) / Math.abs(loss),
    gradient: relativeError(flatten(lossGradient(lossOf, variables)), gradient),
    product: relativeError(flatten(hessianVectorProduct(lossOf, variables, direction)), product),
  };
  tf.dispose(variables);
  return errors;
}

for (const backend of ["wasm", "cpu"] as const satisfies readonly BackendName[]) {
  for (const name of Object.keys(golden.cases)) {
    test.serial(`${name} on ${backend}: H·v is torch's in float64`, async (t) => {
      await selectBackend(backend);
      tf.tidy(() => {
        const { loss, gradient, product } = errorsOf(name, makeData());
        t.true(loss < 2e-6, `loss is off by ${loss}`);
        t.true(gradient < 1e-5, `gradient is off by ${gradient}`);
        t.true(product < 2e-5, `product is off by ${product}`);
      });
    });
  }
}

for (const activation of ["tanh", "relu"] as const) {
  test.serial(`λ_max of a trained ${activation} network is the exact Hessian's`, async (t) => {
    await selectBackend("wasm");
    const { shapes, weights, x, y, loss, lambdaMax } = golden.trained[activation];
    const [inputs, targets] = [tf.tensor([...x], [20, 3]), tf.tensor([...y], [20, 2])];
    const start = unflatten(
      Float64Array.from(weights),
      shapes.map((shape) => tf.zeros([...shape])),
    );
    const p = start.map((value) => tf.variable(value));
    const layer = (below: tf.Tensor, i: number): tf.Tensor =>
      tf.add(tf.matMul(below, p[i]), p[i + 1]);
    const act = (z: tf.Tensor): tf.Tensor => (activation === "tanh" ? tf.tanh(z) : tf.relu(z));
    const lossOf = () => meanSquaredError(layer(act(layer(act(layer(inputs, 0)), 2)), 4), targets);
    const curvature = curvatureOf(lossOf, p);
    const rng = createRng(1);
    const { dimension } = curvature;
    const options = { dimension, rng, tolerance: 1e-7, maxSteps: 60 };
    const measured = await lanczos((v) => curvature.hvp(v), options);
    t.true(Math.abs(curvature.loss() / loss - 1) < 1e-5);
    const error = Math.abs(measured.lambdaMax / lambdaMax - 1);
    t.true(error < 1e-5, `λ_max ${measured.lambdaMax} is off by ${error}`);
    const probe = tfProbe({ variables: p, loss: lossOf, optimizer: "sgd" });
    const { sharpness, optimizers } = await probe.measure();
    t.true(Math.abs((sharpness?.value ?? NaN) / lambdaMax - 1) < 0.05);
    t.true(Math.abs((optimizers[0].edge ?? NaN) / (2 / lambdaMax) - 1) < 0.05);
  });
}

test("every case of the file is tested and the other way round", (t) => {
  t.deepEqual(Object.keys(cases).sort(), Object.keys(golden.cases).sort());
});
