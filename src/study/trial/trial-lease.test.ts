import test from "ava";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { TrialLease } from "../../contracts/trial-lease.ts";
import { thisProcess, workerId } from "../../system/process-identity.ts";
import { holderOf, type Starter } from "./trial-lease.ts";

const leaseOf = (starter: Starter) =>
  holderOf(2, starter)[ATTRIBUTE.lease] as TrialLease | undefined;
const remote = { worker: "w", slot: "1", host: "far", file: "theirs" };

test("a trial of a study that no other process sees is this process's, without a lease", (t) => {
  t.deepEqual(holderOf(2, { isShared: false }), { [ATTRIBUTE.runner]: thisProcess() });
});

test("a trial that others could take over has a lease of this process, and a remote one its worker's", (t) => {
  const { host } = thisProcess();
  t.like(leaseOf({ isShared: true, file: "ours" }), {
    attempt: 2,
    worker: workerId,
    host,
    file: "ours",
  });
  for (const isShared of [true, false])
    t.like(leaseOf({ isShared, file: "ours", remote }), { attempt: 2, ...remote });
  const [one, other] = [leaseOf({ isShared: true }), leaseOf({ isShared: true })];
  t.not(one!.id, other!.id);
  t.false("file" in one!);
});

test("a trial that another program runs is known by its deadline alone", (t) => {
  const expires = new Date(0);
  t.deepEqual(holderOf(2, { isShared: true, expires }), {
    [ATTRIBUTE.expires]: "1970-01-01T00:00:00.000Z",
  });
});
