import test from "ava";
import type { Observation } from "../../contracts/strategy.ts";
import { float, int, oneOf, searchSpace } from "../../space/index.ts";
import { rateBelief } from "../prior/rate-belief.ts";
import type { ProbeMeasurement } from "../probe/measurement.ts";
import { close } from "../testing/close.ts";
import type { ProposedArm, TheoryProposal } from "./proposal.ts";
import { proposalNotes, theoryReport, theoryReportLines } from "./report.ts";

const lr = float(1e-6, 10, { log: true });
const space = searchSpace({
  ...oneOf("optimizer", { sgd: { lr }, adam: { lr } }),
  batch: int(8, 512, { log: true }),
  momentum: float(0, 1),
});
const arm = (optimizer: string, more: Parameters<typeof rateBelief>[0]): ProposedArm => ({
  learningRate: "lr",
  optimizer,
  measured: optimizer,
  range: { low: 1e-6, high: 10 },
  belief: rateBelief(more),
  ...(more.stabilityEdge !== undefined && { stabilityEdge: more.stabilityEdge }),
});
const shared = { referenceBatch: 32, budget: "fixedSteps" } as const;
const measurement: ProbeMeasurement = {
  version: 1,
  framework: "none",
  step: 3,
  weights: 10,
  batchSize: 32,
  loss: 2,
  batches: 8,
  weightNorm: 1,
  sharpness: { value: 20.04, residual: 0, products: 3, converged: true },
  simpleNoise: { value: 90.04 },
  weightedNoise: { value: 60 },
  optimizers: [],
  cost: { gradients: 66.6, products: 11, gradientsPerProduct: 2, seconds: 1.5 },
  assumptions: [],
  warnings: [],
};
const { sharpness: _, simpleNoise: __, weightedNoise: ___, ...bare } = measurement;
const proposal: TheoryProposal = {
  kind: "theory",
  declared: { options: {}, isGiven: false },
  arms: [
    arm("sgd", { ...shared, family: "sgd", edge: 0.4, stabilityEdge: 0.2, defaultRate: 0.1 }),
    arm("adam", { ...shared, family: "adam", defaultRate: 1e-3 }),
  ],
  beside: [
    { kind: "batchSize", parameter: "batch", noiseScale: 90, budget: "fixedSteps" },
    { kind: "momentum", parameter: "momentum", isComplement: false },
  ],
  optimizer: "optimizer",
  batchSize: "batch",
  fixedBatch: 32,
  metric: 0,
  measured: [
    { measurement, optimizer: "sgd" },
    { measurement: { ...bare, step: 0 }, optimizer: "adam" },
  ],
  notes: ["The loss has kinks."],
};

/** The best is at no momentum, and at the middle of sgd's prior: .2 = √(.1 · .4). */
const history = Array.from({ length: 12 }, (_, i): Observation => {
  const away = i - 6;
  return {
    number: i,
    params: { optimizer: "sgd", lr: 0.2 * Math.exp(away / 4), batch: 512, momentum: 0.01 * i },
    outcome: "complete",
    values: [away * away],
    reports: [],
  };
});

test("a report tells what was measured, what was proposed at which batch size, and what became of it", (t) => {
  const report = theoryReport(space, proposal, history);
  t.deepEqual(report.cost, { gradients: 133.2, seconds: 3 });
  t.deepEqual(
    report.beside.map(({ inForce }) => inForce),
    [true, false],
  );
  const [sgd, adam] = report.arms;
  t.like(sgd, { learningRateName: "lr", measured: "sgd", trials: 12, state: "kept" });
  t.like(sgd, { stabilityEdge: 0.2, directionalEdge: 0.4, source: "edgeAndDefault" });
  t.false("stabilityEdge" in adam || "directionalEdge" in adam);
  t.deepEqual(
    sgd.rates.map(({ batchSize }) => batchSize),
    [8, 31, 125, 512],
  );
  const { batchSize: _, ...fixed } = proposal;
  const [at] = theoryReport(space, fixed, []).arms[0].rates;
  t.is(at.batchSize, 32);
  close(t, at.learningRate, 0.2, 1e-12);
  // 90 % of a normal: ±1.645 standard deviations of its logarithm.
  const { sd } = proposal.arms[0].belief;
  close(t, at.interval[0], 0.2 * Math.exp(-1.644854 * sd), 1e-5);
  close(t, at.interval[1], 0.2 * Math.exp(1.644854 * sd), 1e-5);
  t.deepEqual(theoryReportLines(report), [
    "Theory's prior (133 gradients, 3 s)",
    "  measured for sgd at batch size 32, step 3, λ_max 20, B_simple 90, B_noise 60",
    "  measured for adam at batch size 32, step 0",
    "  lr of sgd, half-way from the usual rate to the directional edge, stability edge 0.2, η_c 0.4",
    "    0.162 (90 %: 0.0201 to 1.31) at batch size 8",
    "    0.199 (90 %: 0.0277 to 1.43) at batch size 31",
    "    0.245 (90 %: 0.0305 to 1.97) at batch size 125",
    "    0.303 (90 %: 0.0275 to 3.35) at batch size 512",
    "    in force after 12 trials",
    "  lr of adam, the usual rate: there is no usable edge",
    "    0.00066 (90 %: 0.0000348 to 0.0125) at batch size 8",
    "    0.000991 (90 %: 0.0000605 to 0.0162) at batch size 31",
    "    0.0015 (90 %: 0.0000798 to 0.0284) at batch size 125",
    "    0.0023 (90 %: 0.0000815 to 0.0647) at batch size 512",
    "    in force after 0 trials",
    "  batch: larger are likelier at a fixed number of updates, by B_simple 90",
    "  momentum: β around .9 (not in force)",
    "  The loss has kinks.",
  ]);
});

test("a batch size that is not searched, or is one of few, is shown as it is", (t) => {
  const batches = (where: ReturnType<typeof searchSpace>, batchSize?: string) =>
    theoryReport(where, { ...proposal, beside: [], batchSize }, []).arms[0].rates.map(
      (rate) => rate.batchSize,
    );
  const with_ = (batch: ReturnType<typeof int>) =>
    searchSpace({ ...oneOf("optimizer", { sgd: { lr }, adam: { lr } }), batch });
  t.deepEqual(batches(space), [32]);
  t.deepEqual(batches(with_(int(16, 16)), "batch"), [16]);
  t.deepEqual(batches(with_(int(16, 17)), "batch"), [16, 17]);
  t.deepEqual(batches(with_(int(1, 100)), "batch"), [1, 34, 67, 100]);
});

test("what is proposed is said when the study is created, and whether it was measured for it", (t) => {
  t.deepEqual(proposalNotes(proposal), [
    "Theory's prior for sgd: lr 0.2 (90 %: 0.0278 to 1.44) at batch size 32 (67 gradients).",
    "Theory's prior for adam: lr 0.001 (90 %: 0.000061 to 0.0164) at batch size 32 (67 gradients).",
    "Theory's prior: batch: larger are likelier at a fixed number of updates, by B_simple 90.",
    "Theory's prior: momentum: β around .9.",
    "Theory's prior: The loss has kinks.",
  ]);
  const { beside: _, batchSize: __, ...one } = proposal;
  const given = { ...one, fixedBatch: 64, declared: { options: {}, isGiven: true }, notes: [] };
  const only = { ...proposal.arms[0], optimizer: undefined };
  t.deepEqual(proposalNotes({ ...given, optimizer: undefined, arms: [only] }), [
    "Theory's prior: lr 0.222 (90 %: 0.0299 to 1.65) at batch size 64 (a given measurement).",
  ]);
});

test("what the trials doubt is said with the trial and the reason", (t) => {
  const away = history.map((one) => ({
    ...one,
    params: { ...one.params, optimizer: "adam", lr: (one.params["lr"] as number) / 10 },
  }));
  const lines = theoryReportLines(theoryReport(space, proposal, away));
  t.deepEqual(
    lines.filter((line) => line.includes("after")),
    [
      "    in force after 0 trials",
      "    dropped after trial 6: the values are 0.26 times as likely under the prior as without",
    ],
  );
  const first = theoryReportLines(theoryReport(space, proposal, history.slice(0, 1)));
  t.true(first.some((line) => line.endsWith("in force after 1 trial")));
});
