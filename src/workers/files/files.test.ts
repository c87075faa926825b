import test from "ava";
import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import { engineOf } from "../../study/study-internals.ts";
import { PART_BYTES } from "./file-protocol.ts";
import { sendSnapshot, snapshotOf } from "./sent-files.ts";
import { claimOf, HUGE, servedFolder } from "./testing/served-folder.ts";

// A user would miss: the checkpoint of a trial whose machine went away.

test("what trials keep elsewhere is at the coordinator before their end, whatever it is called", async (t) => {
  const { run, of, study, folder } = await servedFolder(t);
  const large = randomBytes(2 * PART_BYTES + 17);
  const files: Record<string, Buffer> = {
    "checkpoints/model.pt": large,
    "stdout.log": Buffer.from("said\n"),
    empty: Buffer.alloc(0),
    "-rf ; $(touch owned)\n\u001b[31m ünï/日本 %2e%2e": Buffer.from("odd"),
    "a+b&c=d?e#f": Buffer.from("query"),
  };
  const outside = join(folder, "secret");
  writeFileSync(outside, "secret");
  await run("a", (trial) => {
    for (const [name, data] of Object.entries(files)) trial.saveArtifact(name, data);
    symlinkSync(outside, join(trial.directory, "link"));
    symlinkSync(folder, join(trial.directory, "folder"));
    return trial.params["x"] as number;
  });
  t.is(study.trials("complete").length, 3);
  for (const { number } of study.trials()) {
    for (const [name, data] of Object.entries(files)) {
      t.true(readFileSync(join(of(number), name)).equals(data), JSON.stringify(name));
    }
    t.false(existsSync(join(of(number), "link")) || existsSync(join(of(number), "folder")));
    t.deepEqual(
      readdirSync(join(of(number), ".hpo")),
      ["origin.json"],
      "nothing is left half sent",
    );
  }
  const left = readdirSync(join(folder, "a")).filter((name) => name !== "untold");
  t.deepEqual(left, [], "what arrived is not kept twice");
  t.true(existsSync(outside));
});

test("a trial that is handed back goes on from its checkpoint, on any worker", async (t) => {
  const { worker, of, study } = await servedFolder(t, HUGE, 1);
  const [first, second] = [worker("a"), worker("b")];
  const one = await claimOf(first.source);
  const here = (own: string) => join(own, "0", "state");
  mkdirSync(join(first.own, "0"), { recursive: true });
  writeFileSync(here(first.own), "epoch 1");
  await first.source.release(one);
  t.is(readFileSync(join(of(0), "state"), "utf8"), "epoch 1");

  const two = await claimOf(second.source);
  t.is(two.number, 0);
  t.is(readFileSync(here(second.own), "utf8"), "epoch 1");
  writeFileSync(here(second.own), "epoch 2");
  await second.source.release(two);
  // The first worker's files are older now: those that were sent last count.
  writeFileSync(here(first.own), "epoch 1, and more of a lost attempt");
  const three = await claimOf(first.source);
  t.is(readFileSync(here(first.own), "utf8"), "epoch 2");
  // Killed and started again on the same machine: its own files are the newest.
  writeFileSync(here(first.own), "epoch 3");
  const { source: again } = worker("a");
  await claimOf(again);
  t.is(readFileSync(here(first.own), "utf8"), "epoch 3");
  const told = { end: { state: "complete", values: [1] }, system: {} } as const;
  t.is(await again.tell(three, { from: 0, items: [] }, told), "taken");
  t.is(readFileSync(join(of(0), "state"), "utf8"), "epoch 3");
  t.is(study.finished.length, 1);
});

test("limits of a trial and of the study leave files at the worker, and say so", async (t) => {
  const { run, study, notes, of, folder } = await servedFolder(t, {
    bytesPerTrial: 1000,
    bytesPerStudy: 1500,
  });
  await run("a", (trial) => {
    trial.saveArtifact("stdout.log", "x".repeat(100));
    trial.saveArtifact("large", "x".repeat(950));
    trial.saveArtifact("small", "x".repeat(600));
    return 1;
  });
  const stayed = study.trials().map(({ systemAttrs }) => systemAttrs[ATTRIBUTE.stayed]);
  t.like(stayed[0], { files: 1, bytes: 950, why: "a trial may keep 1000 B at the coordinator" });
  t.like(stayed[2], { files: 2, bytes: 1550 });
  t.true(existsSync(join(folder, "a", "0", "large")), "it is not lost");
  t.false(existsSync(join(of(0), "large")));
  t.true(existsSync(join(of(2), "stdout.log")), "what is printed comes first");
  t.regex(notes[0], /Trial 0: 1 file, 950 B, stay on this machine in .*a trial may keep/);
});

test("what a trial prints can be read at the coordinator while it runs", async (t) => {
  const { worker, of } = await servedFolder(t);
  const { source, own } = worker("a");
  const held = await claimOf(source);
  writeFileSync(join(own, String(held.number), "stdout.log"), "epoch 1\n");
  const there = join(of(held.number), "stdout.log");
  while (!existsSync(there) || readFileSync(there, "utf8") !== "epoch 1\n") await sleep(50);
  writeFileSync(join(own, String(held.number), "stdout.log"), "epoch 1\nepoch 2\n");
  while (readFileSync(there, "utf8") !== "epoch 1\nepoch 2\n") await sleep(50);
  await source.release(held);
  t.is(readFileSync(there, "utf8"), "epoch 1\nepoch 2\n");
});

test("a killed worker's trial goes on elsewhere from the last checkpoint that was whole", async (t) => {
  const { worker, of, study } = await servedFolder(t, HUGE, 1);
  const [first, second] = [worker("a"), worker("b")];
  const one = await claimOf(first.source);
  const here = join(first.own, "0");
  mkdirSync(join(here, "checkpoints"), { recursive: true });
  writeFileSync(join(here, "checkpoints", "model-1"), "weights 1");
  writeFileSync(join(here, "checkpoints", "optimizer"), "moments 1");
  const there = join(of(0), "checkpoints");
  const arrived = async (...names: string[]) => {
    while (!existsSync(there) || readdirSync(there).join() !== names.join()) await sleep(20);
  };
  await arrived("model-1", "optimizer");
  // The next snapshot has other names, and the old files are gone.
  rmSync(join(here, "checkpoints", "model-1"));
  writeFileSync(join(here, "checkpoints", "model-2"), "weights 2");
  writeFileSync(join(here, "checkpoints", "optimizer"), "moments 2");
  await arrived("model-2", "optimizer");
  t.is(readFileSync(join(there, "optimizer"), "utf8"), "moments 2");
  // It is killed before it tells an end, and its trial is given to another machine.
  await engineOf(study).handBack(0);
  const two = await claimOf(second.source);
  t.is(two.number, one.number);
  const again = join(second.own, "0", "checkpoints");
  t.is(readFileSync(join(again, "model-2"), "utf8"), "weights 2");
  t.is(readFileSync(join(again, "optimizer"), "utf8"), "moments 2");
});

test("where limits would leave a part of a checkpoint at the worker, the last whole one stays", async (t) => {
  const { source, client, of, folder } = await servedFolder(t, {
    bytesPerTrial: 20,
    bytesPerStudy: 1e9,
  });
  const held = await claimOf(source);
  const here = join(folder, "far", "0");
  mkdirSync(here, { recursive: true });
  const send = async (model: string, optimizer: string) => {
    writeFileSync(join(here, "model"), model);
    writeFileSync(join(here, "optimizer"), optimizer);
    return sendSnapshot(client, held, here, { snapshot: snapshotOf(here), isWhole: true });
  };
  t.deepEqual(await send("1234567890", "1"), { kind: "taken", staying: new Map() });
  // A file that replaces another one counts in its stead.
  t.deepEqual(await send("0987654321", "2"), { kind: "taken", staying: new Map() });
  const outcome = await send("abcdefghij", "too much of it");
  t.deepEqual(outcome.kind === "taken" && [...outcome.staying.keys()], ["optimizer"]);
  t.is(readFileSync(join(of(held.number), "model"), "utf8"), "0987654321");
  t.is(readFileSync(join(of(held.number), "optimizer"), "utf8"), "2");
});
