import test from "ava";
import { categorical, float, int, logNormal, oneOf, searchSpace } from "../../space/index.ts";
import type { OptimizerMeasurement, ProbeMeasurement } from "../probe/measurement.ts";
import { close } from "../testing/close.ts";
import { beliefAt } from "../prior/rate-belief.ts";
import { theory, type TheoryOptions } from "./options.ts";
import { checkDeclared } from "./declared.ts";
import { probePoints } from "./probe-points.ts";
import { propose } from "./proposal.ts";
import type { StudyRoles } from "../../contracts/study-roles.ts";
import { findRoles } from "./roles.ts";

const sgd: OptimizerMeasurement = {
  name: "sgd",
  family: "sgd",
  usualRate: 0.01,
  stability: { kind: "threshold", curvature: "hessian", gain: 1 },
  edge: 0.1,
  directionalEdge: { value: 0.25, slope: 0.64, curvature: 5.12, batches: 4 },
  notes: [],
};
const adam: OptimizerMeasurement = {
  ...sgd,
  name: "adam",
  family: "adam",
  usualRate: 1e-3,
  stability: { kind: "threshold", curvature: "preconditionedHessian", gain: 19 },
  edge: 0.02,
};
const measurement: ProbeMeasurement = {
  version: 1,
  framework: "none",
  step: 0,
  weights: 50_890,
  batchSize: 128,
  loss: 2.31,
  batches: 32,
  weightNorm: 12,
  sharpness: { value: 20, residual: 0.4, products: 7, converged: true },
  trace: { value: 19, standardError: 1, products: 8 },
  simpleNoise: { value: 90 },
  weightedNoise: { value: 60 },
  sign: { gradientSum: 3, curvature: 40 },
  optimizers: [sgd],
  cost: { gradients: 67, products: 11, gradientsPerProduct: 3, seconds: 1.5 },
  assumptions: [],
  warnings: [],
};
const space = searchSpace({
  lr: float(1e-5, 10, { log: true }),
  batch_size: int(16, 512, { log: true }),
});

interface Given {
  readonly in?: typeof space | ReturnType<typeof searchSpace>;
  readonly measured?: Partial<ProbeMeasurement>;
  readonly options?: TheoryOptions;
  readonly roles?: StudyRoles;
  readonly metricNames?: readonly string[];
}

function proposed({ in: where = space, measured, options = {}, roles, metricNames }: Given = {}) {
  const context = { space: where, metricNames, metricCount: metricNames?.length ?? 1 };
  const declared = { options, roles, isGiven: true };
  checkDeclared(context, declared);
  return propose(context, declared, [{ measurement: { ...measurement, ...measured } }]);
}
const refusal = (t: { throws: (work: () => unknown) => Error }, given: Given): string =>
  t.throws(() => proposed(given)).message;

test("roles are guessed from common names, and what is meant can be said", (t) => {
  t.deepEqual(findRoles(space), { arms: [{ learningRate: "lr" }], batchSize: "batch_size" });
  for (const name of ["learningRate", "learning_rate", "eta", "LR"]) {
    const one = searchSpace({ [name]: float(1e-4, 1, { log: true }), depth: int(1, 4) });
    t.deepEqual(findRoles(one), { arms: [{ learningRate: name }] });
  }
  const own = searchSpace({ step: float(1e-4, 1, { log: true }), examples: int(1, 64) });
  t.deepEqual(findRoles(own, { learningRate: "step", batchSize: "examples" }), {
    arms: [{ learningRate: "step" }],
    batchSize: "examples",
  });
});

test("every role that is not found, or twice, is refused with what there is", (t) => {
  const nothing = searchSpace({ alpha: float(0, 1) });
  t.regex(t.throws(() => findRoles(nothing)).message, /no learning rate among "alpha".*roles:/s);
  const twice = searchSpace({ lr: float(0.1, 1), learningRate: float(0.1, 1) });
  t.regex(t.throws(() => findRoles(twice)).message, /2 parameters.*"lr", "learningRate"/s);
  const wrong = (roles: StudyRoles): string => t.throws(() => findRoles(space, roles)).message;
  t.regex(wrong({ learningRate: "rate" }), /learningRate names "rate".*"lr", "batch_size"/s);
  t.regex(wrong({ optimizer: "lr" }), /"lr", which is no choice/);
  t.regex(wrong({ learningRate: { adam: "lr" } }), /no choice of optimizers/);
});

const mixed = searchSpace({
  ...oneOf("optimizer", {
    sgd: { lr: float(1e-4, 10, { log: true }) },
    adam: { lrAdam: float(1e-5, 1, { log: true }) },
    lbfgs: { memory: int(2, 20) },
  }),
});
const mixedRoles = { learningRate: { sgd: "lr", adam: "lrAdam" } };

test("each choice of the optimizer gets the belief that was measured of it", (t) => {
  const { arms, optimizer } = proposed({
    in: mixed,
    roles: mixedRoles,
    measured: { optimizers: [adam, sgd] },
  });
  t.is(optimizer, "optimizer");
  t.deepEqual(
    arms.map((arm) => [arm.optimizer, arm.learningRate, arm.measured, arm.stabilityEdge]),
    [
      ["sgd", "lr", "sgd", 0.1],
      ["adam", "lrAdam", "adam", 0.02],
    ],
  );
  t.regex(
    refusal(t, { in: mixed, roles: mixedRoles, measured: { optimizers: [adam, adam] } }),
    /"sgd" was not measured; measured: adam/,
  );
  t.regex(refusal(t, { measured: { optimizers: [adam, sgd] } }), /theory\({ optimizer: "adam" }\)/);
  const named = proposed({ measured: { optimizers: [adam, sgd] }, options: { optimizer: "sgd" } });
  t.is(named.arms[0].measured, "sgd");
});

test("the probe measures at the middle of the space, once for each optimizer with a rate", (t) => {
  const places = probePoints(mixed, {}, mixedRoles);
  t.deepEqual(
    places.map(({ optimizer, params }) => [optimizer, Object.keys(params)]),
    [
      ["sgd", ["optimizer", "lr"]],
      ["adam", ["optimizer", "lrAdam"]],
    ],
  );
  close(t, places[0].params["lr"] as number, Math.sqrt(1e-4 * 10), 1e-12);
  const known = searchSpace({
    lr: float(1e-5, 10, { log: true }),
    width: int(8, 512, { log: true, prior: logNormal(32, 2) }),
  });
  const [{ params }] = probePoints(known, { at: { lr: 0.5 } }, undefined);
  t.is(params["lr"], 0.5);
  t.true(Math.abs((params["width"] as number) - 32) <= 3);
  t.regex(t.throws(() => probePoints(known, { at: { depth: 3 } }, undefined)).message, /"depth"/);
});

test("the batch size and momentum get a prior besides, unless theory is told not to", (t) => {
  const both = searchSpace({
    lr: float(1e-5, 10, { log: true }),
    batch_size: int(16, 512, { log: true }),
    beta1: float(0.5, 0.99),
    one_minus_momentum: float(0.01, 1, { log: true }),
  });
  t.deepEqual(proposed({ in: both, options: { budget: "fixedSteps" } }).beside, [
    { kind: "batchSize", parameter: "batch_size", noiseScale: 90, budget: "fixedSteps" },
    { kind: "momentum", parameter: "beta1", isComplement: false },
    { kind: "momentum", parameter: "one_minus_momentum", isComplement: true },
  ]);
  t.is(proposed({ in: both, options: { joint: false } }).beside, undefined);
  const unknown = proposed({ measured: { simpleNoise: {} } });
  t.is(unknown.beside, undefined);
  const named = proposed({ in: both, roles: { momentum: "beta1" } }).beside ?? [];
  t.deepEqual(
    named.map(({ parameter }) => parameter),
    ["batch_size", "beta1"],
  );
  t.regex(refusal(t, { roles: { momentum: "beta" } }), /momentum names "beta"/);
});

test("centres and laws of the batch size are made as documented", (t) => {
  const mean = (options: TheoryOptions, batch: number, measured?: Partial<ProbeMeasurement>) =>
    Math.exp(beliefAt(proposed({ options, measured }).arms[0].belief, batch).mean);
  close(t, mean({}, 128), Math.sqrt(0.01 * 0.25), 1e-12);
  close(t, mean({ defaultRate: 0.04 }, 128), Math.sqrt(0.04 * 0.25), 1e-12);
  close(t, mean({ centre: "edge" }, 128), 0.05, 1e-12);
  const literal = { centre: "edge", batchLaw: "saturating" } as const;
  close(t, mean(literal, 32), 0.05 / (1 + 60 / 32), 1e-12);
  close(t, mean({ smallNet: true }, 128), 0.68 * Math.sqrt(0.25), 1e-12);
  // Adam: ρ = 1/19, tr H = 19: β_n² = 1/(40 − 1).
  const surge = { centre: "edge", batchLaw: "surge" } as const;
  const peak = 90 / 39 / (1 - 1 / 39);
  close(t, mean(surge, peak, { optimizers: [adam] }), 0.01, 1e-12);
  const { notes } = proposed({ options: surge });
  t.regex(notes.join(), /sgd is no sign-like update: the saturating law/);
});

test("what was measured but is of no use is said, what was not measured is refused", (t) => {
  const notes = (given: Given): string => proposed(given).notes.join("\n");
  const saturating = { batchLaw: "saturating" } as const;
  t.regex(
    notes({ options: saturating, measured: { weightedNoise: {} } }),
    /B_simple stands for it/,
  );
  const unknown = { weightedNoise: {}, simpleNoise: {} };
  t.regex(notes({ options: saturating, measured: unknown }), /noise scale is unknown/);
  const none = { weightedNoise: undefined, simpleNoise: undefined };
  t.regex(refusal(t, { options: saturating, measured: none }), /needs a noise scale.*"power"/s);
  const surge = { batchLaw: "surge" } as const;
  const of = (extra: Partial<ProbeMeasurement>) => ({
    options: surge,
    measured: { optimizers: [adam], ...extra },
  });
  t.regex(refusal(t, of({ trace: undefined })), /needs tr H/);
  t.regex(refusal(t, of({ sign: undefined })), /needs the curvature sᵀHs/);
  const flat = of({ sign: { gradientSum: 1, curvature: 0.5 } });
  t.regex(notes(flat), /no surge; the law is/);
  t.deepEqual(proposed(flat).arms[0].belief.law, { kind: "rootSaturating", noiseScale: 90 });
});

test("without a usable edge the prior is the default's, and says so loudly", (t) => {
  const { edge: _, directionalEdge: __, ...flat } = sgd;
  const { arms, notes } = proposed({ measured: { optimizers: [flat] } });
  t.is(arms[0].belief.source, "defaultOnly");
  t.regex(notes.join(), /No usable edge of sgd.*default 0\.01.*adds nothing/);
  const { edge: ___, ...curved } = sgd;
  t.regex(proposed({ measured: { optimizers: [curved] } }).notes.join(), /no stability edge/);
  const other = { ...flat, family: "other" as const, usualRate: undefined };
  t.regex(refusal(t, { measured: { optimizers: [other] } }), /Give defaultRate/);
});

test("a centre outside the searched range, and warnings of the probe, are passed on", (t) => {
  const low = searchSpace({ lr: float(1e-6, 1e-4, { log: true }) });
  t.regex(proposed({ in: low }).notes.join(), /outside the range 0.000001 to 0.0001/);
  const warned = proposed({ measured: { warnings: ["The loss has kinks."] } });
  t.deepEqual(warned.notes, ["The loss has kinks."]);
});

test("learning rates that can have no such prior are refused by name", (t) => {
  const refused = (declared: Parameters<typeof searchSpace>[0]): string =>
    refusal(t, { in: searchSpace(declared) });
  t.regex(refused({ lr: float(0, 1) }), /searched from 0 to 1.*log: true/s);
  t.regex(refused({ lr: categorical([0.1, 0.2]) }), /"lr" is categorical/);
  const own = { lr: float(1e-5, 1, { log: true, prior: logNormal(1e-3, 3) }) };
  t.regex(refused(own), /prior of its own/);
});

test("of several metrics one must be named", (t) => {
  const metricNames = ["latency", "loss"];
  t.regex(
    refusal(t, { metricNames }),
    /2 metrics \(latency, loss\).*theory\({ metric: "latency" }/s,
  );
  t.is(proposed({ metricNames, options: { metric: "loss" } }).metric, 1);
  t.regex(refusal(t, { metricNames, options: { metric: "lss" } }), /"lss" is none of the study's/);
});

test("options of theory are checked by name and value", (t) => {
  const told = (options: object): string => t.throws(() => theory(options)).message;
  t.regex(told({ centre: "middle" }), /theory: centre.*"middle"/);
  t.regex(told({ batchlaw: "surge" }), /batchlaw/);
  t.regex(told({ defaultRate: -1 }), /defaultRate.*-1/);
  t.regex(told({ measurement: { version: 1 } }), /theory: the measurement: /);
  t.deepEqual(theory(), { kind: "theory", options: {} });
});
