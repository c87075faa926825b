import test from "ava";
import { isClose, readSurrogateGolden } from "../numerics/testing/golden.ts";
import { negativeLogEvidence } from "./evidence.ts";
import { factorize, withTargets } from "./gaussian-process.ts";
import { predict } from "./predict.ts";
import { thetaLayout, type Kernel } from "./kernel.ts";

test("the Gaussian process is scikit-learn's", (t) => {
  const golden = readSurrogateGolden();
  t.true(golden.gp.length > 0, "surrogate.json holds no Gaussian processes");
  for (const one of golden.gp) {
    const d = one.X[0].length;
    const kernel: Kernel = { kinds: new Uint8Array(d), smoothness: one.kernel, additive: false };
    const at = thetaLayout(kernel);
    const theta = Float64Array.from(
      [...one.lengthscales, one.signal_variance, one.noise_variance].map(Math.log),
    );
    const X = Float64Array.from(one.X.flat());
    const y = Float64Array.from(one.y);
    const close = (actual: number, expected: number, what: string): void => {
      t.true(isClose(actual, expected, 1e-8), `${one.kernel} ${what}: ${actual}, not ${expected}`);
    };
    const gradient = new Float64Array(at.length);
    close(
      -negativeLogEvidence(kernel, X, y, "zero")(theta, gradient),
      one.log_marginal_likelihood,
      "evidence",
    );
    const expected = one.gradient_wrt_log_signal_variance_log_lengthscales_log_noise_variance;
    const order = [at.signal, ...Array.from({ length: d }, (_, i) => i), at.noise];
    order.forEach((index, i) => close(-gradient[index], expected[i], `gradient ${i}`));
    const gp = withTargets(factorize(kernel, theta, X), y, "zero");
    const { mean, variance } = predict(gp, Float64Array.from(one.Xtest.flat()));
    one.mean.forEach((value, i) => close(mean[i], value, "mean"));
    one.variance_of_the_latent_function.forEach((value, i) =>
      close(variance[i], value, "variance"),
    );
  }
  t.log(`surrogate.json: ${golden.gp.length} cases checked`);
});
