import "@tensorflow/tfjs-backend-cpu";
import { setBackend, tensor, tidy, variable } from "@tensorflow/tfjs-core";
import test from "ava";
import {
  asgd,
  createOptimizer,
  lamb,
  lars,
  lookahead,
  sam,
  shampoo,
  type Optimizer,
  type OptimizerName,
} from "./index.ts";
import { loadArray } from "./support/state.ts";

// What the reference trajectories don't reach: options that are off in them, other ranks.

test.before(async () => {
  await setBackend("cpu");
});

/** Where a parameter stands after each of these gradients. */
function positions(
  optimizer: Optimizer,
  start: readonly number[],
  gradients: readonly (readonly number[])[],
  shape: number[] = [start.length],
): number[][] {
  const x = tidy(() => variable(tensor([...start], shape)));
  const seen = gradients.map((g) => {
    tidy(() => optimizer.applyGradients([{ name: x.name, tensor: tensor([...g], shape) }]));
    return Array.from(x.dataSync());
  });
  optimizer.dispose();
  x.dispose();
  return seen;
}
const near = (a: number, b: number) => Math.abs(a - b) <= 1e-5 * Math.max(1, Math.abs(b));

test.serial("Shampoo takes a root of order 2k along each of k axes", (t) => {
  // G[0,1] = 2, G[1,2] = 3 in shape [2, 3, 1]: H₀ = diag(4, 9), H₁ = diag(0, 4, 9), H₂ = 13.
  const gradient = [0, 2, 0, 0, 0, 3];
  const optimizer = shampoo({ learningRate: 1, epsilon: 1e-8 });
  const [moved] = positions(optimizer, [0, 0, 0, 0, 0, 0], [gradient], [2, 3, 1]);
  t.true(near(moved[1], -2 * (4 * 4 * 13) ** (-1 / 6)), `${moved[1]}`);
  t.true(near(moved[5], -3 * (9 * 9 * 13) ** (-1 / 6)), `${moved[5]}`);
  t.deepEqual([moved[0], moved[2], moved[3], moved[4]].map(Math.abs), [0, 0, 0, 0]);
});

test.serial("Shampoo takes a scalar's gradient as it is", (t) => {
  t.deepEqual(positions(shampoo({ learningRate: 0.5 }), [1], [[1]], []), [[0.5]]);
});

test.serial("Shampoo keeps its roots for rootEvery steps", (t) => {
  const steps = (rootEvery: number) => {
    const optimizer = shampoo({ learningRate: 1, rootEvery });
    const [a, b, c] = positions(optimizer, [0], [[2], [2], [2]]).map(([x]) => x);
    return [a, b - a, c - b];
  };
  const [first, second, third] = steps(2);
  t.true(near(first, second) && Math.abs(third) < Math.abs(second) - 0.1);
  const always = steps(1);
  t.true(Math.abs(always[1]) < Math.abs(always[0]) - 0.1);
});

test.serial(
  "LARS scales a step by ‖θ‖/‖g‖, by at most 1 with trustClip, with Nesterov if told",
  (t) => {
    const move = (options: object, gradients = [[0, 2]]) => {
      const optimizer = lars({ learningRate: 0.5, alwaysAdapt: true, ...options });
      return positions(optimizer, [3, 4], gradients).map(([, y]) => y);
    };
    t.true(near(move({ trustCoefficient: 0.1 })[0], 4 - 0.5 * 0.1 * 5));
    t.true(near(move({ trustCoefficient: 10, trustClip: true })[0], 4 - 0.5 * 2));
    t.true(near(move({ trustCoefficient: 0.1, momentum: 0.5, nesterov: true })[0], 4 - 0.5 * 0.75));
    t.true(near(move({ alwaysAdapt: false })[0], 4 - 0.5 * 2), "no decay, no ratio");
  },
);

test.serial("LAMB scales Adam's step to the weights, after decoupled decay if told", (t) => {
  const move = (options: object) =>
    positions(lamb({ learningRate: 0.5, ...options }), [2], [[3]])[0][0];
  t.true(near(move({ weightDecay: 0 }), 2 - 0.5));
  t.true(near(move({ weightDecay: 0, alwaysAdapt: true }), 2 - 0.5 * 2));
  t.true(near(move({ weightDecay: 0.1 }), 2 - 0.5 * 2));
  t.true(near(move({ weightDecay: 0.1, decoupledWeightDecay: true }), 1.9 - 0.5 * 1.9));
  const clipped = { weightDecay: 0.1, decoupledWeightDecay: true, trustClip: true };
  t.true(near(move(clipped), 1.9 - 0.5));
});

test.serial("ASGD averages the iterates after t0", async (t) => {
  const x = tidy(() => variable(tensor([1])));
  const optimizer = asgd({ learningRate: 0.1, lambda: 0, t0: 1 });
  const seen = [1, -2, 3, -4, 5, -6].map((g) => {
    tidy(() => optimizer.applyGradients([{ name: x.name, tensor: tensor([g]) }]));
    return x.dataSync()[0];
  });
  const [{ slots }] = (await optimizer.saveState()).variables;
  const latest = seen.slice(2);
  const mean = latest.reduce((a, b) => a + b) / latest.length;
  t.true(near(loadArray(slots.average)[0], mean));
  optimizer.dispose();
  x.dispose();
});

test("defaults are those of torch 2.13 and timm 1.0, by our names", (t) => {
  const adamLike = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
  const table: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    sgd: { learningRate: 1e-3, weightDecay: 0 },
    momentum: { learningRate: 1e-3, dampening: 0, weightDecay: 0 },
    nesterov: { learningRate: 1e-3, weightDecay: 0 },
    asgd: { learningRate: 1e-2, lambda: 1e-4, alpha: 0.75, t0: 1e6, weightDecay: 0 },
    adagrad: { learningRate: 1e-2, learningRateDecay: 0, weightDecay: 0, epsilon: 1e-10 },
    rmsprop: { learningRate: 1e-2, alpha: 0.99, epsilon: 1e-8, momentum: 0, centered: false },
    adadelta: { learningRate: 1, rho: 0.9, epsilon: 1e-6, weightDecay: 0 },
    adam: { learningRate: 1e-3, ...adamLike, decoupledWeightDecay: false },
    amsgrad: { learningRate: 1e-3, ...adamLike },
    adamw: { learningRate: 1e-3, ...adamLike, weightDecay: 1e-2 },
    "sparse-adam": { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    adamax: { learningRate: 2e-3, ...adamLike },
    nadam: { learningRate: 2e-3, ...adamLike, momentumDecay: 4e-3, decoupledWeightDecay: false },
    radam: { learningRate: 1e-3, ...adamLike, decoupledWeightDecay: false },
    rprop: {
      learningRate: 1e-2,
      etaMinus: 0.5,
      etaPlus: 1.2,
      stepSizeMin: 1e-6,
      stepSizeMax: 50,
    },
    lion: { learningRate: 1e-4, beta1: 0.9, beta2: 0.99, weightDecay: 0 },
    muon: {
      learningRate: 1e-3,
      weightDecay: 0.1,
      momentum: 0.95,
      nesterov: true,
      nsCoefficients: [3.4445, -4.775, 2.0315],
      nsSteps: 5,
      epsilon: 1e-7,
    },
    lars: { learningRate: 1, momentum: 0, dampening: 0, trustCoefficient: 0.001, epsilon: 1e-8 },
    lamb: { learningRate: 1e-3, epsilon: 1e-6, weightDecay: 0.01, clipGlobalNorm: 1 },
    lbfgs: { learningRate: 1, maxIterations: 20, historySize: 100, toleranceGradient: 1e-7 },
  };
  for (const [name, expected] of Object.entries(table)) {
    const optimizer = createOptimizer(name as OptimizerName);
    t.like(optimizer.getConfig(), { name, ...expected });
    optimizer.dispose();
  }
  t.like(lookahead(lars()).getConfig(), { k: 6, alpha: 0.5 });
  t.like(sam(lars()).getConfig(), { rho: 0.05 });
});
