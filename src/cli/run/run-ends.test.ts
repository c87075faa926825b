import test from "ava";
import { createStudy, float, searchSpace } from "../../index.ts";
import type { FinishedTrial } from "../../contracts/trial.ts";
import { random } from "../../../strategies/index.ts";
import { errorLimit } from "./error-limit.ts";
import { runTally } from "./run-tally.ts";

// A user would miss: a run that stops when its program is broken, and says so by its exit code.

const base = { params: {}, distributions: {}, reports: [], userAttrs: {}, systemAttrs: {} };
const failed = (number: number, reason: "error" | "diverged" = "error"): FinishedTrial => ({
  ...base,
  number,
  state: "failed",
  failure: { reason, message: "m" },
});
const complete = (number: number): FinishedTrial => ({
  ...base,
  number,
  state: "complete",
  values: [1],
});
const pruned = (number: number): FinishedTrial =>
  ({ ...complete(number), state: "pruned" }) as never;

/** The numbers after which the study stops, of trials that end in this order. */
function stopsAt(
  ends: readonly FinishedTrial[],
  before: readonly FinishedTrial[] = [complete(200)],
): number | undefined {
  const limit = errorLimit("s", before);
  for (const trial of ends) {
    limit.ended(trial);
    if (trial.state === "failed" && trial.failure.reason === "error" && !limit.goesOn(trial)) {
      return trial.number;
    }
  }
  return undefined;
}

test("five errors in a row stop the study, in the order in which trials end", (t) => {
  const scattered = [7, 3, 12, 5, 9, 1];
  t.is(stopsAt(scattered.map((number) => failed(number))), 9);
  const eight = Array.from({ length: 100 }, (_, i) => failed(101 - i));
  t.is(stopsAt(eight), 97);
  t.is(stopsAt([failed(4), failed(3), complete(9), failed(2), failed(1), failed(5)]), undefined);
  t.is(stopsAt([failed(4), failed(3), failed(8, "diverged"), failed(2), failed(1)]), undefined);
});

test("where the study ends with the process nobody is sent to look at it", (t) => {
  const told = (isKept: boolean): string => {
    const limit = errorLimit("s", [], isKept);
    limit.ended(failed(0));
    t.false(limit.goesOn(failed(0)));
    return limit.verdict!;
  };
  t.regex(told(true), /in the program\. hpo study show s 0 shows all that is kept of it; mend it/);
  t.regex(told(false), /in the program\. Mend it and run again\.$/);
});

test("a program that fails at once stops its study, however late trial 0 ends", (t) => {
  t.is(stopsAt([failed(3), failed(2), failed(0)], []), 3);
  t.is(stopsAt([complete(1), failed(0), complete(2)], []), undefined, "trial 0 alone is bad luck");
  t.is(stopsAt([failed(2, "diverged"), failed(0)], []), undefined);
  t.is(stopsAt([failed(7)], [failed(3)]), 7, "run again, it is still broken");
  t.is(stopsAt([failed(7)], [failed(3), pruned(4)]), undefined);
});

test("a run in which nothing completed is not well", async (t) => {
  const space = searchSpace({ x: float(0, 1) });
  const study = await createStudy({ name: "s", space, strategy: random() });
  const problem = (...ends: FinishedTrial[]): string | undefined => {
    const tally = runTally();
    for (const trial of ends) tally.ended(trial);
    return tally.problem(study);
  };
  t.is(problem(), undefined);
  t.regex(problem(failed(3), failed(4, "diverged"))!, /completed: 2 failed.*show s 4 shows/);
  t.regex(problem(pruned(3))!, /completed: 1 pruned\.$/);
  t.is(problem(failed(3), complete(4)), undefined);
  await study.tell((await study.ask())!, 1);
  t.is(problem(pruned(3), failed(4)), undefined, "the study had a complete one before");
  t.regex(problem(failed(5))!, /1 failed/);
});
