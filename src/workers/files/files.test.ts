import test, { type ExecutionContext } from "ava";
import { createHash, randomBytes } from "node:crypto";
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
import { random } from "../../../strategies/index.ts";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { Objective } from "../../contracts/objective.ts";
import { inlineRunner } from "../../runner/inline.ts";
import { float, searchSpace } from "../../space/index.ts";
import { openStorage } from "../../storage/open-storage.ts";
import { openStudy } from "../../study/open-study.ts";
import { optimize } from "../../study/optimize.ts";
import { defineStudy } from "../../study/study-definition.ts";
import { engineOf } from "../../study/study-internals.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { coordinate } from "../coordinator.ts";
import { definitionFacts } from "../definition-facts.ts";
import { httpSource } from "../http-source.ts";
import { RemoteStudy } from "../remote-study.ts";
import { PROTOCOL } from "../work-protocol.ts";
import { serveWork } from "../work-server.ts";
import type { Claimed } from "../work-source.ts";
import { fetchFiles } from "./fetched-files.ts";
import { fileClient } from "./file-client.ts";
import { PART_BYTES } from "./file-protocol.ts";
import { heldPlace } from "./file-routes.ts";
import { filesSource } from "./files-source.ts";
import { sendSnapshot, snapshotOf } from "./sent-files.ts";
import { studyFileStore } from "./study-file-store.ts";
import type { UploadLimits } from "./upload-budget.ts";

// A user would miss: the checkpoint of a trial whose machine went away; worse, a file outside of the folder.

const definition = defineStudy({
  ...{ name: "far / away", space: searchSpace({ x: float(0, 1) }), strategy: random() },
});
const HUGE: UploadLimits = { bytesPerTrial: 1e9, bytesPerStudy: 1e9 };

async function served(t: ExecutionContext, limits = HUGE, total = 3) {
  const folder = await tempFolder(t);
  const storage = await openStorage(join(folder, "hpo.db"));
  t.teardown(() => storage.close());
  const study = await openStudy(definition, { storage });
  const { folders } = engineOf(study).state.parts;
  const store = studyFileStore(study, limits);
  const facts = definitionFacts(definition);
  const source = await coordinate(study, { definition: facts, total, waitMs: 20, files: store.id });
  const place = async (number: number, lease: string) =>
    heldPlace(await source.find({ number, lease }), lease);
  const server = await serveWork({
    ...{ studies: new Map([[definition.name, source]]), host: "127.0.0.1", port: 0 },
    gate: async () => undefined,
    files: new Map([[definition.name, { store, place }]]),
  });
  t.teardown(() => server.close());
  const url = new URL(`http://127.0.0.1:${server.port}/${encodeURIComponent(definition.name)}`);
  const end = new AbortController();
  t.teardown(() => end.abort());
  const client = fileClient({ url, signal: end.signal });
  const notes: string[] = [];
  const worker = (name: string) => {
    const own = join(folder, name);
    const note = (message: string): void => void notes.push(message);
    const files = filesSource(httpSource({ url, note: t.log }), {
      client,
      folder: own,
      note,
      followMs: 20,
    });
    const remote = new RemoteStudy({
      ...{ source: files, definition, folder: own, note: t.log, worker: name },
    });
    t.teardown(() => remote.close());
    return { remote, own, source: files };
  };
  const run = async (name: string, objective: Objective): Promise<void> => {
    const { remote } = worker(name);
    await optimize(remote, inlineRunner(objective), { workers: 1, catch: true });
    await remote.close();
  };
  return {
    study,
    source,
    store,
    client,
    url,
    worker,
    run,
    notes,
    of: (number: number) => folders.of(number),
    folder,
  };
}

const claim = async (source: { claim: Awaited<ReturnType<typeof served>>["source"]["claim"] }) =>
  (await source.claim({ worker: "w", slot: "0", host: "far" })) as Claimed;

test("what trials keep elsewhere is at the coordinator before their end, whatever it is called", async (t) => {
  const { run, of, study, folder } = await served(t);
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
  const { worker, of, study } = await served(t, HUGE, 1);
  const [first, second] = [worker("a"), worker("b")];
  const one = await claim(first.source);
  const here = (own: string) => join(own, "0", "state");
  mkdirSync(join(first.own, "0"), { recursive: true });
  writeFileSync(here(first.own), "epoch 1");
  await first.source.release(one);
  t.is(readFileSync(join(of(0), "state"), "utf8"), "epoch 1");

  const two = await claim(second.source);
  t.is(two.number, 0);
  t.is(readFileSync(here(second.own), "utf8"), "epoch 1");
  writeFileSync(here(second.own), "epoch 2");
  await second.source.release(two);
  // What the first one still has is older now, and what was sent last counts.
  writeFileSync(here(first.own), "epoch 1, and more of a lost attempt");
  const three = await claim(first.source);
  t.is(readFileSync(here(first.own), "utf8"), "epoch 2");
  // Killed and started again on the same machine: its own is the newest.
  writeFileSync(here(first.own), "epoch 3");
  const { source: again } = worker("a");
  await claim(again);
  t.is(readFileSync(here(first.own), "utf8"), "epoch 3");
  const told = { end: { state: "complete", values: [1] }, system: {} } as const;
  t.is(await again.tell(three, { from: 0, items: [] }, told), "taken");
  t.is(readFileSync(join(of(0), "state"), "utf8"), "epoch 3");
  t.is(study.finished.length, 1);
});

test("no path leads out of a trial's folder, and no lease into another trial's", async (t) => {
  const { source, client, url, of, folder } = await served(t);
  const held = await claim(source);
  const data = Buffer.from("evil");
  const sha256 = createHash("sha256").update(data).digest("hex");
  const refusal = async (path: string): Promise<string> => {
    const answer = await client.offer(held, { files: [{ path, bytes: data.length, sha256 }] });
    return answer!.refused[0].why;
  };
  const long = "x".repeat(300);
  for (const path of [
    ...["../evil", "a/../../evil", "/etc/evil", "..", ".", "a/", "a//b", "./a", "a/./b"],
    ...[".hpo/origin.json", ".HPO/stop.json", "a\0b", long, `${"a/".repeat(600)}b`],
  ]) {
    t.regex(await refusal(path), /no file's path within/, path);
  }
  // A link in the coordinator's folder, as a trial that once ran there left it.
  const outside = join(folder, "outside");
  mkdirSync(outside);
  mkdirSync(of(held.number), { recursive: true });
  symlinkSync(outside, join(of(held.number), "link"));
  writeFileSync(join(outside, "stdout.log"), "mine");
  symlinkSync(join(outside, "stdout.log"), join(of(held.number), "stdout.log"));
  t.regex(await refusal("link/evil"), /no folder there/);
  t.regex(await refusal("link"), /a folder or a link/);
  await t.throwsAsync(client.append(held, "stdout.log", 0, data), { message: /or a link there/ });
  await t.throwsAsync(client.append(held, "model.pt", 0, data), { message: /no trial's output/ });
  t.deepEqual(readdirSync(outside), ["stdout.log"]);
  t.is(readFileSync(join(outside, "stdout.log"), "utf8"), "mine");
  await t.throwsAsync(client.read(held, held.number, "../../hpo.db", 0), { message: /no file's/ });
  await t.throwsAsync(client.read(held, held.number, "link/stdout.log", 0), {
    message: /keeps no file/,
  });
  await t.throwsAsync(client.list(held, 7), { message: /does not go on from/ });
  const other = { ...held, lease: "other" };
  t.is(await client.offer(other, { files: [] }), undefined);
  const part = { bytes: data.length, sha256, from: 0, part: data };
  t.is(await client.send(other, part), undefined);
  t.deepEqual(
    await client.send(held, part),
    { kind: "again" },
    "nothing comes that was not offered",
  );
  t.is(await client.list({ number: 99, lease: held.lease }, 99), undefined);

  const put = (query: string, body: Buffer) =>
    fetch(`${url.origin}/v1/studies/${encodeURIComponent(definition.name)}/files?${query}`, {
      ...{ method: "PUT", body, headers: { "hpo-protocol": String(PROTOCOL) } },
    });
  const mine = `number=${held.number}&lease=${held.lease}&path=a`;
  const statuses = [
    await put(`${mine}&bytes=9999999&sha256=${sha256}`, Buffer.alloc(PART_BYTES + 1)),
    await put(`${mine}&offer=1`, Buffer.from("{")),
    await put(`${mine}&offer=1`, Buffer.from('{"files": [{ "path": "a", "bytes": -1 }]}')),
    await put(`${mine}&bytes=-1&sha256=${sha256}`, data),
    await put(`${mine}&bytes=1e99&sha256=../../x`, data),
    await put(`${mine}`, data),
    await put(`number=0`, data),
  ].map(({ status }) => status);
  t.deepEqual(statuses, [413, 400, 400, 400, 400, 400, 400]);
  t.false(existsSync(join(of(held.number), "a")));
});

test("what is broken on its way is not kept, and what was cut goes on where it was", async (t) => {
  const { source, client, of } = await served(t);
  const held = await claim(source);
  const data = randomBytes(1000);
  const sha256 = createHash("sha256").update(data).digest("hex");
  const file = { path: "a", bytes: data.length, sha256 };
  const send = (from: number, part: Buffer) => client.send(held, { ...file, from, part });
  const offer = () => client.offer(held, { files: [file] });
  t.deepEqual(await offer(), { missing: [{ path: "a", have: 0 }], refused: [] });
  t.deepEqual(await send(0, data.subarray(0, 400)), { kind: "part", have: 400 });
  t.deepEqual(await send(0, data.subarray(0, 400)), { kind: "part", have: 400 }, "sent twice");
  t.deepEqual(await send(0, Buffer.alloc(0)), { kind: "part", have: 400 }, "asked after a restart");
  t.deepEqual(await send(400, Buffer.alloc(600)), { kind: "part", have: 0 }, "not those bytes");
  t.false(existsSync(join(of(held.number), "a")));
  t.deepEqual(await send(0, data.subarray(0, 10)), { kind: "part", have: 10 });
  t.deepEqual(await offer(), { missing: [{ path: "a", have: 10 }], refused: [] });
  t.deepEqual(await send(10, data.subarray(10)), { kind: "part", have: 1000 });
  t.false(existsSync(join(of(held.number), "a")), "not before it is offered again");
  t.deepEqual(await offer(), { missing: [], refused: [] });
  t.deepEqual(readFileSync(join(of(held.number), "a")), data);
  t.deepEqual(await offer(), { missing: [], refused: [] }, "there already");
});

test("limits of a trial and of the study leave files at the worker, and say so", async (t) => {
  const { run, study, notes, of, folder } = await served(t, {
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
  t.regex(notes[0], /Trial 0: 1 file\(s\), 950 B, stay on this machine in .*a trial may keep/);
});

test("what a trial prints can be read at the coordinator while it runs", async (t) => {
  const { worker, of } = await served(t);
  const { source, own } = worker("a");
  const held = await claim(source);
  writeFileSync(join(own, String(held.number), "stdout.log"), "epoch 1\n");
  const there = join(of(held.number), "stdout.log");
  while (!existsSync(there) || readFileSync(there, "utf8") !== "epoch 1\n") await sleep(50);
  writeFileSync(join(own, String(held.number), "stdout.log"), "epoch 1\nepoch 2\n");
  while (readFileSync(there, "utf8") !== "epoch 1\nepoch 2\n") await sleep(50);
  await source.release(held);
  t.is(readFileSync(there, "utf8"), "epoch 1\nepoch 2\n");
});

test("a coordinator that lies writes nothing outside of a worker's folder", async (t) => {
  const folder = await tempFolder(t);
  const held = { number: 0, lease: "l" };
  const data = Buffer.from("evil");
  const sha256 = createHash("sha256").update(data).digest("hex");
  const lying = (path: string, hash = sha256) => ({
    offer: async () => undefined,
    send: async () => undefined,
    append: async () => undefined,
    list: async () => ({ lease: "x", files: [{ path, bytes: 4, sha256: hash }] }),
    read: async () => new Response(data),
  });
  const own = join(folder, "own", "0");
  for (const path of ["../../evil", "/tmp/evil", ".hpo/stop.json"]) {
    await t.throwsAsync(fetchFiles(lying(path), held, 0, own), { message: /no file's path/ });
  }
  await t.throwsAsync(fetchFiles(lying("model", "0".repeat(64)), held, 0, own), {
    message: /does not arrive as the coordinator has it/,
  });
  t.deepEqual(readdirSync(folder), ["own"]);
  t.false(existsSync(join(own, "model")));
});

test("a killed worker's trial goes on elsewhere from the last checkpoint that was whole", async (t) => {
  const { worker, of, study } = await served(t, HUGE, 1);
  const [first, second] = [worker("a"), worker("b")];
  const one = await claim(first.source);
  const here = join(first.own, "0");
  mkdirSync(join(here, "checkpoints"), { recursive: true });
  writeFileSync(join(here, "checkpoints", "model-1"), "weights 1");
  writeFileSync(join(here, "checkpoints", "optimizer"), "moments 1");
  const there = join(of(0), "checkpoints");
  const arrived = async (...names: string[]) => {
    while (!existsSync(there) || readdirSync(there).join() !== names.join()) await sleep(20);
  };
  await arrived("model-1", "optimizer");
  // The next one: other names, and what is old is gone.
  rmSync(join(here, "checkpoints", "model-1"));
  writeFileSync(join(here, "checkpoints", "model-2"), "weights 2");
  writeFileSync(join(here, "checkpoints", "optimizer"), "moments 2");
  await arrived("model-2", "optimizer");
  t.is(readFileSync(join(there, "optimizer"), "utf8"), "moments 2");
  // It is killed: nothing is told. Its trial is given to another machine.
  await engineOf(study).handBack(0);
  const two = await claim(second.source);
  t.is(two.number, one.number);
  const again = join(second.own, "0", "checkpoints");
  t.is(readFileSync(join(again, "model-2"), "utf8"), "weights 2");
  t.is(readFileSync(join(again, "optimizer"), "utf8"), "moments 2");
});

test("where limits would leave a part of a checkpoint at the worker, the last whole one stays", async (t) => {
  const { source, client, of, folder } = await served(t, { bytesPerTrial: 20, bytesPerStudy: 1e9 });
  const held = await claim(source);
  const here = join(folder, "far", "0");
  mkdirSync(here, { recursive: true });
  const send = async (model: string, optimizer: string) => {
    writeFileSync(join(here, "model"), model);
    writeFileSync(join(here, "optimizer"), optimizer);
    return sendSnapshot(client, held, here, { snapshot: snapshotOf(here), isWhole: true });
  };
  t.deepEqual(await send("1234567890", "1"), { kind: "taken", staying: new Map() });
  // What takes the place of another file counts in its stead.
  t.deepEqual(await send("0987654321", "2"), { kind: "taken", staying: new Map() });
  const outcome = await send("abcdefghij", "too much of it");
  t.deepEqual(outcome.kind === "taken" && [...outcome.staying.keys()], ["optimizer"]);
  t.is(readFileSync(join(of(held.number), "model"), "utf8"), "0987654321");
  t.is(readFileSync(join(of(held.number), "optimizer"), "utf8"), "2");
});
