import { createRng } from "../../../numerics/rng.ts";
import { dot, plusScaled } from "../../../numerics/vectors.ts";
import { signUpdate } from "../../curvature/directional-edge.ts";
import type { Greeting, ProbeQuestion, ProbeTransport } from "../probe-protocol.ts";

export interface QuadraticProgramOptions {
  /** H's diagonal. */
  readonly curvatures: readonly number[];
  readonly weights: readonly number[];
  /** Of one batch's gradient, sd per coordinate. Default 0. */
  readonly noise?: number;
  readonly greeting?: Partial<Greeting>;
  /** What it answers in place of, or beside, what is right. */
  readonly wrong?: Partial<Record<ProbeQuestion["ask"], object>>;
}

/** A program that answers the probe's questions of ½wᵀHw, as docs/probe-protocol.md says. */
export function quadraticProgram(
  options: QuadraticProgramOptions,
): ProbeTransport & { readonly asked: ProbeQuestion[] } {
  const h = Float64Array.from(options.curvatures);
  const w = Float64Array.from(options.weights);
  const { noise = 0, wrong = {} } = options;
  const asked: ProbeQuestion[] = [];
  const product = (v: Float64Array) => v.map((value, i) => h[i] * value);
  const curvatureOf = (v: Float64Array) => dot(v, product(v));
  const gradientOf = (batch: number) => {
    const rng = createRng(batch, "batch");
    return product(w).map((value) => value + noise * rng.normal());
  };
  const of = (count: number) => Array.from({ length: count }, (_, batch) => gradientOf(batch));
  const basis: Float64Array[] = [];

  const answers: { [Ask in ProbeQuestion["ask"]]: (q: ProbeQuestion & { ask: Ask }) => object } = {
    gradient() {
      const g = gradientOf(0);
      return {
        loss: curvatureOf(w) / 2,
        squaredNorm: dot(g, g),
        curvature: curvatureOf(g),
        absoluteSum: g.reduce((sum, x) => sum + Math.abs(x), 0),
        signCurvature: curvatureOf(signUpdate(g)),
        weightNorm: Math.sqrt(dot(w, w)),
        ...{ gradients: 5, products: 2 },
      };
    },
    warm: ({ batches }) => ({ gradients: batches, products: 0 }),
    update({ batches }) {
      const gradients = of(batches + 1);
      const mean = (term: (u: Float64Array, g: Float64Array) => number) =>
        gradients.slice(1).reduce((sum, g, j) => sum + term(gradients[j], g) / batches, 0);
      const [slope, curvature] = [mean((u, g) => dot(g, u)), mean((u) => curvatureOf(u))];
      return { slope, curvature, batches, gradients: 4 * batches, products: batches };
    },
    lanczosStart() {
      const start = w.map((_, i) => 1 + 0.1 * i);
      basis.splice(0, basis.length, start.map((x) => x / Math.sqrt(dot(start, start)))); // prettier-ignore
      return { gradients: 0, products: 0 };
    },
    lanczosStep() {
      const q = basis[basis.length - 1];
      let next: Float64Array = product(q);
      const alpha = dot(q, next);
      for (const one of [...basis, ...basis]) next = plusScaled(next, -dot(one, next), one);
      const beta = Math.sqrt(dot(next, next));
      basis.push(next.map((x) => x / beta));
      return { alpha, beta, gradients: 2, products: 1 };
    },
    power: ({ steps }) => ({
      ...{ value: Math.max(...h), converged: true },
      ...{ gradients: 2 * steps, products: steps },
    }),
    noise({ batches }) {
      const gradients = of(batches);
      const mean = w.map((_, i) => gradients.reduce((sum, g) => sum + g[i] / batches, 0));
      return {
        squaredNorms: gradients.map((g) => dot(g, g)),
        meanSquaredNorm: dot(mean, mean),
        curvatures: gradients.map(curvatureOf),
        meanCurvature: curvatureOf(mean),
        ...{ gradients: batches + 2 * (batches + 1), products: batches + 1 },
      };
    },
    trace({ samples, seed }) {
      const rng = createRng(seed, "trace");
      const signs = () => w.map(() => (rng.uniform() < 0.5 ? -1 : 1));
      return {
        samples: Array.from({ length: samples }, () => curvatureOf(signs())),
        ...{ gradients: 2 * samples, products: samples },
      };
    },
    rangeTest({ low, high, steps }) {
      let at: Float64Array = w;
      const points = Array.from({ length: steps }, (_, k) => {
        const learningRate = low * (high / low) ** (k / (steps - 1));
        const loss = curvatureOf(at) / 2;
        at = plusScaled(at, -learningRate, product(at));
        return { learningRate, loss: Number.isFinite(loss) ? loss : "NaN" };
      });
      return { points, gradients: steps, products: 0 };
    },
  };
  return {
    name: "the quadratic",
    greeting: {
      ...{ version: 1, framework: "test", weights: w.length, batchSize: 4, batches: 100 },
      optimizer: { name: "sgd", family: "sgd", rule: { kind: "gradientDescent" } },
      ...options.greeting,
    },
    asked,
    async ask(question) {
      asked.push(question);
      const answer = answers[question.ask] as (question: ProbeQuestion) => object;
      return { ...answer(question), ...wrong[question.ask] };
    },
    close: () => Promise.resolve(),
  };
}
