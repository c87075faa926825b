import test from "ava";
import { createRng } from "../../numerics/rng.ts";
import { directionalEdge, edgeOf, meanDirectionalEdge, signUpdate } from "./directional-edge.ts";
import { lanczos } from "./lanczos.ts";
import { diagonalPreconditioner, preconditionedHvp, seedSecondMoment } from "./preconditioner.ts";
import {
  curvatureLimit,
  learningRateEdge,
  polyakHeavyBall,
  stability,
  stochasticEdge,
  type UpdateRule,
} from "./stability.ts";
import { close } from "../testing/close.ts";
import { diagonalHvp, matrixHvp } from "../testing/matrix.ts";

const A = matrixHvp([
  [2, 1],
  [1, 3],
]);

const decayed = (strength: number): readonly UpdateRule[] => {
  const weightDecay = { kind: "decoupled", strength } as const;
  return [
    { kind: "gradientDescent", weightDecay },
    { kind: "heavyBall", momentum: 0.9, weightDecay },
    { kind: "ema", momentum: 0.9, weightDecay },
    { kind: "nesterov", momentum: 0.9, weightDecay },
    { kind: "emaNesterov", momentum: 0.9, weightDecay },
  ];
};

test("test value 1: a-limits of GD and the four momentum forms", (t) => {
  const limits = decayed(0).map((rule) => curvatureLimit(rule, 0.01));
  [200, 380, 3800, 135.714286, 1357.142857].forEach((value, i) => close(t, limits[i], value));
});

test("test value 2: the same with decoupled decay .1", (t) => {
  const limits = decayed(0.1).map((rule) => curvatureLimit(rule, 0.01));
  [199.9, 379.81, 3798.1, 135.646429, 1356.464286].forEach((value, i) =>
    close(t, limits[i], value),
  );
});

test("test value 3: Adam's a·η limit by step", (t) => {
  const limit = (step?: number) => curvatureLimit({ kind: "adam", beta1: 0.9, step }, 1);
  close(t, limit(1), 3.8);
  close(t, limit(2), 7.22);
  close(t, limit(10), 24.750219);
  close(t, limit(), 38);
});

test("test value 5: the preconditioned sharpness, Adam's and RMSProp's edge", async (t) => {
  const hvp = preconditionedHvp(A, Float64Array.of(2, 0.5));
  const { lambdaMax, lambdaMin } = await lanczos(hvp, { dimension: 2, rng: createRng(1) });
  close(t, lambdaMin, 0.807418);
  close(t, lambdaMax, 6.192582);
  close(t, learningRateEdge({ kind: "adam", beta1: 0.9 }, lambdaMax), 6.136374);
  close(t, learningRateEdge({ kind: "rmsProp" }, lambdaMax), 0.322967, 2e-6);
});

test("test value 6: the directional edges of GD and sign", async (t) => {
  const gradient = Float64Array.of(1, -2);
  close(t, (await directionalEdge(A, { gradient, update: gradient })).edge, 1);
  close(t, (await directionalEdge(A, { gradient, update: signUpdate(gradient) })).edge, 2);
});

test("test value 7: the directional edge differs from 2/λ_max", async (t) => {
  const gradient = Float64Array.of(1, 1);
  const hvp = diagonalHvp([1, 10]);
  const { edge, greedy } = await directionalEdge(hvp, { gradient, update: gradient });
  close(t, edge, 0.363636, 2e-6);
  close(t, greedy, 2 / 11);
  close(t, learningRateEdge({ kind: "gradientDescent" }, 10), 0.2);
});

test("test value 27: the stochastic edge", (t) => {
  [0.4, 1, 1.6].forEach((value, i) => close(t, stochasticEdge(1, 4, [1, 4, 16][i]), value));
});

test("test value 30: the best heavy ball on μ/L = .01", (t) => {
  const { momentum, learningRate } = polyakHeavyBall(0.01, 1);
  close(t, momentum, 0.669421);
  close(t, learningRate, 3.305785);
  close(t, learningRateEdge({ kind: "heavyBall", momentum }, 1), 3.338843);
});

/** Runs a rule on ½aw² and says whether it stays bounded. */
function isStable(rule: UpdateRule, eta: number, a: number): boolean {
  let w = 1;
  let m = 0;
  const decay =
    "weightDecay" in rule ? (rule.weightDecay ?? { kind: "coupled", strength: 0 }) : undefined;
  const { kind: decayKind, strength } = decay ?? { kind: "coupled", strength: 0 };
  for (let step = 0; step < 4000; step++) {
    const g = a * w + (decayKind === "coupled" ? strength * w : 0);
    let u = g;
    if (rule.kind === "heavyBall") u = m = rule.momentum * m + (1 - (rule.dampening ?? 0)) * g;
    if (rule.kind === "ema") u = m = rule.momentum * m + (1 - rule.momentum) * g;
    if (rule.kind === "nesterov") {
      m = rule.momentum * m + g;
      u = g + rule.momentum * m;
    }
    if (rule.kind === "emaNesterov") {
      m = rule.momentum * m + (1 - rule.momentum) * g;
      u = (1 - rule.momentum) * g + rule.momentum * m;
    }
    w -= eta * (u + (decayKind === "decoupled" ? strength * w : 0));
    if (!(Math.abs(w) < 1e6)) return false;
  }
  return true;
}

test("each rule, run on a quadratic, is stable below its edge and explodes above", (t) => {
  const coupled = { kind: "coupled", strength: 0.3 } as const;
  const rules: readonly UpdateRule[] = [
    ...decayed(0),
    ...decayed(0.2),
    { kind: "heavyBall", momentum: 0.8, dampening: 0.5 },
    { kind: "gradientDescent", weightDecay: coupled },
    { kind: "nesterov", momentum: 0.7, weightDecay: coupled },
  ];
  for (const rule of rules) {
    const edge = learningRateEdge(rule, 3) ?? NaN;
    t.true(isStable(rule, 0.99 * edge, 3), `${JSON.stringify(rule)} below`);
    t.false(isStable(rule, 1.01 * edge, 3), `${JSON.stringify(rule)} above`);
    close(t, curvatureLimit(rule, edge), 3, 1e-9);
  }
});

test("rules without a threshold say so instead of inventing one", (t) => {
  for (const kind of ["sign", "lion", "muon", "lars", "lamb"] as const) {
    const law = stability({ kind });
    t.is(law.kind, "none");
    t.is(learningRateEdge({ kind }, 10), undefined);
    t.is(curvatureLimit({ kind }, 0.1), undefined);
  }
});

test("no positive curvature, no edge; decay alone can give one", (t) => {
  t.is(learningRateEdge({ kind: "gradientDescent" }, 0), undefined);
  t.is(learningRateEdge({ kind: "gradientDescent" }, -2), undefined);
  const weightDecay = { kind: "decoupled", strength: 0.1 } as const;
  close(t, learningRateEdge({ kind: "gradientDescent", weightDecay }, 0), 20);
});

test("a momentum of 1 is refused by name", (t) => {
  t.throws(() => stability({ kind: "heavyBall", momentum: 1 }), {
    message: /momentum=1 must be a number/,
  });
});

test("an unusable directional edge is undefined, never negative", async (t) => {
  t.is(edgeOf(-1, 2).edge, undefined);
  t.is(edgeOf(1, -2).greedy, undefined);
  t.is(edgeOf(0, 0).edge, undefined);
  const up = Float64Array.of(1, 0);
  const down = Float64Array.of(-3, 0);
  const mean = await meanDirectionalEdge(A, [
    { gradient: up, update: up },
    { gradient: up, update: down },
  ]);
  t.is(mean.edge, undefined);
});

test("mini-batch edges average before dividing", async (t) => {
  const steps = [Float64Array.of(1, 0), Float64Array.of(0, 3)].map((g) => ({
    gradient: g,
    update: g,
  }));
  close(t, (await meanDirectionalEdge(diagonalHvp([1, 4]), steps)).edge, (2 * (1 + 9)) / (1 + 36));
});

test("Adam's preconditioner: 32 batches or an error; the bias of a young ν is undone", async (t) => {
  let k = 0;
  const next = () => Float64Array.of(k++ % 2 ? 3 : 1, -2);
  const nu = await seedSecondMoment(next);
  t.deepEqual([...nu], [5, 4]);
  await t.throwsAsync(seedSecondMoment(next, 8), { message: /batches=8 must be an integer ≥ 32/ });
  close(t, diagonalPreconditioner(nu, { epsilon: 0.5 })[1], 2.5);
  const young = Float64Array.of(4 * (1 - 0.99 * 0.99));
  const bias = { beta2: 0.99, step: 2 };
  close(t, diagonalPreconditioner(young, { epsilon: 0, bias })[0], 2);
});
