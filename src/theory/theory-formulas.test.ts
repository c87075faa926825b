import test from "ava";
import { categorical, float, searchSpace } from "../space/index.ts";
import { finiteDifferenceStep } from "./curvature/hvp.ts";
import { summariseNoiseScales } from "./noise/noise-scale.ts";
import { expectedSigns } from "./rate-laws/surge.ts";
import { findRoles } from "./study/roles.ts";
import { close } from "./testing/close.ts";

test("the step of a central difference balances its two errors: u^⅓ (1 + ‖w‖)/‖v‖", (t) => {
  close(t, finiteDifferenceStep(3, 2), (Math.cbrt(2 ** -53) * 4) / 2, 1e-12);
  close(t, finiteDifferenceStep(0, 0.5, "float32"), Math.cbrt(2 ** -24) / 0.5, 1e-12);
});

test("noise scales are joined by their logarithms, with a spread of 1 at the least", (t) => {
  const { noiseScale, sdOfLog } = summariseNoiseScales([1, 10_000]);
  close(t, noiseScale, 100);
  close(t, sdOfLog, Math.log(10_000) / Math.SQRT2);
  t.deepEqual(summariseNoiseScales([50]), { noiseScale: Math.exp(Math.log(50)), sdOfLog: 1 });
  t.is(summariseNoiseScales([50, 51]).sdOfLog, 1);
});

test("one optimizer of several may be the only one with a learning rate", (t) => {
  const space = searchSpace({
    optimizer: categorical(["sgd", "exact"]),
    lr: float(1e-5, 1, { log: true }).when("optimizer", "sgd"),
  });
  const { arms } = findRoles(space);
  t.deepEqual(arms.map(({ learningRate }) => learningRate), ["lr"]); // prettier-ignore
});

test("the mean of a sign is erf(√(B/2)·μ/σ), near 0 and beyond all doubt", (t) => {
  const signs = (mean: number) => expectedSigns(Float64Array.of(mean), Float64Array.of(1), 2)[0];
  close(t, signs(1e-3), 1.1283787909692363e-3, 1e-13);
  close(t, signs(0.05), 0.05637197779701663, 1e-12);
  close(t, signs(0.06), 0.06762159439330842, 1e-12);
  close(t, signs(-0.5), -0.5204998778130465, 1e-12);
  t.deepEqual([0, 7, -7].map(signs), [0, 1, -1]);
});
