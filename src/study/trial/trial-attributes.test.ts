import test from "ava";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { AttributeChange } from "../../contracts/storage.ts";
import type { RunningTrial } from "../../contracts/trial.ts";
import { TrialAttributes } from "./trial-attributes.ts";

function opened(
  systemAttrs: Record<string, unknown> = {},
  userAttrs: Record<string, unknown> = {},
) {
  const written: AttributeChange[] = [];
  const trial = { userAttrs, systemAttrs } as unknown as RunningTrial;
  return { written, attributes: new TrialAttributes(trial, (change) => written.push(change)) };
}

test("what a user sets is kept beside what was there, and written alone", (t) => {
  const before = { a: 1 };
  const { attributes, written } = opened({}, before);
  attributes.setUser("b", [1, 2]);
  t.deepEqual(attributes.user, { a: 1, b: [1, 2] });
  t.deepEqual(before, { a: 1 }, "the history's own are not changed");
  t.deepEqual(written, [{ user: { b: [1, 2] } }]);
  t.throws(() => attributes.setUser("\0", 1), { message: /setUserAttr: the name/ });
  t.throws(() => attributes.setUser("x", 1n), { message: /setUserAttr\("x"\)/ });
  t.is(written.length, 1);
});

test("a device is written when it is another one", (t) => {
  const { attributes, written } = opened();
  t.deepEqual(attributes.placement, {});
  attributes.setDevice("cuda:0");
  attributes.setDevice("cuda:0");
  t.deepEqual(written, [{ system: { [ATTRIBUTE.device]: "cuda:0" } }]);
  attributes.setDevice("cuda:1");
  t.is(written.length, 2);
  t.deepEqual(attributes.placement, { device: "cuda:1" });
  const paused = opened({ [ATTRIBUTE.continueFrom]: 0, [ATTRIBUTE.maxStep]: 9 }).attributes;
  t.deepEqual(paused.placement, { continueFrom: 0 });
  t.is(paused.maxStep, 9);
});

test("of a pruner's words the first warning and the reason are kept, until a retry", (t) => {
  const { attributes, written } = opened();
  const warning = { prune: false, text: "it is slow" };
  t.true(attributes.keepJudgement(warning, 3));
  t.false(attributes.keepJudgement({ prune: false, text: "slower" }, 4), "the first one stands");
  t.false(attributes.keepJudgement({ prune: false }, 5), "and nothing is no news");
  t.true(attributes.keepJudgement({ prune: true, text: "it is worst" }, 6));
  t.deepEqual(written, [
    { system: { [ATTRIBUTE.warning]: { step: 3, text: "it is slow" } } },
    { system: { [ATTRIBUTE.whyPruned]: { step: 6, text: "it is worst" } } },
  ]);
  t.deepEqual(attributes.countRetry(), {
    count: 1,
    system: { [ATTRIBUTE.retries]: 1, [ATTRIBUTE.warning]: null, [ATTRIBUTE.whyPruned]: null },
  });
  t.true(attributes.keepJudgement(warning, 1), "of the next attempt it is news again");
  t.is(attributes.countRetry().count, 2);
  t.is(opened({ [ATTRIBUTE.retries]: 4 }).attributes.countRetry().count, 5);
});
