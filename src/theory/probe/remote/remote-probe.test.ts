import test from "ava";
import { HpoError } from "../../../errors/errors.ts";
import { close } from "../../testing/close.ts";
import type { Greeting } from "../probe-protocol.ts";
import type { ProbeOptions } from "../probe.ts";
import { quadraticProgram, type QuadraticProgramOptions } from "../testing/quadratic-program.ts";
import { remoteProbe } from "./remote-probe.ts";

const FULL = { crossChecks: true, budget: 800 } as const;
// g = (1, 1, 1): what a textbook says of it is known.
const textbook = { curvatures: [1, 10, 4], weights: [1, 0.1, 0.25] };

async function probed(program: Partial<QuadraticProgramOptions>, options: ProbeOptions = {}) {
  const transport = quadraticProgram({ ...textbook, ...program });
  let seconds = 2;
  const found = await remoteProbe(transport, () => (seconds += 3)).measure(options);
  return { ...found, own: found.optimizers[0], asked: transport.asked };
}
const greeting = (optimizer: Greeting["optimizer"]) => ({ greeting: { optimizer } });
const sgd = { name: "sgd", family: "sgd", rule: { kind: "gradientDescent" } } as const;
const adamRule = { kind: "adam", beta1: 0.9 } as const;

test("without noise all numbers are those of the textbook", async (t) => {
  const found = await probed({}, FULL);
  const { own, asked } = found;
  close(t, found.loss, 0.675);
  close(t, found.sharpness?.value, 10);
  t.like(found.sharpness, { converged: true, residual: 0, products: 3 });
  close(t, own.edge, 0.2);
  close(t, own.directionalEdge?.value, (2 * 3) / 15);
  t.like(own.directionalEdge, { batches: 4 });
  close(t, own.directionalEdge?.slope, 3);
  close(t, own.directionalEdge?.curvature, 15);
  t.like(own, { name: "sgd", family: "sgd", notes: [], stability: { kind: "threshold", gain: 1 } });
  t.deepEqual(found.powerIteration, { value: 10, products: 25, converged: true });
  t.is(found.trace?.value, 15);
  t.is(found.trace?.standardError, 0);
  t.is(found.trace?.products, 16);
  close(t, found.gradientNorm, Math.sqrt(3));
  close(t, found.gradientNormVariation ?? 1, 0, 1e-12);
  t.deepEqual(found.sign, { gradientSum: 3, curvature: 15 });
  close(t, found.weightNorm, Math.sqrt(1 + 0.01 + 0.0625));
  close(t, found.weightedNoise?.maxRate, 3 / 15);
  t.like(found, { version: 1, step: 0, framework: "test", weights: 3, batchSize: 4, batches: 8 });
  const products = 2 + 4 + 3 + 9 + 25 + 16;
  const gradients = 5 + 32 + 16 + 6 + (8 + 18) + 50 + 32 + 100;
  t.deepEqual(found.cost, { gradients, products, gradientsPerProduct: 2, seconds: 3 });
  t.deepEqual(found.warnings, []);
  t.deepEqual(found.simpleNoise, {});
  t.deepEqual(
    asked.filter(({ ask }) => ask !== "lanczosStep"),
    [
      { ask: "gradient" },
      { ask: "warm", batches: 32 },
      { ask: "update", batches: 4 },
      { ask: "lanczosStart", seed: 0, preconditioned: false },
      { ask: "noise", batches: 8, curvature: true },
      { ask: "power", steps: 25, tolerance: 0.01, seed: 0 },
      { ask: "trace", samples: 16, seed: 0 },
      { ask: "rangeTest", low: own.directionalEdge!.value! / 1e4, high: own.directionalEdge!.value! * 30, steps: 100 }, // prettier-ignore
    ],
  );
});

test("noise scales are those of the noise that the batches have, and it is told where it drowns the gradient", async (t) => {
  const count = 40;
  const curvatures = Array.from({ length: count }, (_, i) => 1 + i / 10);
  const weights = curvatures.map((h) => 1 / h);
  const found = await probed({ curvatures, weights, noise: 1 });
  // Batches of 4, so an example's variance is 4 a coordinate: tr Σ/|g|² and tr(HΣ)/gᵀHg.
  close(t, found.simpleNoise?.value, 4, 0.3);
  close(t, found.weightedNoise?.value, 4, 0.3);
  close(t, found.weightedNoise?.maxRate, 1 / 2.95, 0.15);
  close(t, found.gradientNorm, Math.sqrt(count), 0.1);
  t.deepEqual(found.warnings, []);

  const drowned = await probed({ wrong: { noise: { squaredNorms: [4, 4], meanSquaredNorm: 2 } } });
  t.deepEqual(drowned.simpleNoise, {});
  t.is(drowned.gradientNorm, undefined);
  t.is(drowned.weightedNoise?.maxRate, undefined);
  t.regex(drowned.warnings.join(), /drowns in noise: \|G\|² is estimated as 0/);
  const bare = await probed({ wrong: { noise: { curvatures: undefined } } });
  t.is(bare.weightedNoise, undefined);

  // By hand: S = (3 − 2)·(2/1)·4 = 8, |G|² = 2 − 2/2 = 1; T = 4·(5 + 7 − 2·5) = 8, gᵀHg = 5 − 8/8 = 4.
  const answer = { squaredNorms: [4, 2], meanSquaredNorm: 2, curvatures: [5, 7], meanCurvature: 5 };
  const byHand = await probed({ wrong: { noise: answer } });
  t.like(byHand, { simpleNoise: { value: 8 }, weightedNoise: { value: 2, maxRate: 0.25 } });
  close(t, byHand.gradientNorm, 1);
  const [high, low] = [2, Math.SQRT2];
  close(t, byHand.gradientNormVariation, (high - low) / Math.SQRT2 / ((high + low) / 2));
});

test("what does not fit into the budget is left out, said, and not asked for", async (t) => {
  const leftOut = async (budget: number) => {
    const { warnings, asked } = await probed({}, { ...FULL, budget });
    const names = warnings.flatMap((text) => {
      const name = /^(.*) was left out: it did not fit into (\d+) gradients$/.exec(text);
      if (name) t.is(Number(name[2]), budget);
      return name?.[1] ?? [];
    });
    return [names, asked.map(({ ask }) => ask)] as const;
  };
  // The gradient, the update and λ_max cost 59, the noise 5 a batch, 2 and 2 a product.
  const all = ["λ_max", "the noise scale", "power iteration", "tr H", "the range test"];
  const [fewest, asked] = await leftOut(58);
  t.deepEqual(fewest, ["λ_max", "the noise scale", "the range test"]);
  t.deepEqual(asked, ["gradient", "warm", "update", "trace"]);
  t.deepEqual((await leftOut(59))[0], all.slice(1));
  t.deepEqual((await leftOut(66))[0], ["the noise scale", "tr H", "the range test"]);
  t.deepEqual((await leftOut(67))[0], ["power iteration", "tr H", "the range test"]);
  t.deepEqual((await leftOut(266))[0], ["the range test"]);
  t.deepEqual((await leftOut(267))[0], []);
  const { asked: some, cost } = await probed({}, { ...FULL, budget: 70 });
  t.deepEqual(
    some.find(({ ask }) => ask === "noise"),
    { ask: "noise", batches: 3, curvature: true },
  );
  t.is(cost.gradients, 70);
  const { trace } = await probed({}, { ...FULL, budget: 140 });
  t.is(trace?.products, 2);
  const standard = await probed({});
  t.deepEqual(standard.warnings, []);
  t.true(standard.cost.gradients <= 100);
  t.false(standard.asked.some(({ ask }) => ["power", "trace", "rangeTest"].includes(ask)));
});

test("of a trace the standard error is told, of a range test what was finite", async (t) => {
  const samples = [14, 16, 18];
  const found = await probed({ wrong: { trace: { samples } } }, { ...FULL, seed: 7 });
  close(t, found.trace?.value, 16);
  close(t, found.trace?.standardError, 2 / Math.sqrt(3));
  for (const question of found.asked) if ("seed" in question) t.is(question.seed, 7);
  const points = [1, 2, 3, 4, 5].map((k) => ({ learningRate: k, loss: k === 5 ? "NaN" : 9 - k }));
  const range = async (count: number) => {
    const wrong = { rangeTest: { points: points.slice(-count) } };
    return (await probed({ wrong }, FULL)).own.rangeTest;
  };
  t.deepEqual((await range(5))?.points.at(-1), { learningRate: 5 });
  t.deepEqual((await range(5))?.points[0], { learningRate: 1, loss: 8 });
  t.is((await range(5))?.firstDivergence, 5);
  t.is(await range(4), undefined);
  const one = await probed({ wrong: { trace: { samples: [15] } } }, FULL);
  t.is(one.trace?.standardError, 0);
});

test("a range test is asked for about the usual rate where no edge is known", async (t) => {
  const wrong = { update: { slope: -1, curvature: 1 } };
  const { own, asked } = await probed({ wrong }, FULL);
  t.is(own.directionalEdge?.value, undefined);
  const usual = own.usualRate!;
  t.like(
    asked.find(({ ask }) => ask === "rangeTest"),
    { low: usual * 1e-4, high: usual * 30 },
  );
});

test("an optimizer's threshold is that of its rule, on the curvature that its rule goes by", async (t) => {
  const threshold = async (rule: object, more: object = {}) =>
    probed(greeting({ ...sgd, rule, ...more } as never));
  const weightDecay = { kind: "coupled", strength: 0.5 };
  const coupled = await threshold({ kind: "gradientDescent", weightDecay });
  t.like(coupled.own.stability, { kind: "threshold", curvature: "hessian" });
  t.like(coupled.own.stability, { sharpness: { value: coupled.sharpness!.value + 0.5 } });
  close(t, coupled.own.edge, 2 / 10.5);
  const decoupled = { kind: "decoupled", strength: 0.5 };
  const apart = await threshold({ kind: "gradientDescent", weightDecay: decoupled });
  t.like(apart.own.stability, { sharpness: { value: apart.sharpness!.value } });

  const adam = await threshold(adamRule);
  t.like(adam.own.stability, {
    curvature: "preconditionedHessian",
    sharpness: { converged: true },
  });
  t.is(adam.sharpness, undefined, "H's own is no use to it");
  const both = await probed(greeting({ ...sgd, rule: adamRule }), FULL);
  close(t, both.sharpness?.value, 10);
  t.deepEqual(
    both.asked.flatMap((one) => (one.ask === "lanczosStart" ? one.preconditioned : [])),
    [true, false],
  );

  const lion = await threshold({ kind: "lion" });
  t.is(lion.own.stability.kind, "none");
  close(t, lion.sharpness?.value, 10);
  const unknown = await threshold(undefined as never, { reason: "it is written by hand" });
  t.deepEqual(unknown.own.stability, { kind: "none", reason: "it is written by hand" });
  const silent = await threshold(undefined as never);
  t.deepEqual(silent.own.stability, { kind: "none", reason: "its rule is not known" });

  const other = await threshold(undefined as never, { family: "other", learningRate: 0.3 });
  t.like(other.own, { learningRate: 0.3, usualRate: 0.3 });
  const usual = await threshold({ kind: "gradientDescent" }, { family: "adam", learningRate: 0.3 });
  t.like(usual.own, { learningRate: 0.3, usualRate: 1e-3 });
});

test("what is not positive or not finite is said, and leaves its number out", async (t) => {
  const hill = await probed({ curvatures: [-1, -10, -4] });
  t.is(hill.own.edge, undefined);
  t.is(hill.own.directionalEdge?.value, undefined);
  t.regex(
    hill.warnings.join("\n"),
    /no directional edge: g'u = 3, u'Hu = -15\nλ_max is -0.9\d*, .*no edge/,
  );
  const broken = await probed({ wrong: { lanczosStep: { beta: "NaN" } } });
  t.is(broken.own.edge, undefined);
  t.is(broken.sharpness, undefined);
  t.regex(broken.warnings.join(), /λ_max: the Hessian-vector product was not finite/);
  const shaken = { ...textbook, curvatures: Array.from({ length: 60 }, (_, i) => i), weights: Array.from({ length: 60 }, () => 1) }; // prettier-ignore
  const unsettled = await probed({ ...shaken, wrong: { lanczosStep: { alpha: -50, beta: 50 } } });
  t.like(unsettled.sharpness, { converged: false, products: 12 });
  t.regex(unsettled.warnings.join(), /λ_max did not settle in 12 products/);
  const { powerIteration } = await probed({ wrong: { power: { value: "Infinity" } } }, FULL);
  t.is(powerIteration, undefined);
  t.is((await probed({ weights: [0, 0, 0] })).sign, undefined);
  for (const wrong of [{ loss: "NaN" }, { squaredNorm: "Infinity" }]) {
    await t.throwsAsync(probed({ wrong: { gradient: wrong } }), {
      instanceOf: HpoError,
      message: /loss at the start is .*(NaN|Infinity).* Probe at weights where both are finite/,
    });
  }
});

test("a program answers for its own optimizer alone", async (t) => {
  const all = await probed({}, { optimizers: "all" });
  t.regex(all.warnings.join(), /answers for its own optimizer only/);
  t.deepEqual((await probed({}, { optimizers: ["sgd"] })).warnings, []);
  await t.throwsAsync(probed({}, { optimizers: ["sgd", "adam", "lion"] }), {
    instanceOf: HpoError,
    message: /the quadratic trains with sgd and can't be probed for adam, lion\. Run it/,
  });
  await t.throwsAsync(probed(greeting(null), { optimizers: ["adam"] }), {
    message: /trains with no optimizer and can't/,
  });
  const bare = await probed(greeting(null), FULL);
  t.deepEqual([bare.optimizers, bare.warnings], [[], []]);
  close(t, bare.sharpness?.value, 10);
  t.false(bare.asked.some(({ ask }) => ask === "warm" || ask === "rangeTest"));
});

test("who waits hears what is measured and what was spent, and may end it", async (t) => {
  const heard: (readonly [string, number])[] = [];
  const found = await probed({}, { ...FULL, onProgress: (...one) => heard.push(one) });
  t.deepEqual(heard.slice(0, 4), [["loss and gradient", 0], ["second moment", 5], ["directional edge", 37], ["sharpness", 53]]); // prettier-ignore
  t.is(heard.length, found.asked.length);
  t.deepEqual([...new Set(heard.map(([doing]) => doing))].slice(4), ["noise scale", "power iteration", "trace", "range test"]); // prettier-ignore
  const assumed = await probed({ wrong: { warm: { assumptions: ["Dropout is off."] } } });
  t.is(assumed.assumptions.filter((text) => text === "Dropout is off.").length, 1);
  const ended = AbortSignal.abort(new Error("enough"));
  await t.throwsAsync(probed({}, { signal: ended }), { message: "enough" });
});
