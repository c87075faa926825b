import { appendFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import { outputFile } from "../../runner/output/output-file.ts";
import { folderWith, hpo, startHpo } from "../fixtures/hpo.ts";
import { outputReader } from "./output-reader.ts";

const PROGRAM = `import { existsSync } from "node:fs";
import { join } from "node:path";
const { HPO_TRIAL_NUMBER: number, HPO_TRIAL_DIR: directory } = process.env;
console.log("begin " + number + " in " + (existsSync(directory) ? "its folder" : "none"));
console.error("warning " + number);
// Goes on once the test has read this.
const timer = setInterval(() => {
  if (!existsSync("go")) return;
  clearInterval(timer);
  console.log("end " + number);
  console.log('{"value": 1}');
}, 10);`;

const YAML = `name: logged
trials: 2
workers: 2
space: { x: { type: float, low: 0, high: 1 } }
command: ["${process.execPath}", train.mjs, "{x}"]
`;

test("output is shown while trials run elsewhere, followed to their ends, and kept after", async (t) => {
  const folder = folderWith({ "study.yaml": YAML, "train.mjs": PROGRAM });
  const study = startHpo(folder, "study run study.yaml --quiet");
  const studyEnds = new Promise((resolve) => study.once("close", resolve));
  for (const number of [0, 1]) {
    while (!existsSync(join(folder, `hpo-trials/logged/${number}/stderr.log`))) await sleep(20);
  }
  const early = hpo(folder, "study logs logged");
  t.is(early.out, "begin 1 in its folder\n--- stderr of trial 1\nwarning 1\n");

  const follower = startHpo(folder, "study logs logged -f");
  const followerEnds = new Promise((resolve) => follower.once("close", resolve));
  let followed = "";
  follower.stdout!.setEncoding("utf8").on("data", (text: string) => {
    followed += text;
    // The past has come: let the trials end.
    if (/begin 0/.test(followed) && /begin 1/.test(followed)) writeFileSync(join(folder, "go"), "");
  });
  t.is(await studyEnds, 0);
  t.is(await followerEnds, 0, "it ends with the study");
  for (const number of [0, 1]) {
    for (const line of ["| begin", "! warning", "| end", "= complete, 1"]) {
      const [mark, ...words] = line.split(" ");
      t.true(
        followed.includes(`trial ${number}   ${mark} ${words.join(" ")}`),
        `${line}\n${followed}`,
      );
    }
  }
  t.is(hpo(folder, "study logs logged 0 --stderr").out, "warning 0\n");
  t.is(hpo(folder, "study logs logged 0 --stdout --lines 1").out, '{"value": 1}\n');
  const json = JSON.parse(hpo(folder, "study logs logged 1 --json").out) as Record<string, unknown>;
  t.like(json, { number: 1, state: "complete", stderr: ["warning 1"] });
  t.regex(hpo(folder, "study logs logged 7").err, /has no trial 7/);
});

test("what an objective in a worker prints is shown while it runs, and after", async (t) => {
  const folder = folderWith({
    "s.mjs": `import { existsSync } from "node:fs";
    export default { name: "s", trials: 1, space: { parameters: [
      { name: "x", distribution: { kind: "float", low: -1, high: 1, log: false }, conditions: [] }] },
      objective: async () => {
        console.log("from a worker");
        while (!existsSync("go")) await new Promise((resolve) => setTimeout(resolve, 10));
        console.log("its end");
        return 1;
      } };`,
  });
  const study = startHpo(folder, "study run s.mjs --quiet");
  const studyEnds = new Promise((resolve) => study.once("close", resolve));
  while (!existsSync(join(folder, "hpo-trials/s/0/stdout.log"))) await sleep(20);
  t.is(hpo(folder, "study logs s").out, "from a worker\n");
  writeFileSync(join(folder, "go"), "");
  t.is(await studyEnds, 0);
  t.is(hpo(folder, "study logs s 0").out, "from a worker\nits end\n");
});

test("a file is followed through torn lines, a cut in its middle, and a new attempt", (t) => {
  const path = join(mkdtempSync(join(tmpdir(), "hpo-logs-")), "stdout.log");
  const reader = outputReader(path);
  t.deepEqual(reader.poll(), []);
  writeFileSync(path, "a\nb");
  t.deepEqual(reader.poll(), ["a"]);
  appendFileSync(path, "c\nπ");
  t.deepEqual(reader.poll(), ["bc"]);
  t.deepEqual(reader.end(), ["π"]);

  const file = outputFile(path, 2000);
  const followed = outputReader(path);
  const seen: string[] = [];
  for (let line = 0; line < 3000; line++) {
    file.add(Buffer.from(`line ${line}\n`));
    if (line % 7 === 0) seen.push(...followed.poll());
  }
  file.end();
  seen.push(...followed.poll(), ...followed.end());
  const numbers = seen
    .filter((line) => line.startsWith("line "))
    .map((line) => Number(line.slice(5)));
  t.deepEqual(
    numbers,
    [...numbers].sort((a, b) => a - b),
    "in order, none twice",
  );
  t.is(new Set(numbers).size, numbers.length);
  t.is(numbers.length, 3000, "a reader that keeps up misses none");
  const late = outputReader(path);
  t.is(late.poll().filter((line) => line.startsWith("[hpo: ")).length, 1);

  const again = outputFile(path, 2000);
  again.add(Buffer.from("second attempt\n"));
  again.end();
  t.deepEqual(followed.poll(), ["second attempt"]);
  t.is(readFileSync(path, "utf8"), "second attempt\n");
});
