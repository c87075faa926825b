import { svgOf } from "../../plots/index.ts";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { defineStudy, float, searchSpace } from "../../index.ts";
import { openProbe, parametersAt } from "../../study/prior/study-probe.ts";
import { measure } from "../../theory/probe/measure.ts";
import { parseMeasurement, type ProbeMeasurement } from "../../theory/probe/measurement.ts";
import { recommendedBatch, recommendedRates } from "../../theory/probe/recommend.ts";
import { quadratic } from "../../theory/probe/testing/quadratic.ts";
import { probePlot } from "./probe-plot.ts";
import { probeText } from "./probe-report.ts";
import type { ProbeResult } from "./probe-result.ts";

const folder = mkdtempSync(join(tmpdir(), "hpo-probe-"));
const main = fileURLToPath(new URL("../main.js", import.meta.url));
const iris = fileURLToPath(new URL("../../../studies/iris.js", import.meta.url));
const hpo = (...args: readonly string[]) =>
  spawnSync(process.execPath, [main, "probe", ...args], { encoding: "utf8" });

test.serial(
  "the iris study is measured at its start and along 10 steps, as JSON and picture",
  (t) => {
    const plot = join(folder, "out.svg");
    const { stdout, stderr, status } = hpo(
      ...[iris, "--params", "lr=0.05", "batchSize=8", "--along", "10", "--json", "--plot", plot],
    );
    t.is(status, 0, stderr);
    t.is(stderr, "");
    const start = parseMeasurement(stdout);
    const more = JSON.parse(stdout) as {
      params: Record<string, number>;
      along: unknown[];
      rates: { rates: { batchSize: number; learningRate: number; interval: number[] }[] }[];
      batch: { criticalBatch: number };
    };
    t.like(more.params, { lr: 0.05, batchSize: 8 });
    t.is(start.batchSize, 8);
    t.deepEqual(
      more.along.map((one) => parseMeasurement(one).step),
      [1, 4, 7, 10],
    );
    for (const { learningRate, interval } of more.rates[0].rates) {
      t.true(interval[0] < learningRate && learningRate < interval[1]);
    }
    t.true(more.batch.criticalBatch > 0);
    const svg = readFileSync(plot, "utf8");
    t.is(svg.match(/λ_max of /g)?.length, 2);
    t.regex(svg, /38\/η, the edge at η = 0\.05/);
    t.notRegex(svg, /NaN|Infinity|undefined/);
  },
);

test.serial("what can't be measured is an error with the remedy", (t) => {
  const file = join(folder, "study.mjs");
  writeFileSync(file, 'export default { name: "bare", objective: () => 0 };\n');
  const bare = hpo(file);
  t.is(bare.status, 1);
  t.regex(bare.stderr, /"bare" does not say what to measure[^]*batchesOf\(data\.train/);
  const wrong = hpo(iris, "--params", "rate=1");
  t.regex(wrong.stderr, /"iris" has no parameter "rate"/);
});

const study = defineStudy({
  name: "quadratic",
  space: searchSpace({ lr: float(1e-4, 1, { log: true }) }),
  objective: () => 0,
  probe: ({ lr }) => ({
    measure: async (options) => {
      const found = await measure(quadratic({ curvatures: [1, 10], weights: [1, 0.1] }), options);
      return { ...found, loss: lr };
    },
  }),
});

test("a study may give a probe of its own; parameters not given are mid-range", async (t) => {
  const probe = await openProbe(study);
  const { loss } = await probe.measure();
  t.true(Math.abs(loss - 1e-2) < 1e-12);
  t.deepEqual(parametersAt(study as never, { lr: 0.5 }), { lr: 0.5 });
  t.throws(() => parametersAt(study as never, { lr: 2 }), { message: /"lr"=2 is not float/ });
  const none = openProbe({ ...study, probe: () => undefined } as never);
  await t.throwsAsync(none, { message: /probe gave undefined\. Give \{ model, loss, batches/ });
});

const noisy = { curvatures: [1, 10, 3], weights: [1, 0.1, 0.3], noise: [1, 1, 2], batchSize: 8 };

async function resultOf(along: readonly ProbeMeasurement[] = []): Promise<ProbeResult> {
  const problem = quadratic({ ...noisy, batches: 1000 });
  const start = await measure(problem, { crossChecks: true, budget: 800 });
  const sizes = [8, 64];
  return {
    study: "quadratic",
    params: { lr: 0.1 },
    start,
    along,
    budget: "samples",
    rates: recommendedRates(start, sizes, { budget: "fixedSamples" }),
    batch: recommendedBatch([start, ...along], sizes),
    notes: ["Something to doubt."],
  };
}

test("the text tells the numbers, the price, what was assumed and what to doubt", async (t) => {
  const text = probeText(await resultOf());
  for (const part of [
    /quadratic: 3 weights, batches of 8 \(lr=0\.1\)/,
    /λ_max of H +10\b/,
    /sgd +0\.2 +10 .*η < 2\/λ_max\(H\)/,
    /B = 8 +B = 64/,
    /by B_noise at initialisation/,
    /half of 2\/λ_max by power iteration: 0\.1\b/,
    /it measures no curvature/,
    /Cost: \d+ gradients of one batch/,
    /Note: Something to doubt/,
  ]) {
    t.regex(text, part);
  }
  t.notRegex(text, /NaN|undefined|Infinity/);
});

test("the picture without steps shows the learning rates with their band", async (t) => {
  const chart = probePlot(await resultOf());
  const [{ x, y, marks }] = chart.panels;
  t.deepEqual([x.scale.kind, y.scale.kind], ["log", "log"]);
  t.deepEqual(
    marks.map(({ mark }) => mark),
    ["band", "lines"],
  );
  t.notRegex(svgOf(chart, { theme: "light" }), /NaN|Infinity|undefined/);
});

test("the batch size goes by the noise along the run where it is known", async (t) => {
  const { start } = await resultOf();
  const later = (step: number, value: number): ProbeMeasurement => ({
    ...start,
    step,
    weightedNoise: { value },
  });
  const batch = recommendedBatch([start, later(20, 100), later(200, 400)], [50, 200]);
  t.true(Math.abs((batch?.criticalBatch ?? 0) - 200) < 1e-9); // the mean of the logs
  t.is(batch?.source, "B_noise at step 20, 200");
  t.deepEqual(
    batch?.prices.map(({ steps, examples }) => [steps, examples].map((x) => Number(x.toFixed(9)))),
    [
      [5, 1.25],
      [2, 2],
    ],
  );
});
