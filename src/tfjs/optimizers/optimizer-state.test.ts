import "@tensorflow/tfjs-backend-cpu";
import { setBackend, tensor, tidy, variable } from "@tensorflow/tfjs-core";
import test from "ava";
import { adamw, momentum, sgd, type OptimizerState } from "./index.ts";
import { regression } from "./testing/regression.ts";

test.serial.before(async () => {
  await setBackend("cpu");
});

test.serial("a state of another optimizer or another model is refused", async (t) => {
  const problem = regression();
  const optimizer = adamw();
  problem.step(optimizer);
  const state = await optimizer.saveState();
  t.throws(() => sgd().restoreState(state), { message: /saved by "adamw".*into "sgd"/ });
  const x = tidy(() => variable(tensor([1, 2, 3])));
  const other = adamw();
  other.restoreState(state);
  t.throws(() => other.applyGradients([{ name: x.name, tensor: tensor([1, 2, 3]) }]), {
    message: /knows 2 variables .* but the variables here are 1/,
  });
  for (const owner of [optimizer, other, problem, x]) owner.dispose();
});

test.serial("a state finds its variables by name where their order changed", async (t) => {
  const problem = regression();
  const optimizer = momentum();
  problem.step(optimizer);
  const state = await optimizer.saveState();
  const restored = momentum();
  restored.restoreState({ ...state, variables: [...state.variables].reverse() });
  problem.step(restored);
  const byName = (s: OptimizerState) => s.variables.find((v) => v.shape.length === 2)?.step;
  t.is(byName(await restored.saveState()), 2);
  for (const owner of [optimizer, restored, problem]) owner.dispose();
});
