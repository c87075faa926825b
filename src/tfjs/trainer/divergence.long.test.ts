import test from "ava";
import { adaptive, descent, heavyBall, runWatched, type Update } from "./testing/chebyshev.ts";

// A user would miss: long runs at the edge of stability that are left to go on.

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
