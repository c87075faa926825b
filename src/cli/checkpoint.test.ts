import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import { folderWith, hpo, startHpo } from "./fixtures/hpo.ts";

const PROGRAM = `import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
const path = join(process.env.HPO_CHECKPOINT_DIR, "epoch");
let epoch = existsSync(path) ? Number(readFileSync(path, "utf8")) : 0;
console.log("after epoch " + epoch);
while (epoch < 4) {
  writeFileSync(path, String(++epoch));
  console.log(JSON.stringify({ step: epoch, value: 1 / epoch }));
  // The first attempt stays here for ever.
  if (epoch === 2 && process.argv[2] === "wait") setInterval(() => {}, 1000), await new Promise(() => {});
}
console.log('{"value": 0.25}');`;

const study = (word: string): string => `name: resumed
trials: 1
space: { x: { type: float, low: 0, high: 1 } }
command: ["${process.execPath}", train.mjs, ${word}, "{x}"]
`;

test("a trial whose study was killed goes on from its own checkpoint, and keeps both outputs", async (t) => {
  const folder = folderWith({
    "wait.yaml": study("wait"),
    "go.yaml": study("go"),
    "train.mjs": PROGRAM,
  });
  const killed = startHpo(folder, "study run wait.yaml --quiet");
  const gone = new Promise((resolve) => killed.once("close", resolve));
  const trial = join(folder, "hpo-trials/resumed/0");
  const log = join(trial, "stdout.log");
  while (!existsSync(log) || !readFileSync(log, "utf8").includes('"step":2')) await sleep(20);
  killed.kill("SIGKILL");
  await gone;
  const { code, err } = hpo(folder, "study run go.yaml --quiet");
  t.is(code, 0, err);
  t.regex(readFileSync(log, "utf8"), /^after epoch 2\n\{"step":3,/);
  t.regex(readFileSync(join(trial, "stdout.1.log"), "utf8"), /^after epoch 0\n/);
  const [only] = JSON.parse(hpo(folder, "study trials resumed --json").out) as object[];
  t.like(only, { number: 0, state: "complete", intermediateValues: { 3: 1 / 3, 4: 0.25 } });
});
