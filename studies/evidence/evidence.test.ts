import test from "ava";
import { createRng } from "hpo";
import { fitTradeOff } from "hpo/theory";
import { controlsFor, followControl } from "./control.ts";
import { bestSteps, simulatedSteps } from "./critical-batch.ts";
import { followSharpness, settings } from "./edge-settings.ts";
import { spread, tableText } from "./evidence.ts";
import { carryAll, readSweeps, theoryAgainst } from "./sizes.ts";
import { batchSizes, bestRate, predictedRate, regimes } from "./surge-regimes.ts";
import { pointCount, tanhModel } from "./tanh-network.ts";

// A user would miss: that what the documentation says of the theory can be seen, on a small scale,
// at every change of the code.

for (const batchNorm of [false, true]) {
  const name = batchNorm ? "with batch norm" : "as it is";
  test(`the network's gradient is its loss's slope, ${name}`, (t) => {
    const { start, slopeAt, dimension } = tanhModel({ batchNorm });
    const weights = start(1);
    const rows = [1, 3, 4, 9, 15];
    const { gradient } = slopeAt(weights, rows);
    const rng = createRng(0, "direction");
    for (let trial = 0; trial < 5; trial++) {
      const direction = Float64Array.from({ length: dimension }, () => rng.normal());
      const at = (h: number) =>
        slopeAt(
          weights.map((w, i) => w + h * direction[i]),
          rows,
        ).loss;
      const h = 1e-5;
      const expected = gradient.reduce((sum, g, i) => sum + g * direction[i], 0);
      const found = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
      t.true(Math.abs(found - expected) < 1e-5 * (1 + Math.abs(expected)), `${found} ${expected}`);
    }
    t.is(slopeAt(weights).loss, slopeAt(weights, [...Array(pointCount).keys()]).loss);
  });
}

test("gradient descent's sharpness rises to 2/η and stays there", async (t) => {
  const setting = settings.find(({ name, rate }) => name === "gradient descent" && rate === 0.2)!;
  const { curve, tail } = await followSharpness(setting, 0, 6000, 60);
  t.true(curve[0].ratio < 0.7, `${curve[0].ratio}`);
  t.true(Math.abs(tail - 1) < 0.05, `${tail}`);
});

test("heavy ball comes to 3.8/η once its rate has warmed up", async (t) => {
  const setting = settings.find(({ name, rate }) => name === "heavy ball" && rate === 0.2)!;
  const { tail } = await followSharpness(setting, 0, 6000, 60);
  t.true(Math.abs(tail - 1) < 0.03, `${tail}`);
});

test("Adam's preconditioned sharpness rises to 38/η", async (t) => {
  const setting = settings.find(({ name, rate }) => name === "Adam" && rate === 3e-3)!;
  const { curve, tail } = await followSharpness(setting, 0, 3000, 150);
  t.true(curve[0].ratio < 0.7 * tail, `${curve[0].ratio} ${tail}`);
  t.true(Math.abs(tail - 1) < 0.15, `${tail}`);
});

test("a learning rate is carried over width, depth and samples, and theory holds up to 1e6 weights", (t) => {
  const sweeps = readSweeps();
  const all = carryAll(sweeps);
  const held = all.filter(({ holds }) => holds).length;
  t.true(all.length > 20 && held >= 0.85 * all.length, `${held} of ${all.length}`);
  const theory = theoryAgainst(sweeps);
  t.is(theory.length, 8);
  for (const { error, optimizer, width } of theory) {
    t.true(Math.abs(error) < Math.log(7), `${optimizer} ${width}: ${error}`);
  }
});

test("steps and examples trade off around a critical batch of 108", (t) => {
  const tuned = [4, 16, 64, 256, 1024].map(bestSteps);
  const { criticalBatch, minSteps } = fitTradeOff(tuned);
  t.true(Math.abs(criticalBatch / 108 - 1) < 0.05, `${criticalBatch}`);
  t.true(Math.abs(minSteps / 6.17 - 1) < 0.05, `${minSteps}`);
  const simulated = simulatedSteps(tuned[1], 200, 0);
  t.true(Math.abs(simulated / tuned[1].steps - 1) < 0.1, `${simulated} ${tuned[1].steps}`);
});

test("one step's best rate surges; correlated noise and twenty steps undo it", async (t) => {
  const [low, middle, high] = [1, 16, 1024];
  t.true([low, middle, high].every((size) => (batchSizes as readonly number[]).includes(size)));
  const one = [low, middle, high].map((batch) => bestRate(regimes.oneStep, batch, 0));
  t.true(one[1] > 1.5 * one[0] && one[1] > 1.4 * one[2], one.join(" "));
  const expected = await predictedRate(middle);
  t.true(Math.abs(one[1] / expected - 1) < 0.08, `${one[1]} ${expected}`);
  const correlated = [middle, high].map((batch) => bestRate(regimes.correlated, batch, 0));
  t.true(correlated[0] < correlated[1], correlated.join(" "));
  const twenty = [low, middle, high].map((batch) => bestRate(regimes.fixedSteps, batch, 0));
  t.true(twenty[0] > twenty[1] && twenty[1] > twenty[2], twenty.join(" "));
});

test("SAM holds the sharpness below the edge, clipping lets it pass", async (t) => {
  const steps = 2500;
  const run = async (name: string): Promise<number> => {
    const control = controlsFor(steps).find((one) => one.name === name)!;
    return (await followControl(control, 0, steps, 10)).tail;
  };
  const [constant, sam, clipping] = [
    await run("constant"),
    await run("SAM .05"),
    await run("clipping at .1"),
  ];
  t.true(Math.abs(constant - 1) < 0.1, `${constant}`);
  t.true(sam < 0.8, `${sam}`);
  t.true(clipping > 1.2, `${clipping}`);
});

test("tables line up", (t) => {
  const rows = [
    ["name", "value"],
    ["a", "1.25"],
  ];
  t.is(tableText({ title: "T", rows }), "T\n  name  value\n  a      1.25");
  t.is(spread([1, 3], 1), "2.0 ± 1.4");
});
