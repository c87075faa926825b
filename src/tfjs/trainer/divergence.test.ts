import test from "ava";
import type { Divergence } from "../../errors/errors.ts";
import { createRng } from "../../numerics/rng.ts";
import { divergenceMonitor } from "./divergence.ts";

// A user would miss: runs at the edge of stability that go on, and hopeless ones that do not.

/** One full-batch gradient of the Chebyshev network, and the loss. */
interface Slope {
  readonly loss: number;
  readonly gradient: Float64Array;
}

const points = 20;
const width = 20;
const inputs = Float64Array.from({ length: points }, (_, i) => -1 + (2 * i) / (points - 1));
/** T₅(x) = 16x⁵ − 20x³ + 5x. */
const targets = inputs.map((x) => 16 * x ** 5 - 20 * x ** 3 + 5 * x);
// Weights: first layer w, b; second W (row = input unit), b; output v, b: 481 in all.
const second = 2 * width;
const secondBias = second + width * width;
const last = secondBias + width;
const dimension = last + width + 1;

/** Half the mean squared error of a tanh 1-20-20-1 network and its gradient, in float64. */
function slopeAt(p: Float64Array): Slope {
  const gradient = new Float64Array(dimension);
  let loss = 0;
  const [h1, h2] = [new Float64Array(width), new Float64Array(width)];
  const [e1, e2] = [new Float64Array(width), new Float64Array(width)];
  for (let n = 0; n < points; n++) {
    for (let j = 0; j < width; j++) h1[j] = Math.tanh(p[j] * inputs[n] + p[width + j]);
    let y = p[last + width];
    for (let k = 0; k < width; k++) {
      let z = p[secondBias + k];
      for (let j = 0; j < width; j++) z += p[second + j * width + k] * h1[j];
      h2[k] = Math.tanh(z);
      y += p[last + k] * h2[k];
    }
    const error = y - targets[n];
    loss += (0.5 * error * error) / points;
    const scale = error / points;
    gradient[last + width] += scale;
    e1.fill(0);
    for (let k = 0; k < width; k++) {
      gradient[last + k] += scale * h2[k];
      e2[k] = scale * p[last + k] * (1 - h2[k] * h2[k]);
      gradient[secondBias + k] += e2[k];
      for (let j = 0; j < width; j++) {
        gradient[second + j * width + k] += e2[k] * h1[j];
        e1[j] += e2[k] * p[second + j * width + k];
      }
    }
    for (let j = 0; j < width; j++) {
      const e = e1[j] * (1 - h1[j] * h1[j]);
      gradient[j] += e * inputs[n];
      gradient[width + j] += e;
    }
  }
  return { loss, gradient };
}

/** Uniform on ±1/√fanIn, biases too, as torch starts its linear layers. */
function startingWeights(start: number): Float64Array {
  const rng = createRng(start, "chebyshev");
  const limits = [1, 1 / Math.sqrt(width)];
  return Float64Array.from(
    { length: dimension },
    (_, i) => limits[i < second ? 0 : 1] * (2 * rng.uniform() - 1),
  );
}

type Update = (gradient: Float64Array, step: number) => Float64Array;

const descent =
  (rate: number): Update =>
  (gradient) =>
    gradient.map((g) => -rate * g);

function heavyBall(rate: number, nesterov = false): Update {
  const velocity = new Float64Array(dimension);
  return (gradient) =>
    gradient.map((g, i) => {
      velocity[i] = 0.9 * velocity[i] + g;
      return -rate * (nesterov ? g + 0.9 * velocity[i] : velocity[i]);
    });
}

function adaptive(rate: number, beta1: number, beta2: number): Update {
  const [m, v] = [new Float64Array(dimension), new Float64Array(dimension)];
  return (gradient, step) =>
    gradient.map((g, i) => {
      m[i] = beta1 * m[i] + (1 - beta1) * g;
      v[i] = beta2 * v[i] + (1 - beta2) * g * g;
      const scale = Math.sqrt(v[i] / (1 - beta2 ** (step + 1))) + 1e-8;
      return (-rate * m[i]) / (1 - beta1 ** (step + 1)) / scale;
    });
}

interface Ending {
  readonly divergence?: Divergence;
  readonly firstLoss: number;
  readonly loss: number;
  /** Steps on which the loss rose. */
  readonly rises: number;
}

function runWatched(update: Update, steps: number, learningRate: number, start = 0): Ending {
  const weights = startingWeights(start);
  const firstLoss = slopeAt(weights).loss;
  const monitor = divergenceMonitor(firstLoss);
  let [loss, rises] = [firstLoss, 0];
  for (let step = 0; step < steps; step++) {
    const slope = slopeAt(weights);
    if (slope.loss > loss) rises++;
    loss = slope.loss;
    const norm = Math.sqrt(slope.gradient.reduce((sum, g) => sum + g * g, 0));
    const norms = { gradientNorm: norm, kernelGradientNorm: norm };
    const divergence = monitor.observe({ step, loss, learningRate, ...norms });
    if (divergence) return { divergence, firstLoss, loss, rises };
    const change = update(slope.gradient, step);
    for (let i = 0; i < dimension; i++) weights[i] += change[i];
  }
  return { firstLoss, loss, rises };
}

/** The runs of Cohen et al. 2021's setting, full batch, most of which train at the edge. */
const stable: Readonly<Record<string, readonly [Update, number]>> = {
  "gradient descent .4": [descent(0.4), 0.4],
  "gradient descent .3": [descent(0.3), 0.3],
  "gradient descent .2": [descent(0.2), 0.2],
  "gradient descent .1": [descent(0.1), 0.1],
  "heavy ball .2": [heavyBall(0.2), 0.2],
  "heavy ball .1": [heavyBall(0.1), 0.1],
  "heavy ball .05": [heavyBall(0.05), 0.05],
  "Nesterov .1": [heavyBall(0.1, true), 0.1],
  "Nesterov .05": [heavyBall(0.05, true), 0.05],
  "Adam 3e-3": [adaptive(3e-3, 0.9, 0.999), 3e-3],
  "Adam 1e-3": [adaptive(1e-3, 0.9, 0.999), 1e-3],
  "RMSProp 3e-4": [adaptive(3e-4, 0, 0.99), 3e-4],
  "RMSProp 1e-4": [adaptive(1e-4, 0, 0.99), 1e-4],
};

for (const [name, [update, rate]] of Object.entries(stable)) {
  test(`the stable run of ${name} is never stopped`, (t) => {
    const { divergence, loss, firstLoss } = runWatched(update, 20_000, rate);
    t.is(divergence, undefined);
    t.true(loss < firstLoss);
  });
}

test("the runs above do oscillate: at .4 the loss rises again and again, and still falls", (t) => {
  const { rises, loss, firstLoss } = runWatched(descent(0.4), 4000, 0.4);
  t.true(rises > 500, `${rises} rises`);
  t.true(loss < 0.2 * firstLoss);
});

test("rates far beyond the edge are stopped, and the advice names a lower one", (t) => {
  const cases: readonly (readonly [Update, number, number])[] = [
    [descent(20), 20, 0],
    [heavyBall(10), 10, 0],
    // From this start the rate that the other one bears oscillates for 500 steps, then overflows.
    [heavyBall(0.1, true), 0.1, 4],
    [adaptive(30, 0.9, 0.999), 30, 0],
  ];
  for (const [update, rate, start] of cases) {
    const { divergence } = runWatched(update, 2000, rate, start);
    t.truthy(divergence, `rate ${rate} went on`);
    t.is(divergence?.learningRate, rate);
    t.regex(String(divergence?.advice), /learning rate/i);
  }
});

type Losses = (step: number) => number;

function verdict(losses: Losses, steps: number, norm: Losses = () => 1): Divergence | undefined {
  const monitor = divergenceMonitor(2.3);
  for (let step = 0; step < steps; step++) {
    const gradientNorm = norm(step);
    const norms = { gradientNorm, kernelGradientNorm: gradientNorm };
    const found = monitor.observe({ step, loss: losses(step), learningRate: 0.1, ...norms });
    if (found) return found;
  }
  return undefined;
}

test("each cause is told from the others", (t) => {
  t.like(
    verdict((step) => (step === 7 ? NaN : 1), 20),
    { cause: "nonFinite", step: 7 },
  );
  t.like(
    verdict(
      () => 1,
      20,
      (step) => (step === 5 ? Infinity : 1),
    ),
    { cause: "nonFinite", step: 5 },
  );
  t.is(verdict((step) => 2.3 * 1.3 ** step, 200)?.cause, "explosion");
  t.is(verdict(() => 200, 200)?.cause, "explosion");
  t.is(verdict((step) => (step % 2 === 0 ? 12 : 3), 1000)?.cause, "oscillation");
  const still = verdict(
    () => 2.3,
    1000,
    (step) => (step < 10 ? 1 : 0),
  );
  t.is(still?.cause, "vanishingGradient");
});

test("what recovers or has learned is left alone", (t) => {
  // A catapult: the loss jumps by 100 and comes back.
  t.is(
    verdict((step) => 2 + (step > 20 && step < 60 ? 200 * 0.8 ** (step - 20) : 0), 500),
    undefined,
  );
  // Noise of small batches around a loss that does not move yet.
  const rng = createRng(1);
  t.is(
    verdict(() => 2.3 * Math.exp(0.6 * rng.normal()), 3000),
    undefined,
  );
  // Converged to nothing left to learn: the gradient vanishes as it should.
  t.is(
    verdict(
      () => 1e-9,
      1000,
      () => 1e-12,
    ),
    undefined,
  );
});

test("a monitor that is saved and restored gives the same verdict at the same step", (t) => {
  const losses: Losses = (step) => (step % 2 === 0 ? 12 : 3);
  const expected = verdict(losses, 1000);
  let monitor = divergenceMonitor(2.3);
  for (let step = 0; step < 1000; step++) {
    if (step === 120) monitor = divergenceMonitor(2.3, monitor.save());
    const norms = { gradientNorm: 1, kernelGradientNorm: 1 };
    const found = monitor.observe({ step, loss: losses(step), learningRate: 0.1, ...norms });
    if (found === undefined) continue;
    t.is(found.step, expected?.step);
    return;
  }
  t.fail("no verdict");
});
