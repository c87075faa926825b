import "@tensorflow/tfjs-backend-cpu";
import {
  setBackend,
  abs,
  log,
  mul,
  neg,
  relu,
  sub,
  sum,
  tensor,
  tidy,
  variable,
  type Scalar,
  type Tensor,
} from "@tensorflow/tfjs-core";
import test from "ava";
import { lbfgs } from "./index.ts";
import { rosenbrock, rosenbrockLoss } from "./testing/rosenbrock.ts";

test.serial.before(async () => {
  await setBackend("cpu");
});

test.serial("L-BFGS finds the minimum of the Rosenbrock function in few evaluations", (t) => {
  const x = tidy(() => variable(tensor([-1.2, 1, -0.5, 0.8])));
  const optimizer = lbfgs({ maxIterations: 60 });
  let evaluations = 0;
  const loss = () => {
    evaluations++;
    return rosenbrockLoss(x);
  };
  for (let i = 0; i < 3; i++) optimizer.minimize(loss, false, [x]);
  t.true(rosenbrock(x.dataSync()) < 1e-9, `stopped at ${rosenbrock(x.dataSync())}`);
  t.true(evaluations < 150, `${evaluations} evaluations`);
  optimizer.dispose();
  x.dispose();
});

test.serial(
  "L-BFGS steps back from where the loss is NaN or infinite, and never stays there",
  (t) => {
    const losses: readonly ((x: Tensor) => Scalar)[] = [
      // NaN below 0: 10x − ln x, least at 0.1.
      (x) => sum<Scalar>(sub(mul(x, 10), log(x))),
      // −Infinity where a root's argument ends, +Infinity beyond: −ln(1 − 10|x − 0.1|), least at 0.1.
      (x) => sum<Scalar>(neg(log(relu(sub(1, mul(abs(sub(x, 0.1)), 10)))))),
    ];
    for (const [index, start] of [0.5, 0.15].entries()) {
      const x = tidy(() => variable(tensor([start])));
      const optimizer = lbfgs({ maxIterations: 40 });
      for (let i = 0; i < 3; i++) {
        optimizer.minimize(() => losses[index](x), false, [x]);
        t.true(Number.isFinite(losses[index](x).dataSync()[0]));
      }
      t.true(Math.abs(x.dataSync()[0] - 0.1) < 1e-2, String(x.dataSync()));
      optimizer.dispose();
      x.dispose();
    }
  },
);

test.serial("L-BFGS that starts where the loss is NaN stays where it is", (t) => {
  const x = tidy(() => variable(tensor([-1])));
  lbfgs().minimize(() => sum<Scalar>(log(x)), false, [x]);
  t.deepEqual([...x.dataSync()], [-1]);
  x.dispose();
});

test.serial("L-BFGS stands at its last good point when the loss throws", (t) => {
  const x = tidy(() => variable(tensor([-1.2, 1])));
  const optimizer = lbfgs();
  let calls = 0;
  const loss = () => {
    if (++calls === 8) throw new Error("no more looks");
    return rosenbrockLoss(x);
  };
  t.throws(() => optimizer.minimize(loss, false, [x]), { message: "no more looks" });
  t.true(rosenbrock(x.dataSync()) < rosenbrock([-1.2, 1]));
  optimizer.dispose();
  x.dispose();
});
