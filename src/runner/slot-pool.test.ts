import { setImmediate as turn } from "node:timers/promises";
import test from "ava";
import type { Outcome } from "../contracts/objective.ts";
import { recorder } from "./fixtures/host-trial.ts";
import type { Lease, Taken } from "../contracts/lease.ts";
import { slotPool, type SlotPool } from "./slot-pool.ts";

interface Slot {
  readonly lease?: Lease;
}
const slotOn = (name: string, lock?: Lease["lock"]): Slot => ({ lease: { name, env: {}, lock } });
const done: Outcome = { kind: "returned", result: 1 };

const told = (result: string): Outcome => ({ kind: "returned", result });

/** Runs a trial until it is released; `where` tells the device that it got. */
function started(slots: SlotPool<Slot>, number: number) {
  const made = recorder({ number });
  let finish = (): void => undefined;
  const where: (string | undefined)[] = [];
  const ending = slots.use(made.trial, async ({ lease }) => {
    where.push(lease?.name);
    await new Promise<void>((resolve) => (finish = resolve));
    return done;
  });
  return { ...made, where, ending, finish: () => finish() };
}

test("the first slots are lent first, and each trial is told its device", async (t) => {
  const slots = slotPool([slotOn("cuda:0"), slotOn("cuda:1"), slotOn("cuda:0")]);
  const trials = [0, 1, 2, 3].map((number) => started(slots, number));
  await turn();
  t.deepEqual(
    trials.map(({ where }) => where),
    [["cuda:0"], ["cuda:1"], ["cuda:0"], []],
  );
  t.deepEqual(trials[1].heard, ['device "cuda:1"']);
  trials[1].finish();
  await trials[1].ending;
  await turn();
  t.deepEqual(trials[3].where, ["cuda:1"]);
  for (const trial of trials) trial.finish();
  await slots.idle();
});

test("a device that another study holds is passed over, waited for, and named once", async (t) => {
  let isHeld = true;
  const given: string[] = [];
  const lock = (): Taken =>
    isHeld
      ? { kind: "held", by: 'cuda:0 by trial 3 of study "a"' }
      : { kind: "taken", giveBack: () => given.push("back") };
  const slots = slotPool([slotOn("cuda:0", { take: lock }), slotOn("cuda:1")]);
  const [first, second] = [started(slots, 0), started(slots, 1)];
  await turn();
  t.deepEqual([first.where, second.where], [["cuda:1"], []]);
  t.deepEqual(second.heard, [
    'note "Trial 1 waits for a device. In use: cuda:0 by trial 3 of study \\"a\\"."',
  ]);
  isHeld = false;
  while (second.where.length === 0) await turn();
  t.deepEqual(second.where, ["cuda:0"]);
  second.finish();
  await second.ending;
  t.deepEqual(given, ["back"]);
  first.finish();
  await slots.idle();
});

test("a trial that is stopped as it waits ends at once, and those behind it move up", async (t) => {
  const slots = slotPool([slotOn("cuda:0")]);
  const [first, second, third] = [0, 1, 2].map((number) => started(slots, number));
  await turn();
  second.abort(new Error("the study was stopped"));
  const outcome = await second.ending;
  t.true(outcome.kind === "failed" && outcome.failure.reason === "lost");
  first.finish();
  await first.ending;
  await turn();
  t.deepEqual(third.where, ["cuda:0"]);
  third.finish();
  await slots.idle();
});

test("a device set aside is lent no more; with none left, trials fail and say which", async (t) => {
  const [bad, good] = [slotOn("cuda:0"), slotOn("cuda:1")];
  const slots = slotPool([bad, good]);
  slots.setAside(bad.lease!);
  const [first, second] = [started(slots, 0), started(slots, 1)];
  await turn();
  t.deepEqual([first.where, second.where], [["cuda:1"], []]);
  slots.setAside(good.lease!);
  first.finish();
  t.deepEqual(await first.ending, done);
  const outcome = await second.ending;
  t.true(outcome.kind === "failed");
  t.regex(
    outcome.kind === "failed" ? outcome.failure.message : "",
    /No device is left: cuda:0, cuda:1 failed several trials in a row and were set aside/,
  );
  await slots.idle();
});

test("without leases the slot used last is used next, as it is warm", async (t) => {
  const slots = slotPool<{ lease?: Lease; id: number }>([{ id: 0 }, { id: 1 }]);
  const used: number[] = [];
  for (const number of [0, 1, 2]) {
    await slots.use(recorder({ number }).trial, async ({ id }) => {
      used.push(id);
      return done;
    });
  }
  t.deepEqual(used, [0, 0, 0]);
});

test("a reserved slot is used by the trial that comes with it, or given back", async (t) => {
  const named: (number | undefined)[] = [];
  const take = (number?: number): Taken => {
    named.push(number);
    return { kind: "taken", giveBack: () => undefined, assign: (now) => named.push(now) };
  };
  const slots = slotPool([slotOn("cuda:0", { take }), slotOn("cuda:1")]);
  const waiter = { signal: new AbortController().signal, note: () => undefined };
  const reservation = await slots.reserve(waiter);
  const other = started(slots, 0);
  await turn();
  t.deepEqual(other.where, ["cuda:1"], "the first one is reserved");
  const late = slots.reserve(waiter);
  const own = recorder({ number: 7 });
  const outcome = await slots.use(own.trial, async ({ lease }) => told(lease!.name), {
    reservation,
  });
  t.deepEqual(outcome, told("cuda:0"));
  t.deepEqual(named, [undefined, 7, undefined], "the lock learns for which trial it was taken");
  reservation.giveBack();
  const unused = await late;
  unused.giveBack();
  unused.giveBack();
  other.finish();
  await other.ending;
  await slots.idle();
  t.is((await slots.use(recorder().trial, async () => done)).kind, "returned");
});

test("who waits for a slot may stop waiting, and is told when there will be none", async (t) => {
  const only = slotOn("cuda:0");
  const slots = slotPool([only]);
  const first = await slots.reserve({ signal: new AbortController().signal, note: t.log });
  const stop = new AbortController();
  const second = slots.reserve({ signal: stop.signal, note: t.log });
  stop.abort(new Error("enough"));
  await t.throwsAsync(second, { message: "enough" });
  await t.throwsAsync(slots.reserve({ signal: stop.signal, note: t.log }), { message: "enough" });
  slots.setAside(only.lease!);
  const { trial } = recorder({ number: 1 });
  const outcome = await slots.use(trial, async () => done, { reservation: first });
  t.is(outcome.kind, "failed", "it was set aside after it was reserved");
  await t.throwsAsync(slots.reserve({ signal: new AbortController().signal, note: t.log }), {
    message: /No device is left: cuda:0 failed/,
  });
  await slots.idle();
});
