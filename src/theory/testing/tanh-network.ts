import type { Rng } from "../../numerics/rng.ts";
import type { Precision } from "../curvature/hvp.ts";

/**
 * A tanh network 2-h-1 with mean squared error: its gradient and exact Hessian-vector product
 * (Pearlmutter's R-operator), the reference for finite differences.
 */
export function tanhNetwork(hidden: number, examples: number, rng: Rng) {
  const x = Array.from({ length: examples }, () => [rng.normal(), rng.normal()] as const);
  const y = x.map(([a, b]) => Math.tanh(a * b));
  // Weights: per hidden unit its two inputs, its bias and its output weight.
  const weights = Float64Array.from({ length: 4 * hidden }, () => rng.normal() * 0.7);

  function gradient(w: Float64Array, precision: Precision = "float64"): Float64Array {
    const round = precision === "float32" ? Math.fround : (value: number): number => value;
    const p = w.map(round);
    const g = new Float64Array(w.length);
    x.forEach(([a, b], n) => {
      const act = Array.from({ length: hidden }, (_, j) =>
        round(Math.tanh(round(p[4 * j] * a + p[4 * j + 1] * b + p[4 * j + 2]))),
      );
      const out = act.reduce((sum, z, j) => round(sum + round(z * p[4 * j + 3])), 0);
      const error = round((out - y[n]) / examples);
      act.forEach((z, j) => {
        const back = round(error * p[4 * j + 3] * (1 - z * z));
        g[4 * j] = round(g[4 * j] + round(back * a));
        g[4 * j + 1] = round(g[4 * j + 1] + round(back * b));
        g[4 * j + 2] = round(g[4 * j + 2] + back);
        g[4 * j + 3] = round(g[4 * j + 3] + round(error * z));
      });
    });
    return g;
  }

  function loss(w: Float64Array): number {
    let sum = 0;
    x.forEach(([a, b], n) => {
      let out = 0;
      for (let j = 0; j < 4 * hidden; j += 4) {
        out += Math.tanh(w[j] * a + w[j + 1] * b + w[j + 2]) * w[j + 3];
      }
      sum += ((out - y[n]) * (out - y[n])) / (2 * examples);
    });
    return sum;
  }

  function exactHvp(w: Float64Array, v: Float64Array): Float64Array {
    const h = new Float64Array(w.length);
    x.forEach(([a, b], n) => {
      const act: number[] = [];
      const rAct: number[] = [];
      let out = 0;
      let rOut = 0;
      for (let j = 0; j < 4 * hidden; j += 4) {
        const z = Math.tanh(w[j] * a + w[j + 1] * b + w[j + 2]);
        const rz = (1 - z * z) * (v[j] * a + v[j + 1] * b + v[j + 2]);
        act.push(z);
        rAct.push(rz);
        out += z * w[j + 3];
        rOut += rz * w[j + 3] + z * v[j + 3];
      }
      const error = (out - y[n]) / examples;
      const rError = rOut / examples;
      act.forEach((z, k) => {
        const j = 4 * k;
        const slope = 1 - z * z;
        const rBack =
          rError * w[j + 3] * slope + error * v[j + 3] * slope - 2 * error * w[j + 3] * z * rAct[k];
        h[j] += rBack * a;
        h[j + 1] += rBack * b;
        h[j + 2] += rBack;
        h[j + 3] += rError * z + error * rAct[k];
      });
    });
    return h;
  }

  return { weights, loss, gradient, exactHvp };
}
