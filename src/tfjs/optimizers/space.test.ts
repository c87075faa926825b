import test from "ava";
import {
  categorical,
  float,
  int,
  searchSpace,
  type Params,
  type ParamsOf,
} from "../../space/index.ts";
import {
  createOptimizer,
  optimizerParams,
  optimizerRoles,
  optimizers,
  optimizerSpace,
  optimizerWrappers,
  type OptimizerName,
} from "./index.ts";

const names: readonly OptimizerName[] = [
  ...optimizers.map(({ id }) => id),
  ...optimizerWrappers.map(({ id }) => `${id}(adamw)` as const),
];

test("each optimizer's space is searched in coordinates, and its middle builds the optimizer", (t) => {
  for (const name of names) {
    const space = searchSpace(optimizerSpace(name));
    t.true(space.parameters.length > 0, name);
    const middle = space.parameters.map(({ name: parameter, distribution: d }) => {
      if (d.kind === "categorical") return [parameter, d.choices[0]];
      const value = d.log ? Math.sqrt(d.low * d.high) : (d.low + d.high) / 2;
      return [parameter, d.kind === "int" ? Math.round(value) : value];
    });
    const params = Object.fromEntries(middle) as Record<string, number>;
    const optimizer = createOptimizer(name, params);
    t.is(optimizer.name, name);
    t.is(optimizer.learningRate, params.learningRate);
    optimizer.dispose();
  }
});

test("both ends of every range are values that the optimizer takes", (t) => {
  for (const name of names) {
    for (const end of ["low", "high"] as const) {
      const params = Object.entries(optimizerSpace(name)).map(([parameter, { distribution }]) => [
        parameter,
        distribution.kind === "categorical" ? distribution.choices[0] : distribution[end],
      ]);
      const build = () => createOptimizer(name, Object.fromEntries(params) as Params);
      t.notThrows(() => build().dispose(), `${name} at the ${end} ends`);
    }
  }
});

test("a default that is searched lies within its range", (t) => {
  for (const { id, hyperparameters } of [...optimizers, ...optimizerWrappers]) {
    for (const [key, hyperparameter] of Object.entries(hyperparameters)) {
      const { default: value, role, search } = hyperparameter;
      // A weight decay of 0 has no place on a log scale.
      if (!search || typeof value !== "number" || (role === "weightDecay" && value === 0)) continue;
      const { distribution } = search.declaration;
      const place = search.scale === "oneMinus" ? 1 - value : value;
      if (distribution.kind === "categorical") continue;
      t.true(place >= distribution.low && place <= distribution.high, `${id}: ${key}`);
    }
  }
});

test("beta1 is searched as oneMinusBeta1 and may be given as either", (t) => {
  const { oneMinusBeta1 } = optimizerSpace("adamw");
  t.like(oneMinusBeta1.distribution, { kind: "float", log: true });
  const beta1 = (params: Record<string, number>) =>
    createOptimizer("adamw", params).getConfig().beta1;
  t.is(beta1({ oneMinusBeta1: 0.25 }), 0.75);
  t.is(beta1({ beta1: 0.75 }), 0.75);
  t.throws(() => beta1({ beta1: 0.75, oneMinusBeta1: 0.25 }), { message: /are the same/ });
});

test("a choice of optimizers shares the parameters that several have", (t) => {
  const choice = ["momentum", "adamw", "lion", "lookahead(adam)"] as const;
  const space = searchSpace({ ...optimizerSpace(choice), batchSize: int(16, 256) });
  const find = (name: string) => space.parameters.find((parameter) => parameter.name === name);
  t.deepEqual(find("optimizer")?.distribution, {
    kind: "categorical",
    choices: [...choice],
  });
  t.deepEqual(find("learningRate")?.conditions, [{ parameter: "optimizer", in: [...choice] }]);
  t.like(find("learningRate")?.distribution, { low: 1e-5, high: 1 });
  t.deepEqual(find("oneMinusMomentum")?.conditions, [{ parameter: "optimizer", in: ["momentum"] }]);
  t.deepEqual(find("lookaheadK")?.conditions, [
    { parameter: "optimizer", in: ["lookahead(adam)"] },
  ]);
});

test("a trial's parameters build its optimizer beside others that are not its own", (t) => {
  const params = { optimizer: "lion", learningRate: 3e-4, oneMinusBeta1: 0.1, batchSize: 64 };
  const optimizer = createOptimizer("lion", optimizerParams("lion", params));
  t.like(optimizer.getConfig(), { name: "lion", learningRate: 3e-4, beta1: 0.9 });
  t.throws(() => createOptimizer("lion", params), {
    message: /no parameter "batchSize".*optimizerParams/s,
  });
  t.throws(() => createOptimizer("sgd", params), { message: /optimizer=lion/ });
});

test("wrappers share out the parameters between themselves and what they wrap", (t) => {
  const optimizer = createOptimizer("lookahead(sam(adam))", {
    learningRate: 0.01,
    lookaheadK: 3,
    samRho: 0.1,
    oneMinusBeta2: 0.25,
  });
  t.like(optimizer.getConfig(), {
    name: "lookahead(sam(adam))",
    k: 3,
    inner: {
      name: "sam(adam)",
      rho: 0.1,
      inner: { name: "adam", learningRate: 0.01, beta2: 0.75 },
    },
  });
});

test("the types of a choice narrow by the optimizer", (t) => {
  const space = searchSpace({
    ...optimizerSpace(["momentum", "adamw", "lookahead(sgd)"]),
    batchSize: int(16, 256),
  });
  const build = (params: ParamsOf<typeof space>) => {
    if (params.optimizer === "adamw") t.is(params.oneMinusBeta2, 0.01);
    // @ts-expect-error: momentum has no beta2
    if (params.optimizer === "momentum") t.is(params.oneMinusBeta2, undefined);
    if (params.optimizer === "lookahead(sgd)") t.is(params.lookaheadK, 5);
    return createOptimizer(params.optimizer, optimizerParams(params.optimizer, params));
  };
  const shared = { learningRate: 0.1, weightDecay: 0.1, batchSize: 32 };
  const beta = { oneMinusBeta1: 0.1, oneMinusBeta2: 0.01 };
  t.is(build({ optimizer: "adamw", ...shared, ...beta }).name, "adamw");
  const lookahead = { lookaheadK: 5, lookaheadAlpha: 0.5 };
  t.is(build({ optimizer: "lookahead(sgd)", ...shared, ...lookahead }).name, "lookahead(sgd)");
  t.is(build({ optimizer: "momentum", ...shared, oneMinusMomentum: 0.1 }).name, "momentum");
});

test("roles say which parameter does what", (t) => {
  t.like(optimizerRoles("sam(momentum)"), {
    learningRate: "learningRate",
    momentum: "oneMinusMomentum",
    weightDecay: "weightDecay",
    perturbation: "samRho",
  });
});

test("unknown names are refused with those that exist", (t) => {
  const create = (name: string) => () => createOptimizer(name as OptimizerName);
  t.throws(create("adamz"), { message: /no optimizer "adamz".*sgd, shampoo, sign-sgd/ });
  t.throws(create("lookahead"), { message: /wraps another optimizer.*"lookahead\(adamw\)"/ });
  t.throws(create("swa(sgd)"), { message: /no optimizer "swa".*lookahead, sam/ });
  t.throws(() => optimizerSpace([]), { message: /nothing to choose from/ });
});

test("a space may add what is not searched by default", (t) => {
  const space = searchSpace({
    ...optimizerSpace("rmsprop"),
    momentum: float(0, 0.9),
    centered: categorical([true, false]),
  });
  t.true(space.parameters.some(({ name }) => name === "centered"));
  const optimizer = createOptimizer("rmsprop", { momentum: 0.5, centered: true });
  t.like(optimizer.getConfig(), { momentum: 0.5, centered: true });
});
