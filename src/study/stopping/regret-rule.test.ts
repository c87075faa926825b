import test from "ava";
import { createRng } from "../../numerics/rng.ts";
import { createStudy, float, regretBound, searchSpace, type Study } from "../../index.ts";
import { random } from "../../../strategies/index.ts";
import type { Progress } from "./stop-rules.ts";

// A user would miss: a study that ends when going on can't pay, and says why.

const space = searchSpace({ x: float(-1, 1), y: float(-1, 1) });
const bowl = ({ x, y }: { x: number; y: number }): number => x * x + 2 * (y - 0.3) ** 2;
const progressOf = ({ directions, finished }: Study, count: number): Progress => ({
  directions,
  space,
  finished: finished.slice(0, count),
});

test("a noisy study stops once the noise hides what is left, at a point that deserves it", async (t) => {
  const study = await createStudy({ name: "noisy", space, direction: "maximize" });
  const rng = createRng(3, "noise");
  const reason = await study.optimize(({ params }) => -bowl(params) + 0.1 * rng.normal(), {
    trials: 120,
    until: regretBound(),
  });
  t.regex(reason, /^the best can be better by 0\.\d+ at most, .* standard error of one value, 0\.\d+$/); // prettier-ignore
  t.true(study.finished.length >= 20 && study.finished.length < 120);
  t.true(bowl(study.best.params) < 0.1);
  t.deepEqual(study.stopped, { reason, trials: study.finished.length });
});

test("a study without noise stops at its limit; the same trials give the same answer", async (t) => {
  const study = await createStudy({ name: "plain", space, strategy: random() });
  await study.optimize(({ params }) => (params.x > 0.9 ? NaN : bowl(params)), { trials: 60 });
  const rule = regretBound(0.1);
  const answers = Array.from({ length: 60 }, (_, n) => rule(progressOf(study as Study, n + 1)));
  const first = answers.findIndex((answer) => answer !== undefined);
  const before = study.finished.slice(0, first + 1);
  t.true(before.filter(({ state }) => state === "complete").length >= 20);
  t.regex(answers[first]!, /at most, by a model of the trials: no more than the limit of 0\.1$/);
  for (const n of [first, first + 1]) {
    t.is(regretBound(0.1)(progressOf(study as Study, n)), answers[n - 1]);
  }
  t.is(regretBound(1e-9)(progressOf(study as Study, 60)), undefined);
});

test("it asks its model from 20 complete trials on", async (t) => {
  const study = await createStudy({ name: "enough", space, strategy: random() });
  await study.optimize(({ params }) => bowl(params), { trials: 20 });
  const rule = regretBound(1e6);
  t.is(rule(progressOf(study as Study, 19)), undefined);
  t.regex(rule(progressOf(study, 20))!, /no more than the limit of 1000000$/);
});

test("a limit that is none, and several metrics, are refused", async (t) => {
  for (const limit of [0, -1, NaN, Infinity, "little"]) {
    t.throws(() => regretBound(limit as number), { message: /regretBound: limit=/ });
  }
  const two = await createStudy({
    name: "two",
    space,
    metrics: { a: "minimize", b: "minimize" },
    strategy: random(),
  });
  await t.throwsAsync(
    two.optimize(({ params }) => [params.x, params.y], { trials: 2, until: regretBound() }),
    { message: /regretBound: the study has 2 metrics, and the rule is of one. Drop the rule./ },
  );
});

test("trials that break a constraint are no reason to stop", async (t) => {
  const study = await createStudy({ name: "constrained", space, strategy: random() });
  await study.optimize(
    (trial) => {
      trial.setConstraints([1]);
      return bowl(trial.params);
    },
    { trials: 40 },
  );
  t.is(regretBound(1e-3)(progressOf(study as Study, 40)), undefined);
});
