import test from "ava";
import { createStudy } from "../../study/open-study.ts";
import type { AddedTrial } from "../../study/trial/added-trials.ts";
import { failureGroups, failureLines } from "./failure-lines.ts";

test("all failures are told, grouped by what was said whatever numbers stand in it", async (t) => {
  const study = await createStudy({ name: "failures" });
  const failed = (failure: object): AddedTrial =>
    ({ params: {}, state: "failed", failure }) as AddedTrial;
  const advice = "Try a smaller learning rate.";
  await study.addTrials(
    [
      { reason: "diverged", message: "The loss is NaN at step 35." },
      { reason: "error", message: "\u001b[31mno such layer\u001b[0m\n  at x" },
      { reason: "diverged", message: "The loss is NaN at step 1.5e+3.", advice },
      { reason: "outOfMemory", message: "no memory" },
      ...Array.from({ length: 9 }, (_, i) => ({
        reason: "diverged",
        message: `The loss is NaN at step ${i}.`,
      })),
    ].map((failure) => failed(failure)),
  );
  t.deepEqual(failureLines(failureGroups(study)), [
    "",
    "Failures: 11 diverged, 1 error, 1 outOfMemory",
    "  11 trials (0, 2, 4, 5, 6, 7, 8, 9, …) diverged: The loss is NaN at step 35.",
    `    ${advice}`,
    "  trial 1 error: no such layer",
    "  trial 3 outOfMemory: no memory",
  ]);
  t.deepEqual(failureLines([]), []);
});
