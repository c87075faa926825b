import test from "ava";
import type { CompleteTrial } from "../contracts/trial.ts";
import { bestTrialOf, isInfeasible, whyNoBest } from "./best-trial.ts";

test("a study's best trial is told, or why there is none", (t) => {
  const best = { number: 3 } as CompleteTrial;
  const study = (more: object = {}) => ({
    ...{ name: "s", directions: ["minimize"] as const, bestTrials: [] as CompleteTrial[] },
    ...{ counts: { waiting: 0, running: 0, complete: 0, pruned: 1, failed: 2 }, finished: [] },
    ...more,
  });
  t.is(bestTrialOf(study({ bestTrials: [best, { number: 1 }] })), best);
  t.throws(() => bestTrialOf(study({ directions: ["minimize", "minimize"], bestTrials: [best] })), {
    message: /^Study "s" has 2 metrics and no single best trial\./,
  });
  t.throws(() => bestTrialOf(study()), {
    message: 'Study "s" has no complete trial yet (1 pruned, 2 failed).',
  });
  const infeasible = { state: "complete", constraints: [1] };
  const worst = { state: "complete", values: [Infinity] };
  const why = (...finished: readonly object[]) =>
    whyNoBest(study({ finished, counts: { complete: finished.length } }));
  const start = 'Study "s" has no best trial:';
  t.is(why(infeasible), `${start} its one complete trial violates a constraint.`);
  t.is(
    why(infeasible, infeasible),
    `${start} each of its 2 complete trials violates a constraint.`,
  );
  const other = "is infinitely bad in a metric, violates a constraint or is excluded.";
  t.is(why(infeasible, worst), `${start} each of its 2 complete trials ${other}`);
  t.is(why(worst), `${start} its one complete trial ${other}`);
  t.true(isInfeasible(infeasible as never));
  t.false(isInfeasible(worst as never));
  t.false(isInfeasible({ ...infeasible, state: "pruned" } as never));
});
