import "@tensorflow/tfjs-backend-cpu";
import {
  gather,
  mul,
  setBackend,
  sum,
  tensor,
  tidy,
  variable,
  type Scalar,
} from "@tensorflow/tfjs-core";
import { initializers, layers, sequential } from "@tensorflow/tfjs-layers";
import test from "ava";
import {
  adam,
  adamw,
  createOptimizer,
  lbfgs,
  lookahead,
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
