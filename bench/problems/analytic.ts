import { createRng } from "../../src/numerics/rng.ts";
import { encode, float, searchSpace } from "../../src/space/index.ts";
import { TEST_FUNCTIONS, type TestFunction } from "./functions.ts";
import { placed } from "./placement.ts";
import type { Problem, Suite } from "./problem.ts";
import { randomRotation } from "./rotation.ts";
import { fixedTasks } from "./tasks.ts";

const tasks = fixedTasks(TEST_FUNCTIONS.map(({ name }) => name));

export const analytic: Suite = {
  name: "analytic",
  about: "test functions, the minimum shifted by the seed; regret f − f*",
  scale: "log",
  tasks,
  open: async (task, seed) => openFunction("analytic", task, seed, {}),
};

export const analyticShifted: Suite = {
  name: "analytic-shifted",
  about:
    "the same, the minimum anywhere between 5 and 95 % of each range: where a search begins in the " +
    "middle, it gains nothing by it",
  scale: "log",
  tasks,
  open: async (task, seed) => openFunction("analytic-shifted", task, seed, { anywhere: true }),
};

export const analyticRotated: Suite = {
  name: "analytic-rotated",
  about: "the same, rotated about their minimum by the seed, so that no coordinate stands alone",
  scale: "log",
  tasks,
  open: async (task, seed) => openFunction("analytic-rotated", task, seed, { rotated: true }),
};

export const functionNamed = (name: string): TestFunction => {
  const found = TEST_FUNCTIONS.find((f) => f.name === name);
  if (!found) throw new Error(`No test function is called "${name}".`);
  return found;
};

function openFunction(
  suite: string,
  task: string,
  seed: number,
  { rotated, anywhere }: { readonly rotated?: boolean; readonly anywhere?: boolean },
): Problem {
  const f = functionNamed(task);
  // The same shift with and without rotation: the two suites differ in nothing else.
  const placement = placed(f, createRng(seed, "shift", task), {
    ...(rotated && { rotation: randomRotation(f.box.length, createRng(seed, "rotation", task)) }),
    ...(anywhere && { largestShift: 1 }),
  });
  const lowest = f.value(f.best);
  const space = searchSpace(
    Object.fromEntries(f.box.map(([low, high], i) => [`x${i + 1}`, float(low, high)])),
  );
  return {
    suite,
    task,
    seed,
    space,
    startRegret: Infinity,
    evaluate(params) {
      const regret = placement.regret(encode(space, params));
      return { value: lowest + regret, regret };
    },
  };
}
