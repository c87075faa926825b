import "@tensorflow/tfjs-backend-cpu";
import { setBackend, mul, sum, tensor, tidy, variable, type Scalar } from "@tensorflow/tfjs-core";
import test from "ava";
import { momentum, sam, sgd } from "./index.ts";

test.serial.before(async () => {
  await setBackend("cpu");
});

test.serial("SAM reaches the known minimum of a quadratic to within its radius", (t) => {
  const x = tidy(() => variable(tensor([3, -2])));
  const optimizer = sam(momentum({ learningRate: 0.05 }), { rho: 0.01 });
  for (let i = 0; i < 200; i++) {
    optimizer.minimize(() => sum<Scalar>(mul(mul(x, x), tensor([1, 4]))), false, [x]);
  }
  t.true(Math.hypot(...x.dataSync()) < 0.05, String(x.dataSync()));
  optimizer.dispose();
  x.dispose();
});

test.serial("SAM puts the weights back where they were when the loss throws", (t) => {
  const x = tidy(() => variable(tensor([3, -2])));
  const optimizer = sam(sgd());
  let calls = 0;
  const loss = () => {
    if (++calls === 2) throw new Error("no second look");
    return sum<Scalar>(mul(x, x));
  };
  t.throws(() => optimizer.minimize(loss, false, [x]), { message: "no second look" });
  t.deepEqual(Array.from(x.dataSync()), [3, -2]);
  optimizer.dispose();
  x.dispose();
});
