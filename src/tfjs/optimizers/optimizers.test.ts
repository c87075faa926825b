import "@tensorflow/tfjs-backend-cpu";
import {
  abs,
  gather,
  log,
  mul,
  neg,
  relu,
  setBackend,
  sub,
  sum,
  tensor,
  tidy,
  variable,
  type Scalar,
  type Tensor,
} from "@tensorflow/tfjs-core";
import { initializers, layers, sequential } from "@tensorflow/tfjs-layers";
import test from "ava";
import {
  adam,
  adamw,
  createOptimizer,
  lbfgs,
  lookahead,
  momentum,
  muon,
  nadam,
  optimizers,
  rmsprop,
  sam,
  sgd,
  sparseAdam,
  type OptimizerName,
  type OptimizerState,
} from "./index.ts";
import { regression, tensorCount } from "./testing/regression.ts";
import { rosenbrock, rosenbrockLoss } from "./testing/rosenbrock.ts";

test.serial.before(async () => {
  await setBackend("cpu");
});

const all: readonly OptimizerName[] = [
  ...optimizers.map(({ id }) => id),
  "lookahead(adamw)",
  "lookahead(lbfgs)",
  "sam(momentum)",
  "lookahead(sam(nadam))",
];
const throughJson = (state: OptimizerState) => JSON.parse(JSON.stringify(state)) as OptimizerState;

for (const name of all) {
  test.serial(`${name} lowers the loss, and its steps leave no tensors behind`, (t) => {
    const before = tensorCount();
    const problem = regression();
    const optimizer = createOptimizer(name, { learningRate: 0.02 });
    const first = problem.step(optimizer);
    for (let i = 1; i < 12; i++) problem.step(optimizer);
    const settled = tensorCount();
    for (let i = 12; i < 40; i++) problem.step(optimizer);
    t.is(tensorCount(), settled, "the number of tensors grows from step to step");
    t.true(problem.step(optimizer) < first);
    optimizer.dispose();
    problem.dispose();
    t.is(tensorCount(), before, "dispose() leaves tensors");
  });

  test.serial(`${name}: a restored run has the unbroken run's bits`, async (t) => {
    const unbroken = regression();
    const original = createOptimizer(name, { learningRate: 0.02 });
    for (let i = 0; i < 8; i++) unbroken.step(original);
    original.learningRate = 0.015;
    const state = throughJson(await original.saveState());
    const checkpoint = unbroken.bits();

    const resumed = regression(); // other variables, so other names
    resumed.variables[0].assign(tensor(checkpoint.slice(0, 12), [4, 3]));
    resumed.variables[1].assign(tensor(checkpoint.slice(12)));
    const restored = createOptimizer(name, { learningRate: 0.02 });
    restored.restoreState(state);
    t.deepEqual(throughJson(await restored.saveState()), state, "a state restored is saved again");
    for (let i = 0; i < 8; i++) {
      unbroken.step(original);
      resumed.step(restored);
      t.deepEqual(resumed.bits(), unbroken.bits(), `step ${i} after the restart`);
    }
    t.is(restored.iterations, 16);
    for (const owner of [original, restored, unbroken, resumed]) owner.dispose();
  });

  test.serial(`${name}: maximising −f takes the steps of minimising f`, (t) => {
    const [down, up] = [regression(), regression(-1)];
    const descends = createOptimizer(name, { learningRate: 0.02 });
    const climbs = createOptimizer(name, { learningRate: 0.02, maximize: true });
    for (let i = 0; i < 8; i++) {
      down.step(descends);
      up.step(climbs);
    }
    t.deepEqual(up.bits(), down.bits());
    for (const owner of [descends, climbs, down, up]) owner.dispose();
  });

  test.serial(
    `${name} trains a model by compile and fit, with metrics, without a leak`,
    async (t) => {
      const before = tensorCount();
      const kernelInitializer = initializers.glorotUniform({ seed: 1 });
      const model = sequential();
      model.add(layers.dense({ units: 4, inputShape: [2], activation: "tanh", kernelInitializer }));
      model.add(layers.dense({ units: 1, kernelInitializer }));
      const optimizer = createOptimizer(name, { learningRate: 0.02 });
      model.compile({ optimizer, loss: "meanSquaredError", metrics: ["mae"] });
      const x = tensor([0, 0, 0, 1, 1, 0, 1, 1], [4, 2]);
      const y = tensor([0.1, 0.9, 0.8, 0.2], [4, 1]);
      const fit = () => model.fit(x, y, { epochs: 8, batchSize: 4, shuffle: false, verbose: 0 });
      const start = (await fit()).history.loss[0] as number;
      const settled = tensorCount();
      const losses = (await fit()).history.loss as number[];
      t.is(tensorCount(), settled, "fit leaves tensors behind");
      t.true(losses.at(-1)! < start);
      model.dispose();
      optimizer.dispose();
      x.dispose();
      y.dispose();
      t.is(tensorCount(), before);
    },
  );

  test.serial(`${name}'s config is JSON and names it`, (t) => {
    const optimizer = createOptimizer(name);
    const config = optimizer.getConfig();
    t.is(config.name, name);
    t.deepEqual(JSON.parse(JSON.stringify(config)), config);
    optimizer.dispose();
  });
}

/** One step on gradients that are given, from zero. */
function stepOn(optimizer: ReturnType<typeof sgd>, gradients: readonly number[][]) {
  return tidy(() => {
    const variables = gradients.map((g) => variable(tensor(g.map(() => 0))));
    optimizer.applyGradients(
      variables.map(({ name }, i) => ({ name, tensor: tensor(gradients[i]) })),
    );
    const moved = variables.map((v) => Array.from(v.dataSync(), (x) => Number(x.toFixed(4)) + 0));
    variables.forEach((v) => v.dispose());
    return moved;
  });
}

test.serial("gradients are clipped by value, by each norm, by the common norm", (t) => {
  const gradients = [
    [3, 4],
    [0, 12],
  ];
  const step = (options: object) => stepOn(sgd({ learningRate: 1, ...options }), gradients);
  t.deepEqual(step({ clipValue: 3.5 }), [
    [-3, -3.5],
    [0, -3.5],
  ]);
  t.deepEqual(step({ clipNorm: 10 }), [
    [-3, -4],
    [0, -10],
  ]);
  t.deepEqual(step({ clipGlobalNorm: 6.5 }), [
    [-1.5, -2],
    [0, -6],
  ]);
  t.deepEqual(step({ clipGlobalNorm: 100 }), [
    [-3, -4],
    [0, -12],
  ]);
});

test.serial(
  "decoupled weight decay shrinks the weights, coupled decay goes through the gradient",
  (t) => {
    const movedBy = (options: object) => {
      const x = tidy(() => variable(tensor([2])));
      const optimizer = adam({ learningRate: 0.1, weightDecay: 0.5, ...options });
      tidy(() => optimizer.applyGradients([{ name: x.name, tensor: tensor([1e-3]) }]));
      const moved = x.dataSync()[0] - 2;
      optimizer.dispose();
      x.dispose();
      return moved;
    };
    t.true(Math.abs(movedBy({ decoupledWeightDecay: true }) - (-0.1 - 0.1 * 0.5 * 2)) < 1e-5);
    t.true(Math.abs(movedBy({ decoupledWeightDecay: false }) - -0.1) < 1e-5);
  },
);

test.serial("SparseAdam leaves the rows of an embedding that a batch does not use", (t) => {
  const table = tidy(() => variable(tensor([1, 1, 2, 2, 3, 3], [3, 2])));
  const optimizer = sparseAdam({ learningRate: 0.1 });
  const look = (rows: readonly number[]) => () =>
    sum<Scalar>(mul(gather(table, tensor([...rows], [rows.length], "int32")), 2));
  optimizer.minimize(look([0, 2]), false, [table]);
  optimizer.minimize(look([2]), false, [table]);
  const [a, , b, c, d] = Array.from(table.dataSync());
  t.deepEqual([b, c], [2, 2], "the untouched row moved");
  t.true(a < 1 && d < 3 && d - 3 < a - 1, "used rows move, the one used twice most");
  optimizer.dispose();
  table.dispose();
});

test.serial("Muon makes the step of a matrix orthogonal and leaves vectors to AdamW", (t) => {
  const matrix = tidy(() => variable(tensor([0, 0, 0, 0], [2, 2])));
  const vector = tidy(() => variable(tensor([0, 0])));
  const optimizer = muon({ learningRate: 1, othersLearningRateRatio: 0.1, weightDecay: 0 });
  tidy(() =>
    optimizer.applyGradients([
      { name: matrix.name, tensor: tensor([5, 0, 0, 0.5], [2, 2]) },
      { name: vector.name, tensor: tensor([3, -4]) },
    ]),
  );
  const [a, b, c, d] = Array.from(matrix.dataSync(), Math.abs);
  t.true([a, d].every((x) => x > 0.6 && x < 1.3) && b < 1e-6 && c < 1e-6);
  t.deepEqual(
    Array.from(vector.dataSync(), (x) => Number(x.toFixed(5))),
    [-0.1, 0.1],
  );
  optimizer.dispose();
  matrix.dispose();
  vector.dispose();
});

test.serial(
  "Muon scales a dense layer's kernel by its outputs when told that they come last",
  (t) => {
    const movedBy = (outputsLast: boolean) => {
      const kernel = tidy(() => variable(tensor([0, 0, 0, 0], [1, 4])));
      const optimizer = muon({ learningRate: 1, weightDecay: 0, outputsLast });
      tidy(() =>
        optimizer.applyGradients([{ name: kernel.name, tensor: tensor([1, 0, 0, 0], [1, 4]) }]),
      );
      const moved = kernel.dataSync()[0];
      optimizer.dispose();
      kernel.dispose();
      return moved;
    };
    t.true(Math.abs(movedBy(true) / movedBy(false) - 2) < 1e-5);
  },
);

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

test.serial("centred RMSProp bears a gradient that never changes", (t) => {
  const x = tidy(() => variable(tensor([1, 1, 1])));
  const optimizer = rmsprop({ learningRate: 1e-3, centered: true });
  const gradient = tensor([0.1, -3e-5, 7e4]);
  for (let step = 0; step < 3000; step++) {
    optimizer.applyGradients([{ name: x.name, tensor: gradient }]);
  }
  const moved = [...x.dataSync()].map((value) => Math.abs(value - 1));
  // No step is longer than the learning rate times 2^11.5, what float32 tells of a variance.
  t.true(
    moved.every((way) => way > 0 && way < 3000 * 1e-3 * 2 ** 11.5),
    String(moved),
  );
  optimizer.dispose();
  x.dispose();
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

test.serial("Lookahead's weights restart at the slow ones after k steps of Adam", (t) => {
  const x = tidy(() => variable(tensor([1])));
  const optimizer = lookahead(adam({ learningRate: 0.1 }), { k: 2, alpha: 0.5 });
  const positions = Array.from({ length: 4 }, () => {
    tidy(() => optimizer.applyGradients([{ name: x.name, tensor: tensor([1]) }]));
    return Number(x.dataSync()[0].toFixed(4));
  });
  t.deepEqual(positions, [0.9, 0.8, 0.7, 0.7]);
  optimizer.dispose();
  x.dispose();
});

test.serial("optimizers that need the loss say what to call instead of applyGradients", (t) => {
  for (const optimizer of [lbfgs(), sam(sgd()), lookahead(lbfgs())]) {
    t.throws(() => optimizer.applyGradients([]), { message: /Call minimize\(\(\) => loss\) or/ });
  }
  t.throws(() => sam(lbfgs()), { message: /lbfgs evaluates the loss itself/ });
});

test.serial("wrong values are refused with the name, the value and what is allowed", (t) => {
  t.throws(() => adamw({ beta1: 1 }), { message: /adamw: beta1=1 must be a number ≥ 0 and < 1/ });
  t.throws(() => nadam({ beta: 0.9 } as object), { message: /nadam has no hyperparameter "beta"/ });
  t.throws(() => sgd({ clipNorm: 0 }), { message: /clipNorm=0 must be a finite number > 0/ });
  const optimizer = sgd();
  t.throws(() => (optimizer.learningRate = NaN), { message: /learningRate=NaN/ });
  t.throws(() => optimizer.applyGradients([{ name: "gone", tensor: tensor([1]) }]), {
    message: /no variable "gone"/,
  });
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
