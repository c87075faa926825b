import test from "ava";
import { createRng } from "../../numerics/rng.ts";
import { encode, float, int, logNormal, oneOf, searchSpace } from "../../space/index.ts";
import type { Observation } from "../../contracts/strategy.ts";
import type { Failure } from "../../contracts/trial.ts";
import { rateBelief } from "../prior/rate-belief.ts";
import type { ProposedArm, TheoryProposal } from "./proposal.ts";
import { watchTheory } from "./watch.ts";

const range = { low: 1e-6, high: 10 } as const;
const lr = float(range.low, range.high, { log: true });
const space = searchSpace({
  ...oneOf("optimizer", { sgd: { lr }, adam: { lr } }),
  width: int(8, 512, { log: true, prior: logNormal(64, 2) }),
});
const arm = (optimizer: string, defaultRate: number): ProposedArm => ({
  learningRate: "lr",
  optimizer,
  measured: optimizer,
  range,
  belief: rateBelief({ family: "sgd", referenceBatch: 32, budget: "fixedSteps", defaultRate }),
});
const proposal: TheoryProposal = {
  kind: "theory",
  declared: { options: {}, isGiven: true },
  arms: [arm("sgd", 0.1), arm("adam", 1e-4)],
  optimizer: "optimizer",
  fixedBatch: 32,
  metric: 0,
  measured: [],
  notes: [],
};

/** The best learning rate of both is .1: right for sgd, 5.8 sd from where adam's prior is. */
function trials(count: number, optimizer: string, first = 0): Observation[] {
  const rng = createRng(5, optimizer);
  return Array.from({ length: count }, (_, i) => {
    const rate = Math.exp(Math.log(0.1) + 6 * (rng.uniform() - 0.5));
    const gap = Math.log(rate / 0.1);
    return {
      number: first + i,
      params: { optimizer, lr: rate, width: 64 },
      outcome: "complete",
      values: [gap * gap],
      reports: [],
    };
  });
}

const watched = (history: readonly Observation[], given = proposal) => {
  const watch = watchTheory(space, given).begin();
  const said = history.flatMap((trial) => watch.observe(trial) ?? []);
  return { watch, said, states: watch.verdicts.map(({ state }) => state) };
};
const dense = (watch: ReturnType<typeof watched>["watch"], optimizer: string, rate: number) =>
  watch.prior!.logDensity(encode(space, { optimizer, lr: rate, width: 64 }));

test("each optimizer's prior is judged by its own trials", (t) => {
  const both = [...trials(12, "sgd"), ...trials(12, "adam", 12)];
  const { watch, said, states } = watched(both);
  t.deepEqual(states, ["kept", "dropped"]);
  t.true(
    said.every((message) => /^Theory's prior for adam was (weakened|dropped) after/.test(message)),
  );
  t.is(watch.state, "dropped for adam");
  t.true(watch.isWatched);
  t.true(dense(watch, "sgd", 0.1) > dense(watch, "sgd", 1e-5) + 1);
  t.is(dense(watch, "adam", 0.1), dense(watch, "adam", 1e-5));
});

test("one sign against a prior leaves a quarter of its strength and twice its width", (t) => {
  const doubted = { ...proposal, arms: [arm("sgd", 0.03)] };
  const seen = trials(6, "sgd");
  const { watch, said } = watched(seen, doubted);
  t.is(watch.state, "weakened");
  t.is(said.length, 1);
  const drop = (of: typeof watch): number => dense(of, "sgd", 0.03) - dense(of, "sgd", 3e-6);
  const whole = drop(watched([], doubted).watch);
  t.true(drop(watch) > 0.05 * whole && drop(watch) < whole / 4, `${drop(watch)} of ${whole}`);
});

test("where all is dropped the users' own priors are left, for strategies to judge", (t) => {
  const alone = watched(trials(20, "adam"), { ...proposal, arms: [proposal.arms[1]] });
  t.false(alone.watch.isWatched);
  t.is(alone.watch.state, "dropped");
  const at = (width: number): number =>
    alone.watch.prior!.logDensity(encode(space, { optimizer: "adam", lr: 0.1, width }));
  t.true(at(64) > at(8) + 1);
  t.true(alone.watch.verdicts[0].reasons.length >= 2);
});

test("it is judged at 6, 7, 8, 9, 10, 12, … trials, and by none before", (t) => {
  const watch = watchTheory(space, proposal).begin();
  let { tests } = watch.verdicts[0];
  t.deepEqual(tests, []);
  const judgedAt = trials(40, "sgd").flatMap((trial) => {
    watch.observe(trial);
    const before = tests;
    ({ tests } = watch.verdicts[0]);
    return tests === before ? [] : trial.number + 1;
  });
  t.deepEqual(judgedAt, [6, 7, 8, 9, 10, 12, 14, 16, 19, 22, 26, 31, 37]);
  t.deepEqual(watched(trials(5, "adam")).states, ["kept", "kept"]);
});

test("a prior that was doubted is never trusted again, whatever comes", (t) => {
  const adam = trials(20, "adam");
  const agreeing = trials(200, "adam", 20).map((trial) => {
    const rate = 1e-4 * (trial.params["lr"] as number) * 10;
    return { ...trial, params: { ...trial.params, lr: rate }, values: [trial.values[0] - 100] };
  });
  t.is(watched([...adam, ...agreeing]).states[1], "dropped");
});

test("only what speaks of the learning rate counts: complete trials, and divergence", (t) => {
  const failed = (failure: Failure) =>
    trials(10, "sgd").map(
      (trial) => ({ ...trial, outcome: "failed", values: [], failure }) as const,
    );
  const count = (history: readonly Observation[]): number =>
    watched(history).watch.verdicts[0].trials;
  t.is(count(failed({ reason: "diverged", message: "" })), 10);
  t.is(count(failed({ reason: "outOfMemory", message: "" })), 0);
  t.is(count(failed({ reason: "error", message: "" })), 0);
  t.is(count(trials(10, "sgd").map((trial) => ({ ...trial, outcome: "pruned" }))), 0);
  t.is(count(trials(10, "sgd").map((trial) => ({ ...trial, params: { optimizer: "sgd" } }))), 0);
  t.is(count(trials(10, "rmsprop")), 0);
});

test("of several metrics the named one judges", (t) => {
  const two = trials(20, "adam").map((trial) => ({ ...trial, values: [1, trial.values[0]] }));
  t.is(watched(two, { ...proposal, metric: 1 }).states[1], "dropped");
  // By the first, all are equally good: nothing there speaks against it.
  t.is(watched(two).states[1], "kept");
});

test("divergence far below the stability edge is a sign", (t) => {
  const edged = { ...proposal, arms: [{ ...proposal.arms[0], stabilityEdge: 100 }] };
  const history = trials(8, "sgd").map((trial, i) =>
    i % 2 === 0
      ? trial
      : ({
          ...trial,
          outcome: "failed",
          values: [],
          failure: { reason: "diverged", message: "" },
        } as const),
  );
  const { watch, said } = watched(history, edged);
  t.not(watch.state, "kept");
  t.regex(said.join(), /below a quarter of the edge diverged/);
});
