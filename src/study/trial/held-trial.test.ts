import test from "ava";
import type { FinishedTrial } from "../../contracts/trial.ts";
import { alreadyFinished, refusedEnd } from "./held-trial.ts";

test("a late worker is not told of an option that it does not have, and who tells by hand is", (t) => {
  const trial = { number: 3, state: "failed", systemAttrs: {} } as unknown as FinishedTrial;
  const late = refusedEnd(trial).message;
  t.regex(
    late,
    /^tell: trial 3 is already failed, ended by another process; .* attempt is refused\.$/,
  );
  t.false(late.includes("skip"));
  t.regex(alreadyFinished(trial).message, /--skip-if-finished/);
});
