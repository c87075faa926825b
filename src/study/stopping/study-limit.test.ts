import test from "ava";
import type { CompleteTrial } from "../../contracts/trial.ts";
import { searchSpace } from "../../space/index.ts";
import { studyLimit, type LimitedStudy } from "./study-limit.ts";

const best: CompleteTrial = {
  ...{ number: 0, state: "complete", params: {}, distributions: {}, values: [1] },
  ...{ reports: [], userAttrs: {}, systemAttrs: {} },
};
const study = (more: Partial<LimitedStudy> = {}): LimitedStudy => ({
  ...{ directions: ["minimize"], space: searchSpace({}), finished: [best], bestTrials: [best] },
  ...{ occupied: 2, ...more },
});

test("a study is full once its total is taken, and not before", (t) => {
  t.is(studyLimit(study(), {})(), undefined);
  t.is(studyLimit(study(), { total: 3 })(), undefined);
  t.is(studyLimit(study(), { total: 2 })(), "the study has its 2 trials");
  t.is(studyLimit(study({ occupied: 1 }), { total: 1 })(), "the study has its 1 trial");
  t.is(studyLimit(study(), { total: 0 })(), "the study has its 0 trials");
});

test("a time that is over is told", (t) => {
  t.is(studyLimit(study(), { timeoutMs: 0 })(), "the time of 0 ms is up");
  t.is(studyLimit(study(), { timeoutMs: 60_000 })(), undefined);
});

test("the first rule that gives a reason ends it; the best is told where there is one metric", (t) => {
  const seen: unknown[] = [];
  const watch = ({ best: one }: { readonly best?: unknown }): undefined => void seen.push(one);
  const until = [watch, () => "enough", () => "too late"];
  t.is(studyLimit(study(), { until })(), "enough");
  t.is(studyLimit(study({ directions: ["minimize", "maximize"] }), { until })(), "enough");
  t.is(studyLimit(study(), { until: watch })(), undefined);
  t.deepEqual(seen, [best, undefined, best]);
});

test("a rule gives a reason, or undefined", (t) => {
  for (const given of [false, null, 0, "", {}]) {
    t.throws(() => studyLimit(study(), { until: () => given as never })(), { message: /until/ });
  }
});
