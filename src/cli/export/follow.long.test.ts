import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { folderWith, hpo, startHpo } from "../fixtures/hpo.ts";

test("a follower that starts before the run has each of its trials once, and ends with it", async (t) => {
  const study = {
    name: "s",
    strategy: "random",
    space: { x: { type: "float", low: 0, high: 1 } },
    command: [process.execPath, "-e", "setTimeout(() => console.log('{\"value\": {x}}'), 500)"],
  };
  const folder = folderWith({ "s.json": JSON.stringify(study) });
  t.is(hpo(folder, "study run s.json --trials 0 --quiet").code, 0);
  const follower = startHpo(folder, "study export s --to jsonl --follow");
  const run = startHpo(folder, "study run s.json --trials 6 --quiet");
  run.stdout!.resume();
  const ended = Promise.all([once(follower, "close"), once(run, "close")]);
  const [said] = await Promise.all([follower.stdout!.setEncoding("utf8").toArray(), ended]);
  t.regex(said.join(""), /Nothing runs the study any more: s\.jsonl has its 6 trials/);
  const kept = readFileSync(join(folder, "s.jsonl"), "utf8");
  const numbers = kept
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { number: number }).number);
  t.deepEqual(numbers, [0, 1, 2, 3, 4, 5]);
  t.regex(hpo(folder, "study export s --to jsonl").out, /Nothing is new in s\.jsonl/);
  t.is(readFileSync(join(folder, "s.jsonl"), "utf8"), kept);
});
