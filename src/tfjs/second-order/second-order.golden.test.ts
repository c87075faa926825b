import { readFileSync } from "node:fs";
import path from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import test from "ava";
import { selectBackend } from "../backends.ts";
import type { BackendName } from "../backends.ts";
import { flatten, unflatten } from "./flat.ts";
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
}

const file = path.join(process.cwd(), "src/golden/hessians.json");
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

test("every case of the file is tested and the other way round", (t) => {
  t.deepEqual(Object.keys(cases).sort(), Object.keys(golden.cases).sort());
});
