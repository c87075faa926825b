import test from "ava";
import type { StudyState } from "../study-state.ts";
import { needsUnread } from "./unread-reports.ts";

const one = [{ step: 1, value: 0.5 }];
const stateOf = (trial: { state: string; reports: readonly object[] }, firstDetail = "search") => {
  const key = trial.state === "running" ? "running" : "finished";
  return {
    firstDetail,
    history: { finished: [], running: [], [key]: [trial] },
  } as unknown as StudyState;
};

test("one report of a pruned or a running trial is enough to have unread ones read", (t) => {
  for (const state of ["pruned", "running"]) {
    t.true(needsUnread(stateOf({ state, reports: one }), "besideStopped"), state);
    t.false(needsUnread(stateOf({ state, reports: [] }), "besideStopped"), state);
  }
  t.false(needsUnread(stateOf({ state: "complete", reports: one }), "besideStopped"));
});

test("… where they were left out, and the strategy looks at them beside stopped trials", (t) => {
  const pruned = { state: "pruned", reports: one };
  t.false(needsUnread(stateOf(pruned, "full"), "besideStopped"));
  for (const uses of [true, false]) t.false(needsUnread(stateOf(pruned), uses));
});
