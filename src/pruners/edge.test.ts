import test from "ava";
import type { Observation } from "../contracts/strategy.ts";
import { createRng } from "../numerics/rng.ts";
import type { Curves } from "../contracts/trial.ts";
import type { DivergenceOptions } from "./divergence.ts";
import { parseEdge, type EdgeOptions } from "./edge.ts";
import { divergence, patient } from "./index.ts";
import type { Judgement, Pruner } from "../contracts/pruner.ts";
import type { StudyRoles } from "../contracts/study-roles.ts";
import { finished, running } from "./testing/trials.ts";

const CURVATURE = 10;
const descent = { rule: { kind: "gradientDescent" } } as const;

interface Training {
  readonly values: readonly number[];
  readonly curves: Curves;
}

/** f(x) = ½ · 10 · x² by gradient descent: stable below 2/10, and beyond it to no end. */
function quadratic(learningRate: number, steps: number, { start = 1, noise = 0 } = {}): Training {
  const rng = createRng(0, "noise");
  const values: number[] = [];
  let x = start;
  for (let step = 1; step <= steps; step++) {
    x -= learningRate * CURVATURE * x;
    values.push(0.5 * CURVATURE * x * x + noise * rng.uniform());
  }
  const at = (value: number) => values.map((_, i) => [i + 1, value] as const);
  return { values, curves: { sharpness: at(CURVATURE), learningRate: at(learningRate) } };
}

interface Trial extends Training {
  readonly history?: readonly Observation[];
  readonly params?: Readonly<Record<string, string | number>>;
  readonly roles?: StudyRoles;
}

/** What the pruner says after each report, up to the one at which it stops. */
function judgements(pruner: Pruner, trial: Trial): Judgement[] {
  const { values, curves, history = [], params = {}, roles } = trial;
  const state = history.reduce((fold, one) => pruner.observe(fold, one), pruner.init());
  const said: Judgement[] = [];
  for (let count = 1; count <= values.length && !said.at(-1)?.prune; count++) {
    const known = Object.entries(curves).map(([name, curve]) => [name, curve.slice(0, count)]);
    const context = {
      trial: { ...running(values.slice(0, count)), params },
      pending: [],
      curves: Object.fromEntries(known) as Curves,
      ...(roles && { roles }),
    };
    said.push(pruner.judge!(state, context));
    if (said.at(-1)!.prune !== pruner.shouldPrune(state, context)) throw new Error("two minds");
  }
  return said;
}

const stopOf = (options: DivergenceOptions, trial: Trial): number => {
  const said = judgements(divergence(options), trial);
  return said.at(-1)!.prune ? said.length : Infinity;
};

const sound = Array.from({ length: 6 }, (_, i) =>
  finished(quadratic(0.01 * (1 + i), 30).values, { number: i }),
);

test("a run beyond the edge that gets worse is stopped earlier, without any history", (t) => {
  for (const rate of [0.31, 0.35, 0.4, 0.6]) {
    const run = quadratic(rate, 400);
    const plain = stopOf({}, run);
    const warned = stopOf({ edge: descent }, run);
    t.true(warned <= 10, `${rate}: ${warned}`);
    t.true(warned < plain / 4, `${rate}: ${warned} instead of ${plain}`);
  }
});

test("beside completed trials, too", (t) => {
  for (const rate of [0.31, 0.35]) {
    // From near the minimum: the rise begins within the envelope.
    const run = { ...quadratic(rate, 30, { start: 0.01 }), history: sound };
    const [plain, warned] = [stopOf({}, run), stopOf({ edge: descent }, run)];
    t.true(warned < plain && plain < Infinity, `${rate}: ${warned} instead of ${plain}`);
  }
});

test("what stopped it and what warned of it are told, with the numbers", (t) => {
  const said = judgements(divergence({ edge: descent }), quadratic(0.4, 20));
  t.deepEqual(said[0], {
    prune: false,
    text: "the learning rate 0.4 is 2 times the edge of gradientDescent at sharpness 10, 0.2 at step 1.",
  });
  t.regex(
    said.at(-1)!.text!,
    /^it exploded: to more than 1000 times any report before its rise; the learning rate 0.4 is 2 times/,
  );
  const alone = judgements(divergence(), { values: [2, 1, 2001], curves: {} });
  t.is(alone.at(-1)!.text, "it exploded: to more than 1000 times any report before.");
  const outside = judgements(divergence(), { values: [99, 99], curves: {}, history: sound });
  t.regex(outside.at(-1)!.text!, /^2 reports in a row lay more than 5 deviations outside/);
});

test("beyond the edge alone, no trial that learns is stopped: it warns", (t) => {
  // A sharpness far beyond the edge while the loss falls: the loss is what counts.
  const falling = quadratic(0.05, 30, { noise: 0.001 });
  const curves = { ...falling.curves, sharpness: [[1, 1000]] as const };
  const said = judgements(divergence({ edge: descent }), { ...falling, curves, history: sound });
  t.is(said.length, 30);
  t.true(said.every(({ prune, text }) => !prune && /25 times the edge/.test(text!)));
});

test("a rise that a new best has followed since the sharpness was logged is none", (t) => {
  const values = [5, 9, 2, 100, 6000];
  const loggedAt = (step: number): Trial => ({
    values,
    curves: { sharpness: [[step, 99]], lr: [[1, 0.1]] },
  });
  const options = { explosionFactor: 60 };
  t.is(stopOf(options, loggedAt(3)), Infinity, "6000 is not more than 60 · 100");
  t.is(stopOf({ ...options, edge: descent }, loggedAt(3)), 5, "but than 60 · 9");
  t.is(stopOf({ ...options, edge: descent }, loggedAt(1)), Infinity, "2 came after it");
});

test("below the edge, and a little beyond it, decisions are those without it", (t) => {
  // Ratios that were seen at the edge of stability: up to 1.5.
  for (const ratio of [0.5, 1, 1.2, 1.45]) {
    const values = [2, 1, 0.6, 0.9, 1.5, 0.5, 4, 30, 0.3];
    const curves = { lr: [[1, 0.1]], sharpness: [[1, 20 * ratio]] } as const;
    const trial = { values, curves, history: sound };
    const [plain, edged] = [{}, { edge: descent }].map((options) =>
      judgements(divergence(options), trial).map(({ prune }) => prune),
    );
    t.deepEqual(edged, plain);
  }
});

test("each rule has its own threshold, with the momentum that the trial has", (t) => {
  const ratioOf = (rule: EdgeOptions["rule"], logged: string, params = {}): number => {
    const curves = { lr: [[1, 0.01]], [logged]: [[1, 1000]] } as unknown as Curves;
    const trial = { values: [1], curves, params };
    const [{ text }] = judgements(divergence({ edge: { rule, factor: 1 } }), trial);
    return text === undefined ? NaN : Number(/is (\S+) times/.exec(text)![1]);
  };
  t.is(ratioOf({ kind: "gradientDescent" }, "sharpness"), 5);
  t.is(ratioOf({ kind: "heavyBall", momentum: 0.9 }, "sharpness"), 2.63, "1000 · .01 / 3.8");
  t.is(ratioOf({ kind: "heavyBall", momentum: "mu" }, "sharpness", { mu: 0.9 }), 2.63);
  t.is(ratioOf({ kind: "heavyBall", momentum: "1 - less" }, "sharpness", { less: 0.1 }), 2.63);
  t.is(ratioOf({ kind: "nesterov", momentum: 0.9 }, "sharpness"), 7.37, "10 · 2.8 / 3.8");
  t.is(ratioOf({ kind: "adam", beta1: 0 }, "preconditionedSharpness"), 5);
  t.is(ratioOf({ kind: "adam", beta1: 0.9 }, "preconditionedSharpness"), NaN, "38 is not reached");
  t.is(ratioOf({ kind: "adam", beta1: 0 }, "sharpness"), NaN, "λ of H says nothing of Adam");
  const decayed = { kind: "gradientDescent", weightDecay: { kind: "coupled", strength: "wd" } };
  t.is(ratioOf(decayed as EdgeOptions["rule"], "sharpness", { wd: 1000 }), 10, "λ of H + wI");
  const byChoice = {
    sgd: { kind: "gradientDescent" },
    ball: { kind: "heavyBall", momentum: 0.9 },
  } as const;
  t.is(ratioOf(byChoice, "sharpness", { optimizer: "sgd" }), 5);
  t.is(ratioOf(byChoice, "sharpness", { optimizer: "ball" }), 2.63);
  t.is(ratioOf(byChoice, "sharpness", { optimizer: "lion" }), NaN, "no rule, no edge");
});

test("the learning rate: as it is logged, else a parameter, by its role or its name", (t) => {
  const rateIn = (trial: Partial<Trial>, edge: Partial<EdgeOptions> = {}): number => {
    const curves = { sharpness: [[1, 1e9]], ...trial.curves } as unknown as Curves;
    const pruner = divergence({ edge: { ...descent, ...edge } });
    const [{ text = "" }] = judgements(pruner, { values: [1], ...trial, curves });
    return Number(/learning rate (\S+)/.exec(text)?.[1]);
  };
  const params = { learning_rate: 0.1, mine: 0.2, optimizer: "a" };
  t.is(rateIn({ params }), 0.1);
  t.is(rateIn({ params, curves: { learningRate: [[1, 0.3]] } }), 0.3, "a schedule's");
  t.is(rateIn({ params, roles: { learningRate: "mine" } }), 0.2);
  t.is(rateIn({ params }, { learningRate: "mine" }), 0.2);
  t.is(rateIn({ params, curves: { mine: [[1, 0.4]] } }, { learningRate: "mine" }), 0.4);
  t.is(rateIn({ params, roles: { learningRate: { a: "mine" } } }), 0.2);
  t.is(rateIn({ params, roles: { learningRate: { b: "mine" } } }), NaN);
});

test("a directional edge serves optimizers that have no other one", (t) => {
  const edge = { directional: "etaC" };
  const curves = { lr: [[1, 0.4]], etaC: [[1, 0.2]] } as const;
  const run = { ...quadratic(0.4, 40), curves };
  t.is(stopOf({ edge }, run), stopOf({ edge: descent }, quadratic(0.4, 40)));
  t.regex(judgements(divergence({ edge }), run)[0].text!, /2 times the directional edge, 0.2 at/);
});

test("a trial that never logs what the edge needs is told of, in time", (t) => {
  const values = Array.from({ length: 12 }, () => 1);
  const texts = (trial: Partial<Trial>): (string | undefined)[] =>
    judgements(divergence({ edge: descent }), { values, curves: {}, ...trial }).map(
      ({ text }) => text,
    );
  const said = texts({ params: { lr: 1 } });
  t.is(said[8], undefined);
  t.is(said[9], 'nothing is logged as "sharpness", so that the pruner knows no edge.');
  const unrated = texts({ curves: { sharpness: [[1, 3]] } });
  t.is(unrated[9], "no learning rate is found, so that the pruner knows no edge.");
  const flat = texts({ params: { lr: 1 }, curves: { sharpness: [[1, -3]] } });
  t.is(flat[9], undefined, "where the loss curves down, there is no edge");
});

test("held back by patience, the warning is still heard", (t) => {
  const pruner = patient({ pruner: divergence({ edge: descent }), patience: 7 });
  const said = judgements(pruner, quadratic(0.4, 40));
  t.is(said.length, 9);
  t.regex(said[0].text!, /2 times the edge/);
  t.is(said[6].text, undefined, "it would be stopped, and is not");
  t.true(said[8].prune);
});

test("an edge that can't be is refused, with what there is", (t) => {
  const refused = (edge: unknown, message: RegExp): void => {
    t.throws(() => divergence({ edge: edge as EdgeOptions }), { message });
  };
  refused(true, /edge=true names no optimizer/);
  refused({}, /needs a rule, or the name of a directional edge/);
  refused({ ...descent, directional: "x" }, /needs a rule, or the name/);
  refused({ directional: "x", sharpness: "y" }, /needs no sharpness/);
  refused({ ...descent, factor: 0.5 }, /edge.factor=0.5 must be a number ≥ 1/);
  refused({ ...descent, threshold: 2 }, /divergence: edge: there is no option "threshold"/);
  refused({ rule: "sgd" }, /there is no kind/);
  refused({ rule: { kind: "lion" } }, /lion has no threshold of λ_max.*directional/);
  refused({ rule: { kind: "heavyBall" } }, /heavyBall needs momentum/);
  refused({ rule: { kind: "heavyBall", beta: 0.9 } }, /heavyBall has no "beta"/);
  refused({ rule: { kind: "heavyBall", momentum: 1.5 } }, /momentum=1.5 must be/);
  refused({ rule: { sgd: { kind: "adamm" } } }, /there is no kind "adamm"/);
});

test("an edge is read from what was logged last, and reached at the factor itself", (t) => {
  const reading = (options: EdgeOptions, learningRate: number, value: number) =>
    parseEdge(options).read({
      trial: running([1, 1]),
      pending: [],
      curves: { sharpness: [[1, 9 * value], [2, value]], limit: [[1, value]], learningRate: [[1, learningRate]] }, // prettier-ignore
    });
  const isBeyond = (options: EdgeOptions, learningRate: number, value: number) => {
    const found = reading(options, learningRate, value);
    return found?.kind === "known" ? found.isBeyond : found?.kind;
  };
  // 2/λ = 1.
  t.deepEqual([1.49, 1.5].map((rate) => isBeyond(descent, rate, 2)), [false, true]); // prettier-ignore
  t.deepEqual([0.99, 1].map((rate) => isBeyond({ ...descent, factor: 1 }, rate, 2)), [false, true]); // prettier-ignore
  t.deepEqual([0.74, 0.75].map((rate) => isBeyond({ directional: "limit" }, rate, 0.5)), [false, true]); // prettier-ignore
  for (const none of [0, -1, Infinity])
    t.is(isBeyond({ directional: "limit" }, 1, none), undefined);
  for (const none of [0, -1]) t.is(isBeyond(descent, 1, none), undefined, String(none));
  t.is(isBeyond({ directional: "not logged" }, 1, 1), "missing");
  t.is(isBeyond({ directional: "limit", learningRate: "not logged" }, 1, 1), "missing");
});
