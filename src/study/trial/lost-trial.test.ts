import { hostname } from "node:os";
import test from "ava";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { TrialLease } from "../../contracts/trial-lease.ts";
import type { Attributes, RunningTrial } from "../../contracts/trial.ts";
import { thisProcess } from "../../system/process-identity.ts";
import { HANDED_BACK, heldOf, holderOf, leaseOf } from "./trial-lease.ts";
import { isInterrupted, isOverdue, lostTrialAction, runStateOf } from "./lost-trial.ts";

const NOW = new Date("2026-03-01T12:00:00.000Z");
const after = (ms: number) => new Date(NOW.getTime() + ms).toISOString();
const here = thisProcess();
/** Of this host, before it was started again. */
const dead = { host: hostname(), boot: "an earlier boot", pid: 1, start: "1" };
const elsewhere = { host: "another", boot: "b", pid: 1, start: "1" };
const lease = { attempt: 0, id: "l", worker: "w", host: "third", since: "then" } as TrialLease;
const trial = (systemAttrs: Attributes, state = "running"): RunningTrial => ({
  ...{ state: state as "running", number: 0, params: {}, distributions: {}, reports: [] },
  ...{ userAttrs: {}, systemAttrs },
});
const of = (runner: unknown, more: Attributes = {}) =>
  trial({ [ATTRIBUTE.runner]: runner, ...more });
const attempts = (count: number) => ({ [ATTRIBUTE.attempts]: count });
const leased = { [ATTRIBUTE.lease]: lease };

test("what becomes of a running trial, by who ran it, how often, and who was silent", (t) => {
  const action = (one: RunningTrial, isFree = false, most = 3) =>
    lostTrialAction(one, most, NOW, () => isFree);
  const leave = { kind: "leave" } as const;
  const restart = (count: number) => ({ kind: "restart", attempts: count }) as const;
  const cases: readonly (readonly [
    ReturnType<typeof action>,
    ReturnType<typeof action>,
    string,
  ])[] = [
    [action(trial({})), leave, "another library's"],
    [action(of(here)), leave, "ours, which lives"],
    [action(of(here, leased), true), leave, "it lives, whatever its lease"],
    [action(of(null)), restart(0), "handed back: no attempt was lost"],
    [action(of(null, attempts(2)), false, 0), restart(2), "however often"],
    [action(of(dead)), restart(1), "died"],
    [action(of(dead, attempts(2))), restart(3), "died for the third time"],
    [action(of(dead), false, 1), restart(1), "once is allowed"],
    [action(of(elsewhere, leased), true), restart(1), "silent for too long"],
    [action(trial({ [ATTRIBUTE.lease]: lease }), true), restart(1), "a coordinator's worker"],
    [
      action(of(dead, attempts(3))),
      { kind: "fail", message: "Its process died, and so did those of 3 restarts." },
      "too often",
    ],
    [
      action(of(dead), false, 0),
      { kind: "fail", message: "Its process died, and so did those of 0 restarts." },
      "never again",
    ],
    [
      action(of(elsewhere, leased)),
      { kind: "wait", host: "another", since: "then", lease },
      "its lease holds",
    ],
    [
      action(trial({ [ATTRIBUTE.lease]: lease })),
      { kind: "wait", host: "third", since: "then", lease },
      "no process is known of it",
    ],
    [
      action(of(elsewhere), true),
      { kind: "wait", host: "another", since: undefined },
      "an earlier version's, without a lease",
    ],
    [action(trial({ [ATTRIBUTE.expires]: after(1) })), leave, "it may yet be told"],
    [
      action(trial({ [ATTRIBUTE.expires]: after(0) })),
      { kind: "fail", message: `It was asked for and not told by ${after(0)}.` },
      "its time is over",
    ],
    [action(of(dead, { [ATTRIBUTE.expires]: after(1) })), leave, "whoever asked for it"],
  ];
  for (const [got, expected, what] of cases) t.deepEqual(got, expected, what);
});

test("a reader is told whether it runs, was interrupted or is overdue", (t) => {
  const state = (one: RunningTrial, isFree = false) => runStateOf(one, NOW, () => isFree);
  t.is(state(of(here)), "runs");
  t.is(state(of(elsewhere, leased)), "runs");
  t.is(state(of(elsewhere, leased), true), "interrupted");
  t.is(state(of(null)), "interrupted");
  t.is(state(of(dead, attempts(99))), "interrupted");
  t.is(state(trial({ [ATTRIBUTE.expires]: after(-1) })), "overdue");
  t.is(state(trial({ [ATTRIBUTE.expires]: after(1) })), "runs");
  const past = { [ATTRIBUTE.expires]: new Date(0).toISOString() };
  t.true(isOverdue(trial(past)));
  t.false(isOverdue(trial(past, "waiting")));
  t.false(isOverdue(of(dead)));
  t.false(isOverdue(of(here)));
});

test("a trial is interrupted where it was handed back or its process is known to be dead", (t) => {
  for (const runner of [null, dead]) t.true(isInterrupted(runner));
  for (const runner of [undefined, here, elsewhere]) t.false(isInterrupted(runner));
});

test("who runs a trial is kept as its process, its lease, or the time by which it is told", (t) => {
  t.deepEqual(holderOf(0, { isShared: true, expires: NOW }), {
    [ATTRIBUTE.expires]: NOW.toISOString(),
  });
  t.deepEqual(holderOf(0, { isShared: false }), { [ATTRIBUTE.runner]: here });
  const shared = holderOf(2, { isShared: true, file: "sha" });
  t.deepEqual(Object.keys(shared).sort(), [ATTRIBUTE.lease, ATTRIBUTE.provenance, ATTRIBUTE.runner].sort()); // prettier-ignore
  t.is(shared[ATTRIBUTE.runner], here);
  t.is(shared[ATTRIBUTE.provenance], null);
  t.like(leaseOf(shared), { attempt: 2, host: here.host, file: "sha" });
  t.regex(leaseOf(shared)!.id, /^[\da-f]{32}$/);
  t.deepEqual(heldOf(shared), { attempt: 2, lease: leaseOf(shared)!.id });
  const provenance = { commit: "c" } as never;
  const remote = { worker: "w", slot: "s", host: "h", provenance };
  const far = holderOf(1, { isShared: false, remote, file: "ours", provenance: {} as never });
  t.is(far[ATTRIBUTE.runner], undefined);
  t.is(far[ATTRIBUTE.provenance], provenance);
  t.like(leaseOf(far), { attempt: 1, worker: "w", slot: "s", host: "h" });
  t.false("file" in leaseOf(far)!);
  t.is(heldOf(HANDED_BACK), undefined);
  t.is(leaseOf({}), undefined);
});
