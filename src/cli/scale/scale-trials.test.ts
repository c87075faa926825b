import test from "ava";
import {
  categorical,
  createStudy,
  float,
  HpoError,
  int,
  searchSpace,
  type AddedTrial,
} from "../../index.ts";
import { trialsOfStudy } from "./scale-trials.ts";

const space = searchSpace({ lr: float(1e-5, 1, { log: true }), batchSize: int(1, 4096) });
const params = { lr: 1e-3, batchSize: 64 };

async function studyOf(trials: readonly AddedTrial[], extra: object = {}) {
  const study = await createStudy({ name: "digits", space, ...extra });
  await study.addTrials(trials);
  return study;
}

test("complete trials count by value, diverged ones as diverged; the rest is left out and noted", async (t) => {
  const failed = (reason: "diverged" | "outOfMemory" | "error"): AddedTrial => ({
    params,
    state: "failed",
    failure: { reason, message: "it failed" },
  });
  const study = await studyOf([
    { params, result: 0.5 },
    failed("diverged"),
    failed("outOfMemory"),
    failed("error"),
    { params, state: "pruned", reports: [{ step: 1, value: 0.1 }] },
    { params, result: 0.1, constraints: [1] },
  ]);
  const { trials, notes } = trialsOfStudy(study, {});
  const same = { learningRate: 1e-3, batchSize: 64 };
  t.deepEqual(trials, [
    { ...same, value: 0.5 },
    { ...same, value: NaN },
  ]);
  t.is(notes.length, 3);
  t.regex(notes[0], /^Left out: 1 pruned trial,/);
  t.regex(notes[1], /^Left out: 1 trial that ran out of memory,/);
  t.regex(notes[2], /^Left out: 2 trials not finished/);
});

test("what is maximised is turned round, so that the best trial stays the best", async (t) => {
  const study = await studyOf([{ params, result: 0.9 }], { direction: "maximize" });
  t.is(trialsOfStudy(study, {}).trials[0].value, -0.9);
});

test("of several metrics one has to be chosen", async (t) => {
  const metrics = { loss: "minimize", accuracy: "maximize" };
  const study = await studyOf([{ params, result: { loss: 1, accuracy: 0.8 } }], { metrics });
  t.is(trialsOfStudy(study, { metric: "accuracy" }).trials[0].value, -0.8);
  t.throws(() => trialsOfStudy(study, {}), {
    instanceOf: HpoError,
    message: /2 metrics: "loss", "accuracy"\. Choose one: --metric loss/,
  });
  t.throws(() => trialsOfStudy(study, { metric: "acuracy" }), { message: /mean "accuracy"\?/ });
});

test("parameters of other names are found by option; other numbers go beside, choices are named as noise", async (t) => {
  const odd = searchSpace({
    step: float(1e-5, 1),
    size: int(1, 512),
    depth: int(1, 9),
    kind: categorical(["a", "b"]),
  });
  const trials = [3, 4].map((depth) => ({
    params: { step: 0.1, size: 32, depth, kind: depth > 3 ? "a" : "b" },
    result: depth,
  }));
  const study = await studyOf(trials, { space: odd });
  const found = trialsOfStudy(study, { lrParam: "step", batchParam: "size" });
  t.is(found.trials.length, 2);
  t.deepEqual(
    found.trials.map(({ beside }) => beside),
    [{ depth: 3 }, { depth: 4 }],
  );
  t.deepEqual(found.notes, ["The trials differ in kind too, which is taken as noise."]);
  t.throws(() => trialsOfStudy(study, {}), {
    message: /learning rate\. Candidates: "step", "size", "depth"\. Name it: --lr-param NAME/,
  });
  t.throws(() => trialsOfStudy(study, { lrParam: "stp", batchParam: "size" }), {
    message: /no numeric parameter "stp", which --lr-param names\. Did you mean "step"\?/,
  });
});

test("two parameters that may be the learning rate are no guess", async (t) => {
  const two = searchSpace({ lr: float(0.1, 1), eta: float(0.1, 1), batch: int(1, 9) });
  const study = await studyOf([{ params: { lr: 0.2, eta: 0.3, batch: 2 }, result: 1 }], {
    space: two,
  });
  t.throws(() => trialsOfStudy(study, {}), { message: /"lr", "eta"\. Choose one: --lr-param lr/ });
  t.is(trialsOfStudy(study, { lrParam: "eta" }).trials[0].learningRate, 0.3);
});

test("a study without trials, and a learning rate of 0, are refused by name", async (t) => {
  t.throws(() => trialsOfStudy({ ...fake, trials: () => [] }, {}), {
    message: /"digits" has no trials yet\. Run it/,
  });
  const study = await studyOf([{ params: { lr: 0, batchSize: 8 }, result: 1 }], {
    space: searchSpace({ lr: float(0, 1), batchSize: int(1, 9) }),
  });
  t.throws(() => trialsOfStudy(study, {}), {
    message: /trial 0: "lr"=0 must be a number ≥ 1e-30 .*--lr-param/,
  });
});

const fake = { name: "digits", directions: ["minimize"] as const, metricNames: undefined };
