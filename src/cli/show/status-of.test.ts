import { spawnSync } from "node:child_process";
import { join } from "node:path";
import test from "ava";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import { interruptedOf, statusOf } from "./status-of.ts";
import { statusLines } from "./status-lines.ts";
import { countLines } from "../run/summary.ts";
import {
  copyStudy,
  createStudy,
  float,
  openStorage,
  searchSpace,
  StorageError,
} from "../../index.ts";
import { enterStudy, presenceChange } from "../../study/heartbeat/presence.ts";
import { engineOf } from "../../study/study-internals.ts";
import { viewStudy } from "../../study/study-view.ts";
import { thisProcess, workerId } from "../../system/process-identity.ts";
import { tempFolder } from "../../testing/temp-folder.ts";

// A user would miss: being told that a run was killed, and which of its trials start again.

const LEASE_MS = 60_000;
const { pid } = spawnSync(process.execPath, ["-e", "0"]);
/** It ran on this machine, and ended. */
const killed = { ...thisProcess(), pid, start: "1" };

test("who was killed is told of as gone, its trials as interrupted, and who waits as idle", async (t) => {
  const storage = await openStorage(join(await tempFolder(t), "hpo.db"));
  const space = searchSpace({ x: float(0, 1) });
  const study = await createStudy({ name: "s", space }, { storage });
  const { id } = (await storage.findStudy("s"))!;
  const now = async () => statusOf(await viewStudy("s", storage));
  const interrupted = async () => interruptedOf((await storage.listStudies())[0], storage);

  const leave = await enterStudy(engineOf(study).state);
  const idle = await now();
  t.like(idle, { idle: 1, interrupted: 0, workers: [{ worker: workerId, state: "idle" }] });
  t.regex(statusLines(idle).join("\n"), /1 worker, 1 of them idle/);
  const long = async () => new Map([[workerId, { mark: "", ageMs: 2 * LEASE_MS }]]);
  t.like(await statusOf(await viewStudy("s", { ...storage, readSigns: long })), {
    workers: [{ state: "idle" }],
  });
  await study.ask();
  t.like(await now(), { idle: 0, interrupted: 0, workers: [{ state: "busy", running: 1 }] });
  t.is(await interrupted(), 0);
  await leave();

  const dead = { worker: "dead", host: killed.host, runner: killed, leaseMs: LEASE_MS };
  const entered = presenceChange([dead]);
  await storage.beat("dead");
  await storage.setStudyAttributes(id, { system: entered });
  const [trial] = (await storage.readTrials(id)).trials;
  const lease = trial.systemAttrs[ATTRIBUTE.lease] as object;
  const system = { [ATTRIBUTE.runner]: killed, [ATTRIBUTE.lease]: { ...lease, worker: "dead" } };
  await storage.updateTrial(trial.id, { attributes: { system } });
  const after = await now();
  t.like(after, {
    interrupted: 1,
    idle: 0,
    running: [{ state: "interrupted" }],
    workers: [{ worker: "dead", state: "gone", running: 1 }],
  });
  t.is(await interrupted(), 1);
  const text = statusLines(after).join("\n");
  t.regex(text, /0 running, 1 interrupted/);
  t.regex(text, /0 workers, 0 of them idle; 1 gone/);
  t.regex(text, /ended without saying so \(killed\?\)/);
  t.regex(text, /starts again when the study goes on/);

  await copyStudy("s", "copy", { storage });
  t.deepEqual((await statusOf(await viewStudy("copy", storage))).workers.length, 1, "by its trial");

  // The next run takes what is left of it away.
  const end = await enterStudy(engineOf(study).state);
  await end();
  const { systemAttrs } = (await storage.findStudy("s"))!;
  t.deepEqual(
    Object.keys(systemAttrs).filter((key) => key.startsWith(ATTRIBUTE.worker)),
    [],
  );
  await storage.close();
});

test("a worker elsewhere that is silent for its lease loses its trials, and is told of as silent", async (t) => {
  const storage = await openStorage("memory:");
  const space = searchSpace({ x: float(0, 1) });
  const study = await createStudy({ name: "s", space }, { storage });
  await study.ask();
  const { id } = (await storage.findStudy("s"))!;
  const [trial] = (await storage.readTrials(id)).trials;
  const lease = { attempt: 0, id: "l", worker: "far", host: "far", since: "" };
  const system = { [ATTRIBUTE.runner]: undefined, [ATTRIBUTE.lease]: lease };
  await storage.updateTrial(trial.id, { attributes: { system } });
  const far = { worker: "far", host: "far", leaseMs: LEASE_MS };
  await storage.setStudyAttributes(id, { system: presenceChange([far]) });
  const stand = async (ageMs: number) => {
    const readSigns = async () => new Map([["far", { mark: "", ageMs }]]);
    const status = await statusOf(await viewStudy("s", { ...storage, readSigns }));
    return [status.workers[0].state, status.running[0].state];
  };
  t.deepEqual(await stand(LEASE_MS - 1), ["busy", "runs"]);
  t.deepEqual(await stand(LEASE_MS + 1), ["silent", "interrupted"]);
  const longer = { ...far, leaseMs: 10 * LEASE_MS };
  await storage.setStudyAttributes(id, { system: presenceChange([longer]) });
  t.deepEqual(await stand(LEASE_MS + 1), ["busy", "runs"], "by the lease that it said");
});

test("the trials of a silent worker elsewhere are told of as interrupted wherever trials are shown", async (t) => {
  const storage = await openStorage(join(await tempFolder(t), "hpo.db"));
  const space = searchSpace({ x: float(0, 1) });
  const study = await createStudy({ name: "s", space }, { storage });
  await engineOf(study).askFor({ worker: "far", slot: "0", host: "far" }, undefined);
  for (const detail of [undefined, "brief", "outline"] as const) {
    const lines = async (ageMs: number) => {
      const readSigns = async () => new Map([["far", { mark: "", ageMs }]]);
      return countLines(await viewStudy("s", { ...storage, readSigns }, { detail })).join("\n");
    };
    t.is(await lines(LEASE_MS - 1), "Trials: 1 running", detail);
    t.regex(await lines(LEASE_MS + 1), /^Trials: 1 interrupted\nInterrupted: trial 0, /, detail);
  }
  await storage.close();
});

test("a first sign of life that is lost with its database ends no run", async (t) => {
  const storage = await openStorage(join(await tempFolder(t), "hpo.db"));
  const beat = async () => Promise.reject(new StorageError("the server was lost"));
  const space = searchSpace({ x: float(0, 1) });
  const study = await createStudy({ name: "s", space }, { storage: { ...storage, beat } });
  const leave = await enterStudy(engineOf(study).state);
  t.is((await statusOf(await viewStudy("s", storage))).idle, 1);
  await leave();
  await storage.close();
});
