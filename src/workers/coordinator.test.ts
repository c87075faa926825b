import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import test from "ava";
import { ATTRIBUTE } from "../contracts/attributes.ts";
import type { Storage } from "../contracts/storage.ts";
import { float, searchSpace } from "../space/index.ts";
import { memoryStorage } from "../storage/memory.ts";
import { replay } from "../study/asking/replay.ts";
import { openStudy } from "../study/open-study.ts";
import { presentIn } from "../study/heartbeat/presence.ts";
import { strategyGiven } from "../study/parts/own-part.ts";
import { strategyOf } from "../study/strategy-registry.ts";
import { engineOf } from "../study/study-internals.ts";
import { defineStudy } from "../study/study-definition.ts";
import { leaseOf } from "../study/trial/trial-lease.ts";
import { threshold } from "../pruners/index.ts";
import { tempFolder } from "../testing/temp-folder.ts";
import { coordinate, type Coordinator } from "./coordinator.ts";
import { definitionFacts } from "./definition-facts.ts";
import type { ClaimAnswer, Claimed } from "./work-source.ts";

const definition = defineStudy({
  name: "s",
  space: searchSpace({ x: float(0, 1) }),
  pruner: threshold({ upper: 10 }),
  objective: () => 0,
});
const LEASE_MS = 300;

/** A coordinator of a process that was just started. */
async function started(storage: Storage, total = 10): Promise<Coordinator> {
  const study = await openStudy(definition, { storage });
  return coordinate(study, {
    definition: definitionFacts(definition),
    total,
    leaseMs: LEASE_MS,
    waitMs: 20,
  });
}

const slot = (worker: string, number = 0) => ({ worker, slot: String(number), host: "h" });
const isTrial = (answer: ClaimAnswer): answer is Claimed => "lease" in answer;
const claim = async (coordinator: Coordinator, worker: string, number = 0): Promise<Claimed> => {
  const answer = await coordinator.claim(slot(worker, number));
  if (!isTrial(answer)) throw new Error(JSON.stringify(answer));
  return answer;
};
const nothing = { from: 0, items: [] };
const end = (value: number) => ({
  end: { state: "complete", values: [value] } as const,
  system: {},
});
const report = (value: number, step: number) => ({ kind: "report", value, step }) as const;
const trialsOf = async (storage: Storage) =>
  (await storage.readTrials((await storage.findStudy("s"))!.id)).trials;

test("what is sent twice counts once", async (t) => {
  const storage = memoryStorage();
  const coordinator = await started(storage);
  const trial = await claim(coordinator, "a");
  t.deepEqual(await claim(coordinator, "a"), trial, "a slot gets its own trial again");
  t.is((await claim(coordinator, "a", 1)).number, 1, "another slot another one");
  const news = { from: 0, items: [report(3, 0), report(2, 1)] };
  t.is(await coordinator.report(trial, news), "go on");
  t.is(await coordinator.report(trial, news), "go on");
  t.is(await coordinator.report(trial, { from: 1, items: [report(2, 1), report(1, 2)] }), "go on");
  t.is(await coordinator.tell(trial, nothing, end(1)), "taken");
  t.is(await coordinator.tell(trial, nothing, end(1)), "already");
  const [stored] = await trialsOf(storage);
  t.deepEqual(stored.values, [1]);
  t.deepEqual(
    stored.reports.map(({ value }) => value),
    [3, 2, 1],
  );
});

test("reports that a worker drops are dropped here, and those that follow are kept", async (t) => {
  const storage = memoryStorage();
  const coordinator = await started(storage);
  const trial = await claim(coordinator, "a");
  const items = [report(3, 1), report(2, 2), { kind: "dropReports" } as const, report(9, 1)];
  await coordinator.report(trial, { from: 0, items: items.slice(0, 2) });
  await coordinator.report(trial, { from: 0, items });
  await coordinator.tell(trial, nothing, end(1));
  t.deepEqual((await trialsOf(storage))[0].reports, [{ step: 1, value: 9 }]);
});

test("a claim that is sent again while it is answered gets the same trial", async (t) => {
  const storage = memoryStorage();
  const coordinator = await started(storage);
  const [first, again] = await Promise.all([claim(coordinator, "a"), claim(coordinator, "a")]);
  t.deepEqual(again, first);
  t.is((await trialsOf(storage)).length, 1);
});

test("an end that is told again while it is being written is no other one's", async (t) => {
  const coordinator = await started(memoryStorage());
  const trial = await claim(coordinator, "a");
  const told = [1, 2].map(() => coordinator.tell(trial, nothing, end(1)));
  t.deepEqual(await Promise.all(told), ["taken", "already"]);
});

test("beats, reports and results are answered while a trial is suggested", async (t) => {
  const flag = join(await tempFolder(t), "go");
  const file = fileURLToPath(new URL("../study/asking/fixtures/odd-strategy.js", import.meta.url));
  const strategy = await strategyGiven({ file, at: 9, does: "wait", flag }, "");
  const slow = defineStudy({ ...definition, strategy });
  const study = await openStudy(slow, { storage: memoryStorage() });
  const { suggestions } = engineOf(study).starter;
  suggestions.slowMs = -1;
  const coordinator = await coordinate(study, { definition: definitionFacts(slow) });
  t.teardown(() => coordinator.close());
  for (let pair = 0; pair < 3; pair++) {
    const trials = await Promise.all([claim(coordinator, "a", 0), claim(coordinator, "a", 1)]);
    for (const trial of trials) await coordinator.tell(trial, nothing, end(trial.number));
  }
  while (!suggestions.ahead()) await sleep(5);
  const [six, seven, eight] = await Promise.all([0, 1, 2].map((at) => claim(coordinator, "a", at)));
  const order: unknown[] = [];
  const claiming = claim(coordinator, "b").then(({ number }) => order.push(number));
  await sleep(50);
  order.push(await coordinator.beat("a", [six, seven, eight]));
  order.push(await coordinator.report(six, { from: 0, items: [report(1, 0)] }));
  order.push(await coordinator.tell(seven, nothing, end(7)));
  await writeFile(flag, "");
  await claiming;
  t.deepEqual(order, [[], "go on", "taken", 9]);
  const replayed = await replay(study, strategyOf);
  t.deepEqual(
    replayed.map(({ same }) => same),
    Array.from({ length: 10 }, () => true),
  );
});

test("which study file a trial ran by is kept, and another text than the coordinator's is told", async (t) => {
  const storage = memoryStorage();
  const study = await openStudy(definition, { storage });
  const notes: string[] = [];
  study.subscribe((event) => void (event.type === "note" && notes.push(event.message)));
  const facts = definitionFacts(definition);
  const coordinator = await coordinate(study, { definition: facts, fileHash: "aaaa", waitMs: 20 });
  t.teardown(() => coordinator.close());
  await coordinator.claim({ ...slot("a"), file: "aaaa" });
  t.deepEqual(notes, []);
  await coordinator.claim({ ...slot("b"), file: "bbbb" });
  t.regex(notes.join(), /Host h has another text of the study file.*bbbb… there, aaaa… here/);
  const files = (await trialsOf(storage)).map(({ systemAttrs }) => leaseOf(systemAttrs)?.file);
  t.deepEqual(files, ["aaaa", "bbbb"]);
});

test("slots that ask at once get different trials, and no more than the study's total", async (t) => {
  const storage = memoryStorage();
  const coordinator = await started(storage, 5);
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) => coordinator.claim(slot(`w${index}`))),
  );
  const trials = answers.filter(isTrial);
  t.deepEqual(trials.map(({ number }) => number).sort(), [0, 1, 2, 3, 4]);
  t.deepEqual(
    answers.filter((answer) => !isTrial(answer)).map((answer) => "none" in answer && answer.none),
    ["wait", "wait", "wait"],
    "one of the others may be lost yet",
  );
  for (const trial of trials) t.is(await coordinator.tell(trial, nothing, end(0)), "taken");
  const late = await coordinator.claim(slot("late"));
  t.like(late, { none: "done", why: "the study has its 5 trials" });
  t.is((await trialsOf(storage)).length, 5);
});

test("who waits is given a trial that another worker hands back, which is no attempt", async (t) => {
  const storage = memoryStorage();
  const coordinator = await started(storage, 1);
  const trial = await claim(coordinator, "a");
  await coordinator.report(trial, { from: 0, items: [report(3, 0)] });
  await coordinator.release(trial);
  const again = await claim(coordinator, "b");
  t.deepEqual([again.number, again.params], [trial.number, trial.params]);
  t.not(again.lease, trial.lease);
  t.is(await coordinator.report(trial, nothing), "lost", "the first one's lease is over");
  const [stored] = await trialsOf(storage);
  t.deepEqual([stored.systemAttrs[ATTRIBUTE.attempts], stored.reports], [0, []]);
});

test("a silent worker keeps its trial until another one has really taken it over", async (t) => {
  const storage = memoryStorage();
  const coordinator = await started(storage, 1);
  const trial = await claim(coordinator, "a");
  await sleep(2 * LEASE_MS);
  t.is(await coordinator.report(trial, { from: 0, items: [report(1, 0)] }), "go on", "late, held");
  t.deepEqual(await coordinator.beat("a", [trial]), []);
  await sleep(2 * LEASE_MS);
  let taken: ClaimAnswer;
  do taken = await coordinator.claim(slot("b"));
  while (!isTrial(taken));
  t.is(taken.number, trial.number);
  t.is(await coordinator.report(trial, nothing), "lost");
  t.deepEqual(await coordinator.beat("a", [trial]), [trial]);
  t.is(await coordinator.tell(trial, nothing, end(-1)), "lost");
  t.is(await coordinator.tell(taken, nothing, end(2)), "taken");
  const [stored] = await trialsOf(storage);
  t.deepEqual([stored.values, stored.systemAttrs[ATTRIBUTE.attempts]], [[2], 1]);
});

test("another coordinator goes on where a killed one was", async (t) => {
  const storage = memoryStorage();
  const first = await started(storage, 3);
  const trials = [await claim(first, "a"), await claim(first, "a", 1)];
  await first.report(trials[0], { from: 0, items: [report(1, 0)] });
  await storage.readTrials(1); // waits until earlier writes are committed
  const second = await started(storage, 3);
  t.deepEqual(await claim(second, "a", 1), trials[1], "an answer that was lost is given again");
  t.is(await second.report(trials[0], { from: 1, items: [report(2, 1)] }), "go on");
  t.is(await second.tell(trials[0], { from: 2, items: [report(3, 2)] }, end(1)), "taken");
  t.is((await claim(second, "b")).number, 2);
  t.is(await second.tell(trials[1], nothing, end(1)), "taken");
  const [stored] = await trialsOf(storage);
  t.deepEqual(
    stored.reports.map(({ value }) => value),
    [1, 2, 3],
  );
});

test("a pruner's verdict comes with the answer, and what is told with the end is kept", async (t) => {
  const storage = memoryStorage();
  const coordinator = await started(storage);
  const trial = await claim(coordinator, "a");
  t.is(await coordinator.report(trial, { from: 0, items: [report(11, 0)] }), "prune");
  const pruned = {
    end: { state: "pruned", values: [11] } as const,
    system: { [ATTRIBUTE.output]: "x" },
  };
  t.is(await coordinator.tell(trial, { from: 1, items: [] }, pruned), "taken");
  const [stored] = await trialsOf(storage);
  t.is(stored.state, "pruned");
  t.is(stored.systemAttrs[ATTRIBUTE.output], "x");
});

test("a coordinator whose study was deleted says so", async (t) => {
  const storage = memoryStorage();
  const coordinator = await started(storage);
  await claim(coordinator, "a");
  await storage.deleteStudy((await storage.findStudy("s"))!.id);
  while (!coordinator.gone) await sleep(10);
  t.regex(coordinator.gone.message, /deleted/);
  await t.throwsAsync(coordinator.claim(slot("b")), { message: /deleted/ });
});

test("who looks at the storage sees the workers that wait, until they leave", async (t) => {
  const storage = memoryStorage();
  const coordinator = await started(storage, 1);
  t.teardown(() => coordinator.close());
  await claim(coordinator, "a");
  const shown = async () => {
    const { systemAttrs } = (await storage.findStudy("s"))!;
    return presentIn(systemAttrs).map(({ worker, leaseMs }) => `${worker} ${leaseMs}`);
  };
  let waits = true;
  const waiting = async () => {
    // Once it has the trial it is answered at once, again and again: timers must run between.
    while (waits) await coordinator.claim(slot("waits")).then(() => sleep(10));
  };
  const until = async (wanted: string) => {
    while ((await shown()).join() !== wanted) await sleep(10);
  };
  const waiter = waiting();
  // The worker "a" is silent for a whole lease.
  await until(`waits ${LEASE_MS}`);
  waits = false;
  await waiter;
  await coordinator.leave("waits");
  await until("");
  t.pass();
});

test("who was told, has left or is cut off keeps no coordinator from its end", async (t) => {
  const study = await openStudy(definition, { storage: memoryStorage() });
  const hour = 3_600_000;
  const options = { definition: definitionFacts(definition), leaseMs: hour, waitMs: hour };
  const coordinator = await coordinate(study, { ...options, total: 1 });
  t.teardown(() => coordinator.close());
  const trial = await claim(coordinator, "a");
  const line = new AbortController();
  const cut = coordinator.claim(slot("cut"), line.signal);
  const waiting = coordinator.claim(slot("waits"));
  t.deepEqual(
    coordinator.present.workers.map(({ worker }) => worker),
    ["a", "cut", "waits"],
    "those that wait for a trial, too",
  );
  line.abort();
  t.like(await cut, { none: "wait" });
  t.is(await coordinator.tell(trial, nothing, end(1)), "taken");
  t.like(await waiting, { none: "done" });
  let isOver = false;
  const over = coordinator.allTold().then(() => (isOver = true));
  await sleep(100);
  t.false(isOver, "the one that ran the trial may ask again, and the other one come again");
  await coordinator.leave("a");
  await over;
  t.deepEqual(
    coordinator.present.workers.map(({ worker }) => worker),
    [],
    "one whose line was cut as it waited, and that came not again, has left",
  );
});
