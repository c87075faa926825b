import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { thisProcess } from "../../system/process-identity.ts";
import type { Device } from "./device.ts";
import { deviceLocks, deviceHolder } from "./device-locks.ts";

const contender = fileURLToPath(new URL("../fixtures/lock-contender.js", import.meta.url));
const newEnv = () => ({ HPO_RUNTIME_DIR: mkdtempSync(join(tmpdir(), "hpo-locks-")) });
const card = (index: number): Device => ({
  kind: "cuda",
  name: `cuda:${index}`,
  index,
  id: `GPU-${index}`,
  visibleAs: `GPU-${index}`,
  model: "X",
});

test("a device is one run's at a time; its own trials share it, and the last one gives it back", (t) => {
  const env = newEnv();
  const [mine, theirs] = [deviceLocks("a", env), deviceLocks("b", env)];
  const first = mine.lockOf([card(0)]).take(3);
  const second = mine.lockOf([card(0)]).take(4);
  t.true(first.kind === "taken" && second.kind === "taken");
  const refused = theirs.lockOf([card(0)]).take(0);
  t.true(refused.kind === "held");
  t.regex(
    refused.kind === "held" ? refused.by : "",
    new RegExp(`^cuda:0 by trial 3 of study "a" \\(process ${process.pid} on `),
  );
  t.like(deviceHolder(card(0), env), { study: "a", trial: 3 });
  if (first.kind === "taken") first.giveBack();
  t.is(theirs.lockOf([card(0)]).take(0).kind, "held");
  if (second.kind === "taken") second.giveBack();
  t.is(theirs.lockOf([card(0)]).take(0).kind, "taken");
});

test("a device taken for the next trial says so, until the trial is known", (t) => {
  const env = newEnv();
  const lock = deviceLocks("a", env).lockOf([card(0)]);
  const next = lock.take();
  t.true(next.kind === "taken");
  const refused = deviceLocks("b", env)
    .lockOf([card(0)])
    .take(0);
  t.regex(refused.kind === "held" ? refused.by : "", /^cuda:0 by the next trial of study "a" /);
  const second = lock.take(8);
  if (next.kind === "taken") next.assign?.(7);
  t.like(deviceHolder(card(0), env), { study: "a", trial: 7 });
  if (second.kind === "taken") second.assign?.(8);
  t.like(deviceHolder(card(0), env), { trial: 7 }, "the first one's");
  if (next.kind === "taken") next.giveBack();
  if (second.kind === "taken") second.giveBack();
  t.is(deviceHolder(card(0), env), undefined);
  t.deepEqual(readdirSync(env.HPO_RUNTIME_DIR), []);
});

test("several devices are taken together or not at all", (t) => {
  const env = newEnv();
  const other = deviceLocks("b", env)
    .lockOf([card(1)])
    .take(0);
  const pair = deviceLocks("a", env).lockOf([card(0), card(1)]);
  t.is(pair.take(0).kind, "held");
  t.is(deviceHolder(card(0), env), undefined);
  if (other.kind === "taken") other.giveBack();
  t.is(pair.take(0).kind, "taken");
});

test("what a dead process or a torn file holds is taken over", (t) => {
  const env = newEnv();
  const holder = { study: "a", trial: 1, since: "2026-01-01T00:00:00.000Z" };
  const dead = { ...thisProcess(), start: "1" };
  const path = join(env.HPO_RUNTIME_DIR, "GPU-0.lock");
  writeFileSync(path, JSON.stringify({ ...holder, process: dead }));
  t.is(deviceHolder(card(0), env), undefined);
  t.is(
    deviceLocks("b", env)
      .lockOf([card(0)])
      .take(0).kind,
    "taken",
  );
  t.is(deviceHolder(card(0), env)?.study, "b");
  writeFileSync(join(env.HPO_RUNTIME_DIR, "GPU-1.lock"), '{"process": {"pid"');
  t.is(
    deviceLocks("b", env)
      .lockOf([card(1)])
      .take(0).kind,
    "taken",
  );
  const elsewhere = { ...thisProcess(), host: "another-host" };
  writeFileSync(
    join(env.HPO_RUNTIME_DIR, "GPU-2.lock"),
    JSON.stringify({ ...holder, process: elsewhere }),
  );
  t.is(
    deviceLocks("b", env)
      .lockOf([card(2)])
      .take(0).kind,
    "held",
    "who knows?",
  );
  t.deepEqual(readdirSync(env.HPO_RUNTIME_DIR).sort(), ["GPU-0.lock", "GPU-1.lock", "GPU-2.lock"]);
});

test("processes that fight for a device, and die with it, never have it together", async (t) => {
  const env = newEnv();
  const journal = join(env.HPO_RUNTIME_DIR, "journal");
  const names = ["a", "b", "dies-1", "dies-2", "dies-3"];
  await Promise.all(
    names.map(async (name) => {
      const rounds = name.startsWith("dies") ? 2 : 20;
      const child = spawn(process.execPath, [contender, journal, String(rounds), name], {
        env: { ...process.env, ...env },
        stdio: "inherit",
      });
      await once(child, "exit");
    }),
  );
  const lines = readFileSync(journal, "utf8").trim().split("\n");
  t.is(lines.length, 2 * (20 + 20 + 2 + 2 + 2));
  for (let at = 0; at < lines.length; at += 2) {
    t.is(lines[at].slice(1), lines[at + 1].slice(1), `line ${at}`);
    t.deepEqual([lines[at][0], lines[at + 1][0]], ["+", "-"]);
  }
});

test("a folder for locks that is none is an error that names HPO_RUNTIME_DIR", (t) => {
  const file = join(newEnv().HPO_RUNTIME_DIR, "file");
  writeFileSync(file, "");
  t.throws(() => deviceLocks("a", { HPO_RUNTIME_DIR: join(file, "x") }), {
    message: /can't be made: .*Set HPO_RUNTIME_DIR/,
  });
});
